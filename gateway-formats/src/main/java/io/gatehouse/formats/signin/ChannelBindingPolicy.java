package io.gatehouse.formats.signin;

/**
 * What a sign-in method asks of the channel binding in the client's message, and NTLM of the target name beside it,
 * too.
 */
public enum ChannelBindingPolicy {
    /** Nothing; a right one is still noted. */
    OFF,
    /** One that is there must be right, where the right ones are known. */
    WHEN_OFFERED,
    /** A right one must be there. */
    REQUIRED
}
