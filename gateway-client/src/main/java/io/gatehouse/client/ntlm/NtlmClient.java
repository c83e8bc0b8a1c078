package io.gatehouse.client.ntlm;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import io.gatehouse.formats.signin.ChannelBindingCheck;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One NTLMv2 sign-in of a client: {@link #negotiate()} once, then {@link #authenticate} with the server's challenge.
 * Messages are built as FreeRDP 3 builds them: with MIC, channel binding and target name, the LM response all zero.
 *
 * <p>Not thread safe, for one sign-in only.
 */
public final class NtlmClient {
    private static final int FLAGS = 0xE20882B7;
    private static final int TARGET_INFO = 0x00800000;
    private static final int KEY_EXCHANGE = 0x40000000;
    private static final int WORKSTATION_SUPPLIED = 0x2000;
    private static final byte[] VERSION = {10, 0, 0x67, 0x58, 0, 0, 0, 15};
    private static final int PAYLOAD = 88;
    private static final int MIC = 72;
    private static final int LM_LENGTH = 24;
    private static final int KEY_LENGTH = 16;
    /** MsvAvEOL, and as many zero bytes behind it as FreeRDP sends. */
    private static final byte[] END_OF_PAIRS = new byte[16];

    private static final long FILETIME_OF_EPOCH = 116_444_736_000_000_000L;

    private final Account account;
    private final String targetName;
    private final Optional<ChannelBinding> binding;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final byte[] negotiate = negotiateMessage();

    /**
     * A client for one sign-in.
     *
     * @param targetName the service principal, {@code HTTP/} and the gateway's name as the user knows it
     * @param binding the TLS channel that carries the sign-in; left out of the message when empty
     * @param random gives the client challenge (8 bytes), then the session key (16 bytes)
     * @param clock is asked only when the server sends no timestamp
     */
    public NtlmClient(
            Account account,
            String targetName,
            Optional<ChannelBinding> binding,
            RandomGenerator random,
            InstantSource clock) {
        this.account = account;
        this.targetName = targetName;
        this.binding = binding;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Who signs in.
     *
     * @param user the name, or a whole UPN with an empty domain
     * @param domain empty for none
     * @param workstation this machine's name, empty for none
     */
    public record Account(String user, String domain, Secret password, String workstation) {}

    /** MS-NLMP 2.2.1.1 NEGOTIATE_MESSAGE. */
    public byte[] negotiate() {
        return negotiate.clone();
    }

    /**
     * MS-NLMP 2.2.1.3 AUTHENTICATE_MESSAGE.
     *
     * @param challengeMessage the server's CHALLENGE_MESSAGE
     * @throws NtlmException if it is malformed
     */
    public byte[] authenticate(byte[] challengeMessage) throws NtlmException {
        NtlmChallenge challenge = NtlmChallenge.parse(challengeMessage);
        byte[] clientChallenge = new byte[8];
        random.nextBytes(clientChallenge);
        byte[] key = NtlmCrypto.ntowfv2(NtlmCrypto.ntHash(account.password().text()), account.user(), account.domain());
        byte[] blob = blob(challenge, clientChallenge);
        byte[] proof = NtlmCrypto.hmacMd5(key, challenge.serverChallenge(), blob);
        byte[] baseKey = NtlmCrypto.hmacMd5(key, proof);
        byte[] sessionKey = baseKey;
        byte[] encryptedKey = new byte[0];
        if ((challenge.flags() & KEY_EXCHANGE) != 0) {
            sessionKey = new byte[KEY_LENGTH];
            random.nextBytes(sessionKey);
            encryptedKey = NtlmCrypto.rc4(NtlmCrypto.rc4(baseKey), sessionKey);
        }
        byte[] message = message(challenge.flags(), proof, blob, encryptedKey);
        byte[] mic = NtlmCrypto.hmacMd5(sessionKey, negotiate, challengeMessage, message);
        System.arraycopy(mic, 0, message, MIC, mic.length);
        return message;
    }

    private static byte[] negotiateMessage() {
        ByteBuffer message = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        message.put(NtlmChallenge.SIGNATURE).putInt(1).putInt(FLAGS).put(32, VERSION);
        return message.array();
    }

    /** MS-NLMP 2.2.2.7 NTLMv2_CLIENT_CHALLENGE. */
    private byte[] blob(NtlmChallenge challenge, byte[] clientChallenge) {
        byte[] name = text(targetName);
        int bindingSize = binding.isPresent() ? 20 : 0;
        int size = 28 + challenge.pairs().length + 8 + bindingSize + 4 + name.length + END_OF_PAIRS.length;
        ByteBuffer blob = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        blob.put((byte) 1).put((byte) 1).position(8);
        blob.putLong(challenge.timestamp().orElseGet(() -> fileTime(clock.instant())));
        blob.put(clientChallenge).putInt(0).put(challenge.pairs());
        blob.putShort((short) 6).putShort((short) 4).putInt(2); // MsvAvFlags: a MIC is present
        binding.ifPresent(
                channel -> blob.putShort((short) 10).putShort((short) 16).put(ChannelBindingCheck.hash(channel)));
        blob.putShort((short) 9).putShort((short) name.length).put(name).put(END_OF_PAIRS);
        return blob.array();
    }

    private byte[] message(int challengeFlags, byte[] proof, byte[] blob, byte[] encryptedKey) {
        byte[] domain = text(account.domain());
        byte[] user = text(account.user());
        byte[] workstation = text(account.workstation());
        int names = domain.length + user.length + workstation.length;
        int response = proof.length + blob.length;
        ByteBuffer message = ByteBuffer.allocate(PAYLOAD + names + LM_LENGTH + response + encryptedKey.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        message.put(NtlmChallenge.SIGNATURE).putInt(3);
        int afterNames = PAYLOAD + names;
        putField(message, LM_LENGTH, afterNames);
        putField(message, response, afterNames + LM_LENGTH);
        putField(message, domain.length, PAYLOAD);
        putField(message, user.length, PAYLOAD + domain.length);
        putField(message, workstation.length, PAYLOAD + domain.length + user.length);
        putField(message, encryptedKey.length, afterNames + LM_LENGTH + response);
        int flags = (FLAGS & challengeFlags) | (challengeFlags & TARGET_INFO);
        message.putInt(workstation.length > 0 ? flags | WORKSTATION_SUPPLIED : flags)
                .put(VERSION)
                .position(PAYLOAD);
        message.put(domain).put(user).put(workstation).position(afterNames + LM_LENGTH);
        return message.put(proof).put(blob).put(encryptedKey).array();
    }

    private static void putField(ByteBuffer message, int length, int offset) {
        message.putShort((short) length).putShort((short) length).putInt(offset);
    }

    private static byte[] text(String value) {
        return value.getBytes(StandardCharsets.UTF_16LE);
    }

    private static long fileTime(Instant instant) {
        return FILETIME_OF_EPOCH + instant.getEpochSecond() * 10_000_000 + instant.getNano() / 100;
    }
}
