package io.gatehouse.provider.ntlm;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Token;
import io.gatehouse.testkit.provider.ClientDialogue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.MD4Digest;

/**
 * An NTLMv2 client, written from MS-NLMP and apart from the code under test: MD5, HMAC and RC4 are the JDK's. It does
 * what FreeRDP does: key exchange, integrity code, and a channel binding when it has one.
 */
final class NtlmTestClient implements ClientDialogue {
    static final int UNICODE = 1;
    static final int OEM = 2;
    static final int KEY_EXCHANGE = 0x40000000;
    private static final int FLAGS = 0xA2088234; // 56, 128, VERSION, EXTENDED_SESSIONSECURITY, NTLM, SIGN, SEAL, …

    private final String user;
    private final String domain;
    private final String password;
    private int flags = FLAGS | UNICODE | OEM | KEY_EXCHANGE;
    private String workstation = "";
    private boolean mic = true;
    private int micFlags = 2;
    private Optional<byte[]> binding = Optional.empty();
    private Optional<byte[]> targetName = Optional.empty();
    private byte[] relayPairs = new byte[0];
    private byte[] negotiate = new byte[0];
    private byte[] exportedSessionKey = "sixteen byte key".getBytes(StandardCharsets.US_ASCII);

    NtlmTestClient(String user, String domain, String password) {
        this.user = user;
        this.domain = domain;
        this.password = password;
    }

    static NtlmTestClient alice() {
        return new NtlmTestClient("alice", "", Fixtures.PASSWORD);
    }

    /** Names its own machine. */
    NtlmTestClient at(String machine) {
        workstation = machine;
        return this;
    }

    /** Does without integrity code, as curl does. */
    NtlmTestClient withoutMic() {
        mic = false;
        micFlags = 0;
        return this;
    }

    /** Sends MsvAvChannelBindings for {@code channelBinding}. */
    NtlmTestClient binding(ChannelBinding channelBinding) {
        byte[] data = channelBinding.applicationData().bytes();
        return bindingHash(digest(ByteBuffer.allocate(20 + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(16)
                .putInt(data.length)
                .put(data)
                .array()));
    }

    /** Sends {@code hash} as MsvAvChannelBindings. */
    NtlmTestClient bindingHash(byte[] hash) {
        binding = Optional.of(hash);
        return this;
    }

    /** Sends MsvAvTargetName. */
    NtlmTestClient targetName(String name) {
        targetName = Optional.of(name.getBytes(StandardCharsets.UTF_16LE));
        return this;
    }

    /** Says in MsvAvFlags that the target name comes from a source that it does not trust. */
    NtlmTestClient unverifiedTargetName() {
        micFlags |= 4;
        return this;
    }

    /** Gets the challenge from a relay that put {@code pairs} in front of those in it. */
    NtlmTestClient behindRelay(byte[] pairs) {
        relayPairs = pairs.clone();
        return this;
    }

    /** Does without {@code flag} of NegotiateFlags. */
    NtlmTestClient without(int flag) {
        flags &= ~flag;
        return this;
    }

    byte[] exportedSessionKey() {
        return exportedSessionKey.clone();
    }

    @Override
    public Token first() {
        negotiate = new byte[32];
        message(1, negotiate).putInt(flags);
        return Token.of(negotiate);
    }

    @Override
    public Token answer(Token challenge) {
        ByteBuffer type2 = ByteBuffer.wrap(challenge.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        byte[] serverChallenge = Arrays.copyOfRange(type2.array(), 24, 32);
        int targetInfo = type2.getInt(44);
        byte[] serverPairs = Arrays.copyOfRange(type2.array(), targetInfo, targetInfo + type2.getShort(40) - 4);

        int[] upper = user.codePoints().map(Character::toUpperCase).toArray();
        String names = new String(upper, 0, upper.length) + domain;
        byte[] key = hmac(ntHash(), names.getBytes(StandardCharsets.UTF_16LE));
        byte[] blob = blob(concat(relayPairs, serverPairs));
        byte[] proof = hmac(key, serverChallenge, blob);
        byte[] baseKey = hmac(key, proof);
        byte[] wrapped = new byte[0];
        int sent = flags & ~(type2.getInt(20) % 2 == 0 ? UNICODE : OEM);
        if ((sent & KEY_EXCHANGE) == 0) {
            exportedSessionKey = baseKey;
        } else {
            wrapped = rc4(baseKey, exportedSessionKey);
        }
        Charset charset = (sent & UNICODE) != 0 ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1;
        byte[] type3 = authenticate(
                sent,
                concat(proof, blob),
                domain.getBytes(charset),
                user.getBytes(charset),
                workstation.getBytes(charset),
                wrapped);
        if (mic) {
            System.arraycopy(hmac(exportedSessionKey, negotiate, challenge.bytes(), type3), 0, type3, 72, 16);
        }
        return Token.of(type3);
    }

    private byte[] blob(byte[] serverPairs) {
        ByteBuffer blob = ByteBuffer.allocate(28
                        + serverPairs.length
                        + 8
                        + 20
                        + 8
                        + 4
                        + targetName.map(name -> name.length).orElse(0))
                .order(ByteOrder.LITTLE_ENDIAN);
        blob.putShort((short) 0x0101).position(16);
        blob.put("clichall".getBytes(StandardCharsets.US_ASCII)).putInt(0).put(serverPairs);
        if (micFlags != 0) {
            blob.putShort((short) 6).putShort((short) 4).putInt(micFlags);
        }
        binding.ifPresent(
                hash -> blob.putShort((short) 10).putShort((short) hash.length).put(hash));
        targetName.ifPresent(
                name -> blob.putShort((short) 9).putShort((short) name.length).put(name));
        blob.putLong(0);
        return Arrays.copyOf(blob.array(), blob.position());
    }

    private static byte[] authenticate(
            int flags, byte[] ntResponse, byte[] domain, byte[] user, byte[] workstation, byte[] sessionKey) {
        byte[] bytes = new byte
                [88 + 24 + ntResponse.length + domain.length + user.length + workstation.length + sessionKey.length];
        ByteBuffer message = message(3, bytes);
        int offset = 88;
        for (byte[] field : new byte[][] {new byte[24], ntResponse, domain, user, workstation, sessionKey}) {
            message.putShort((short) field.length)
                    .putShort((short) field.length)
                    .putInt(offset);
            System.arraycopy(field, 0, bytes, offset, field.length);
            offset += field.length;
        }
        message.putInt(flags);
        return bytes;
    }

    private static ByteBuffer message(int type, byte[] bytes) {
        return ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("NTLMSSP\0".getBytes(StandardCharsets.US_ASCII))
                .putInt(type);
    }

    private byte[] ntHash() {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_16LE);
        MD4Digest md4 = new MD4Digest();
        md4.update(bytes, 0, bytes.length);
        byte[] hash = new byte[16];
        md4.doFinal(hash, 0);
        return hash;
    }

    private static byte[] digest(byte[] input) {
        try {
            return MessageDigest.getInstance("MD5").digest(input);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(key, "HmacMD5"));
            return mac.doFinal(concat(parts));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("InsecureCryptoUsage") // NTLM is made of it
    private static byte[] rc4(byte[] key, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("ARCFOUR");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ARCFOUR"));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
