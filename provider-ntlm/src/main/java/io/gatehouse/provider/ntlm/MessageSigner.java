package io.gatehouse.provider.ntlm;

import io.gatehouse.formats.ntlm.NtlmCrypto;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jcifs.ntlmssp.NtlmFlags;
import org.bouncycastle.crypto.engines.RC4Engine;

/** MS-NLMP 3.4.4.2: the signatures of one direction, with extended session security. Not thread safe. */
final class MessageSigner {
    /** The direction of a signed message: from the client or from the server. */
    enum Direction {
        CLIENT_TO_SERVER("client-to-server"),
        SERVER_TO_CLIENT("server-to-client");

        private final String words;

        Direction(String words) {
            this.words = words;
        }
    }

    private static final byte[] VERSION = {1, 0, 0, 0};
    private static final int CHECKSUM_LENGTH = 8;
    private static final int KEY_LENGTH_56 = 7;
    private static final int KEY_LENGTH_40 = 5;

    private final byte[] signKey;
    private final RC4Engine stream;
    private final boolean keyExchanged;
    private int sequence;

    MessageSigner(byte[] exportedSessionKey, int flags, Direction direction) {
        signKey = signKey(exportedSessionKey, direction);
        stream = NtlmCrypto.rc4(sealKey(exportedSessionKey, flags, direction));
        keyExchanged = (flags & NtlmFlags.NTLMSSP_NEGOTIATE_KEY_EXCH) != 0;
    }

    /** The signature of the next message. */
    byte[] sign(byte[] message) {
        byte[] number = LittleEndian.bytes(sequence++);
        byte[] checksum = Arrays.copyOf(NtlmCrypto.hmacMd5(signKey, number, message), CHECKSUM_LENGTH);
        byte[] signature = new byte[NtlmCrypto.LENGTH];
        System.arraycopy(VERSION, 0, signature, 0, VERSION.length);
        System.arraycopy(
                keyExchanged ? NtlmCrypto.rc4(stream, checksum) : checksum,
                0,
                signature,
                VERSION.length,
                CHECKSUM_LENGTH);
        System.arraycopy(number, 0, signature, VERSION.length + CHECKSUM_LENGTH, number.length);
        return signature;
    }

    /** GSS_Wrap's encryption, which advances the key stream that signatures are taken from. */
    byte[] seal(byte[] message) {
        return NtlmCrypto.rc4(stream, message);
    }

    static byte[] signKey(byte[] exportedSessionKey, Direction direction) {
        return NtlmCrypto.md5(exportedSessionKey, magic(direction, "signing"));
    }

    static byte[] sealKey(byte[] exportedSessionKey, int flags, Direction direction) {
        return NtlmCrypto.md5(Arrays.copyOf(exportedSessionKey, strength(flags)), magic(direction, "sealing"));
    }

    private static int strength(int flags) {
        if ((flags & NtlmFlags.NTLMSSP_NEGOTIATE_128) != 0) {
            return NtlmCrypto.LENGTH;
        }
        return (flags & NtlmFlags.NTLMSSP_NEGOTIATE_56) != 0 ? KEY_LENGTH_56 : KEY_LENGTH_40;
    }

    private static byte[] magic(Direction direction, String purpose) {
        return "session key to %s %s key magic constant\0"
                .formatted(direction.words, purpose)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
