package io.gatehouse.provider.ntlm;

/**
 * What is asked of the channel binding (MsvAvChannelBindings) and the target name (MsvAvTargetName) in an NTLMv2
 * response.
 */
public enum ChannelBindingPolicy {
    /** Nothing; a right one is still noted. */
    OFF,
    /** One that is there must be right, where the right ones are known. */
    WHEN_OFFERED,
    /** A right one must be there. */
    REQUIRED
}
