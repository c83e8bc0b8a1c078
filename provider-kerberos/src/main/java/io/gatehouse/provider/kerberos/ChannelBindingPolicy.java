package io.gatehouse.provider.kerberos;

/** What is asked of the channel binding in a client's authenticator. */
public enum ChannelBindingPolicy {
    /** Nothing; a right one is still noted. */
    OFF,
    /** One that is there must be right, where the right ones are known. */
    WHEN_OFFERED,
    /** A right one must be there. */
    REQUIRED
}
