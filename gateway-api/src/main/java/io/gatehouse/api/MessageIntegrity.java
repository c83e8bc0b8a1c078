package io.gatehouse.api;

/**
 * GSS_GetMIC and GSS_VerifyMIC (RFC 2743) with the keys of an accepted conversation, acceptor's side. Not thread safe.
 */
public interface MessageIntegrity {
    /** Whether {@code mic} is the initiator's next code over {@code message}; compares in constant time. */
    boolean verify(byte[] message, byte[] mic);

    /** The acceptor's next code over {@code message}. */
    byte[] sign(byte[] message);
}
