package io.gatehouse.provider.ntlm;

import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.provider.ntlm.MessageSigner.Direction;
import java.security.MessageDigest;

/**
 * Verifies the initiator's signatures and makes the acceptor's; for SPNEGO's mechListMIC, which is the first of each.
 */
final class NtlmIntegrity implements MessageIntegrity {
    private final MessageSigner initiator;
    private final MessageSigner acceptor;

    NtlmIntegrity(byte[] exportedSessionKey, int flags) {
        initiator = new MessageSigner(exportedSessionKey, flags, Direction.CLIENT_TO_SERVER);
        acceptor = new MessageSigner(exportedSessionKey, flags, Direction.SERVER_TO_CLIENT);
    }

    @Override
    public boolean verify(byte[] message, byte[] mic) {
        return MessageDigest.isEqual(initiator.sign(message), mic);
    }

    @Override
    public byte[] sign(byte[] message) {
        return acceptor.sign(message);
    }
}
