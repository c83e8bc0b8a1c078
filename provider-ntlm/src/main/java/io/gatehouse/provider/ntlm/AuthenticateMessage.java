package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jcifs.ntlmssp.NtlmFlags;

/**
 * MS-NLMP 2.2.1.3 AUTHENTICATE_MESSAGE (type 3).
 *
 * <p>Read here and not by JCIFS-NG's {@code Type3Message}: that one guesses from the offsets of the fields, empty ones
 * too, whether flags and integrity code exist. One empty field with offset 0 and it misses the flags and takes Unicode
 * names for OEM text. LmChallengeResponse is not even looked at: FreeRDP 2 leaves uninitialised memory in it.
 *
 * @param raw the whole message
 * @param flags NegotiateFlags
 * @param ntResponse NtChallengeResponse
 * @param domain DomainName exactly as sent
 * @param user UserName exactly as sent
 * @param workstation Workstation as sent; empty where it cannot be read, since nothing depends on it but how a domain
 *     is meant
 * @param encryptedSessionKey EncryptedRandomSessionKey, empty without KEY_EXCH
 */
record AuthenticateMessage(
        Token raw,
        int flags,
        Token ntResponse,
        String domain,
        String user,
        String workstation,
        Token encryptedSessionKey) {
    private static final byte[] SIGNATURE = "NTLMSSP\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TYPE = 3;
    private static final int LARGEST = 16 * 1024;
    private static final int HEADER_LENGTH = 64;
    private static final int TYPE_OFFSET = 8;
    private static final int NT_RESPONSE_OFFSET = 20;
    private static final int DOMAIN_OFFSET = 28;
    private static final int USER_OFFSET = 36;
    private static final int WORKSTATION_OFFSET = 44;
    private static final int SESSION_KEY_OFFSET = 52;
    private static final int FLAGS_OFFSET = 60;
    private static final int MIC_OFFSET = 72;
    private static final int MIC_END = MIC_OFFSET + NtlmCrypto.LENGTH;
    private static final int LONGEST_NAME = 256;

    static AuthenticateMessage parse(Token token) throws MalformedException {
        if (token.length() > LARGEST || token.length() < HEADER_LENGTH) {
            throw new MalformedException(
                    "type 3 of %d bytes (expected %d to %d)".formatted(token.length(), HEADER_LENGTH, LARGEST));
        }
        byte[] bytes = token.bytes();
        if (!token.startsWith(SIGNATURE) || LittleEndian.integer(bytes, TYPE_OFFSET) != TYPE) {
            throw new MalformedException("not a type 3 message");
        }
        int flags = LittleEndian.integer(bytes, FLAGS_OFFSET);
        Charset charset = (flags & NtlmFlags.NTLMSSP_NEGOTIATE_UNICODE) != 0
                ? StandardCharsets.UTF_16LE
                : StandardCharsets.US_ASCII; // nobody can know the client's code page
        return new AuthenticateMessage(
                token,
                flags,
                Token.of(field(bytes, NT_RESPONSE_OFFSET, "nt response")),
                name(field(bytes, DOMAIN_OFFSET, "domain"), charset, "domain"),
                name(field(bytes, USER_OFFSET, "user"), charset, "user"),
                workstation(bytes, charset),
                Token.of(sessionKey(bytes, flags)));
    }

    private static byte[] sessionKey(byte[] bytes, int flags) throws MalformedException {
        if ((flags & NtlmFlags.NTLMSSP_NEGOTIATE_KEY_EXCH) == 0) {
            return new byte[0];
        }
        byte[] key = field(bytes, SESSION_KEY_OFFSET, "session key");
        if (key.length != NtlmCrypto.LENGTH) {
            throw new MalformedException("session key of " + key.length + " bytes (expected 16)");
        }
        return key;
    }

    private static String workstation(byte[] bytes, Charset charset) {
        try {
            return name(field(bytes, WORKSTATION_OFFSET, "workstation"), charset, "workstation");
        } catch (MalformedException e) {
            return "";
        }
    }

    /** The bytes that a descriptor (length, allocated length, offset) points at. An empty one may point anywhere. */
    private static byte[] field(byte[] bytes, int descriptor, String what) throws MalformedException {
        int length = LittleEndian.unsignedShort(bytes, descriptor);
        long offset = Integer.toUnsignedLong(LittleEndian.integer(bytes, descriptor + 4));
        if (length == 0) {
            return new byte[0];
        }
        if (offset < HEADER_LENGTH || offset + length > bytes.length) {
            throw new MalformedException("%s at %d of %d bytes (expected within %d to %d)"
                    .formatted(what, offset, length, HEADER_LENGTH, bytes.length));
        }
        return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
    }

    private static String name(byte[] bytes, Charset charset, String what) throws MalformedException {
        try {
            String name = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (name.length() > LONGEST_NAME) {
                throw new MalformedException(
                        "%s of %d characters (expected at most %d)".formatted(what, name.length(), LONGEST_NAME));
            }
            return name;
        } catch (CharacterCodingException e) {
            throw new MalformedException(what + " is not text in " + charset);
        }
    }

    /** Whether the client refuses to say who it is. */
    boolean isAnonymous() {
        return user.isEmpty() || ntResponse.length() == 0 || (flags & NtlmFlags.NTLMSSP_NEGOTIATE_ANONYMOUS) != 0;
    }

    /** The integrity code; to be asked for only when the response announces it. */
    byte[] mic() throws MalformedException {
        if (raw.length() < MIC_END) {
            throw new MalformedException("type 3 of " + raw.length() + " bytes has no room for its integrity code");
        }
        return Arrays.copyOfRange(raw.bytes(), MIC_OFFSET, MIC_END);
    }

    /** The whole message with its integrity code zeroed, as it enters the computation of the code. */
    byte[] withoutMic() {
        byte[] bytes = raw.bytes();
        Arrays.fill(bytes, MIC_OFFSET, MIC_END, (byte) 0);
        return bytes;
    }
}
