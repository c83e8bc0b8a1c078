package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcSecurity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * MS-NRPC 3.3: seals what goes over one connection with the session key of the secure channel, AES only.
 *
 * <p>Fragments of both directions share one counter, since requests and responses alternate: a fragment that is
 * missing, doubled or altered makes all later ones wrong, so the connection must be given up. One thread at a time.
 */
final class ChannelSeal implements RpcSecurity {
    /** RPC_C_AUTHN_NETLOGON. */
    private static final int TYPE = 68;
    /** NL_AUTH_MESSAGE: NetBIOS names of domain and computer follow. */
    private static final int NETBIOS_NAMES = 0x3;

    private static final int NEGOTIATE_REQUEST = 0;
    private static final int NEGOTIATE_RESPONSE = 1;

    /** NL_AUTH_SHA2_SIGNATURE: HMAC-SHA256, AES-128, padding, no flags. */
    private static final byte[] ALGORITHMS = {0x13, 0x00, 0x1a, 0x00, (byte) 0xff, (byte) 0xff, 0x00, 0x00};

    private static final int PART = 8;
    private static final int SEQUENCE = PART;
    private static final int CHECKSUM = 2 * PART;
    /**
     * Only 8 of the 32 bytes of the specified checksum are sent; the confounder follows at once, zeros fill the rest.
     */
    private static final int CONFOUNDER = 3 * PART;

    private static final int SIGNATURE_LENGTH = 56;

    private static final byte FROM_INITIATOR = (byte) 0x80;
    private static final byte KEY_MASK = (byte) 0xf0;

    private final byte[] sessionKey;
    private final byte[] sealingKey;
    private final String domain;
    private final String computer;
    private final SecureRandom random;
    private int counter;

    /**
     * A context for a new connection.
     *
     * @param domain the domain's NetBIOS name
     * @param computer the NetBIOS name of the machine account, under which the controller finds the session key
     */
    ChannelSeal(Secret sessionKey, String domain, String computer, SecureRandom random) {
        this.sessionKey = sessionKey.bytes();
        this.sealingKey = sessionKey.bytes();
        for (int index = 0; index < sealingKey.length; index++) {
            sealingKey[index] ^= KEY_MASK;
        }
        this.domain = domain;
        this.computer = computer;
        this.random = random;
    }

    @Override
    public int type() {
        return TYPE;
    }

    /** MS-NRPC 2.2.1.3.1 NL_AUTH_MESSAGE. */
    @Override
    public byte[] negotiate() {
        byte[] names = (domain + '\0' + computer + '\0').getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 * Integer.BYTES + names.length)
                .putInt(Integer.reverseBytes(NEGOTIATE_REQUEST))
                .putInt(Integer.reverseBytes(NETBIOS_NAMES))
                .put(names)
                .array();
    }

    @Override
    public void complete(byte[] token) throws MalformedException {
        int type = new NdrReader(token).u32();
        if (type != NEGOTIATE_RESPONSE) {
            throw new MalformedException("netlogon token of type " + type + " (expected 1)");
        }
    }

    @Override
    public int signatureLength() {
        return SIGNATURE_LENGTH;
    }

    @Override
    public byte[] seal(byte[] data) {
        byte[] confounder = new byte[PART];
        random.nextBytes(confounder);
        byte[] sequence = nextSequence(FROM_INITIATOR);
        byte[] checksum = checksum(confounder, data);
        byte[] sealed =
                ChannelCrypto.aesCfb8(Cipher.ENCRYPT_MODE, sealingKey, twice(sequence), concat(confounder, data));
        System.arraycopy(sealed, PART, data, 0, data.length);
        return ByteBuffer.allocate(SIGNATURE_LENGTH)
                .put(ALGORITHMS)
                .put(ChannelCrypto.aesCfb8(Cipher.ENCRYPT_MODE, sessionKey, twice(checksum), sequence))
                .put(checksum)
                .put(sealed, 0, PART)
                .array();
    }

    @Override
    public void unseal(byte[] data, byte[] signature) throws MalformedException {
        if (signature.length != SIGNATURE_LENGTH || !Arrays.equals(ALGORITHMS, 0, PART, signature, 0, PART)) {
            throw new MalformedException("signature of %d bytes or of other algorithms (expected %d, AES)"
                    .formatted(signature.length, SIGNATURE_LENGTH));
        }
        byte[] checksum = Arrays.copyOfRange(signature, CHECKSUM, CHECKSUM + PART);
        byte[] sequence = nextSequence((byte) 0);
        byte[] sealedSequence = ChannelCrypto.aesCfb8(Cipher.ENCRYPT_MODE, sessionKey, twice(checksum), sequence);
        boolean inSequence =
                MessageDigest.isEqual(sealedSequence, Arrays.copyOfRange(signature, SEQUENCE, SEQUENCE + PART));
        byte[] sealed = concat(Arrays.copyOfRange(signature, CONFOUNDER, CONFOUNDER + PART), data);
        byte[] plain = ChannelCrypto.aesCfb8(Cipher.DECRYPT_MODE, sealingKey, twice(sequence), sealed);
        System.arraycopy(plain, PART, data, 0, data.length);
        if (!inSequence || !MessageDigest.isEqual(checksum(Arrays.copyOf(plain, PART), data), checksum)) {
            throw new MalformedException("wrong seal: altered, out of sequence, or of another session");
        }
    }

    private byte[] checksum(byte[] confounder, byte[] data) {
        return Arrays.copyOf(ChannelCrypto.hmac(sessionKey, ALGORITHMS, confounder, data), PART);
    }

    /** MS-NRPC 3.3.4.2.1: big-endian, with a mark of who speaks. */
    private byte[] nextSequence(byte speaker) {
        byte[] sequence = ByteBuffer.allocate(PART).putInt(counter).put(speaker).array();
        counter = Math.incrementExact(counter); // the end of the counter is the end of the connection
        return sequence;
    }

    private static byte[] twice(byte[] part) {
        return concat(part, part);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
