package io.gatehouse.provider.kerberos;

import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.provider.kerberos.crypto.KeyUsage;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.OptionalLong;

/** RFC 4121 section 4.2.6.1: MIC tokens in both directions. The first of each is SPNEGO's mechListMIC. */
final class KerberosIntegrity implements MessageIntegrity {
    private static final int HEADER = 16;
    private static final short ID = 0x0404;
    private static final byte SENT_BY_ACCEPTOR = 1;
    private static final byte ACCEPTOR_SUBKEY = 4;
    private static final byte FILLER = (byte) 0xff;

    private final ProtocolKey key;
    private final byte keyFlag;
    private OptionalLong initiatorSequence;
    private long acceptorSequence;

    /**
     * Codes with one key.
     *
     * @param key the acceptor's subkey, or without one the initiator's, or without that the session key
     * @param isAcceptorSubkey whether it is the acceptor's
     * @param initiatorSequence the number of the initiator's next token; empty for one that asked for no counting (RFC
     *     2743 section 1.2.3), whose numbers mean nothing
     * @param acceptorSequence the number of ours
     */
    KerberosIntegrity(
            ProtocolKey key, boolean isAcceptorSubkey, OptionalLong initiatorSequence, long acceptorSequence) {
        this.key = key;
        this.keyFlag = isAcceptorSubkey ? ACCEPTOR_SUBKEY : 0;
        this.initiatorSequence = initiatorSequence;
        this.acceptorSequence = acceptorSequence;
    }

    @Override
    public boolean verify(byte[] message, byte[] mic) {
        if (mic.length < HEADER) {
            return false;
        }
        long sequence = initiatorSequence.orElseGet(() -> ByteBuffer.wrap(mic).getLong(HEADER - Long.BYTES));
        byte[] header = header(keyFlag, sequence);
        boolean right = MessageDigest.isEqual(token(KeyUsage.INITIATOR_SIGN, header, message), mic);
        if (right && initiatorSequence.isPresent()) {
            initiatorSequence = OptionalLong.of(sequence + 1);
        }
        return right;
    }

    @Override
    public byte[] sign(byte[] message) {
        byte[] header = header((byte) (keyFlag | SENT_BY_ACCEPTOR), acceptorSequence++);
        return token(KeyUsage.ACCEPTOR_SIGN, header, message);
    }

    private static byte[] header(byte flags, long sequence) {
        byte[] header = new byte[HEADER];
        Arrays.fill(header, FILLER);
        ByteBuffer.wrap(header).putShort(ID).put(flags).putLong(HEADER - Long.BYTES, sequence);
        return header;
    }

    /** The checksum is over the message and the header behind it. */
    private byte[] token(KeyUsage usage, byte[] header, byte[] message) {
        byte[] data = Arrays.copyOf(message, message.length + HEADER);
        System.arraycopy(header, 0, data, message.length, HEADER);
        byte[] checksum = key.checksum(usage, data);
        byte[] token = Arrays.copyOf(header, HEADER + checksum.length);
        System.arraycopy(checksum, 0, token, HEADER, checksum.length);
        return token;
    }
}
