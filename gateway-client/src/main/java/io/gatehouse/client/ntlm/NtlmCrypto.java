package io.gatehouse.client.ntlm;

import io.gatehouse.api.ChannelBinding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.MD4Digest;
import org.bouncycastle.crypto.engines.RC4Engine;
import org.bouncycastle.crypto.params.KeyParameter;

/** The arithmetic of NTLMv2 (MS-NLMP 3.3.2, 3.4). */
final class NtlmCrypto {
    private NtlmCrypto() {}

    /** The NT hash of a password: MD4 of its UTF-16LE bytes. */
    static byte[] ntHash(String password) {
        byte[] text = password.getBytes(StandardCharsets.UTF_16LE);
        MD4Digest digest = new MD4Digest();
        digest.update(text, 0, text.length);
        byte[] hash = new byte[digest.getDigestSize()];
        digest.doFinal(hash, 0);
        return hash;
    }

    /** NTOWFv2: the user name in upper case character by character, the domain as it is. */
    static byte[] responseKey(byte[] ntHash, String user, String domain) {
        StringBuilder name = new StringBuilder();
        for (int index = 0; index < user.length(); index++) {
            name.append(Character.toUpperCase(user.charAt(index)));
        }
        return hmacMd5(ntHash, name.append(domain).toString().getBytes(StandardCharsets.UTF_16LE));
    }

    static byte[] hmacMd5(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(key, "HmacMD5"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacMD5", e);
        }
    }

    static byte[] rc4(byte[] key, byte[] input) {
        RC4Engine engine = new RC4Engine();
        engine.init(true, new KeyParameter(key));
        byte[] output = new byte[input.length];
        engine.processBytes(input, 0, input.length, output, 0);
        return output;
    }

    /** MsvAvChannelBindings: MD5 of a gss_channel_bindings_struct that has application data only. */
    static byte[] channelBindingHash(ChannelBinding binding) {
        byte[] data = binding.applicationData().bytes();
        ByteBuffer structure = ByteBuffer.allocate(20 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        structure.putInt(16, data.length).put(20, data);
        try {
            return MessageDigest.getInstance("MD5").digest(structure.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
