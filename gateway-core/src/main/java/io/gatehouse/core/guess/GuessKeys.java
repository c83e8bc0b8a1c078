package io.gatehouse.core.guess;

import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Digests of accounts and sources under a key that lives as long as the process: a memory dump without the key names
 * nobody, and nobody outside can aim at a collision. Safe for use by many threads.
 */
final class GuessKeys {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec secret;

    /** 128 bits of a keyed digest, by which guesses are counted without keeping names. */
    record Key(long high, long low) {}

    GuessKeys() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        secret = new SecretKeySpec(random, ALGORITHM);
    }

    Key account(String account) {
        return digest('a', new byte[0], account);
    }

    Key source(InetAddress source) {
        return digest('s', network(source), "");
    }

    /** Of a source at the accounts that signed in from there. */
    Key residents(InetAddress source) {
        return digest('r', network(source), "");
    }

    /** Of a source at accounts that it hides. */
    Key hidden(InetAddress source) {
        return digest('h', network(source), "");
    }

    Key pair(InetAddress source, String account) {
        return digest('p', network(source), account);
    }

    private static byte[] network(InetAddress source) {
        return new Source(source).network().getAddress();
    }

    private Key digest(char kind, byte[] network, String account) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update((byte) kind);
            mac.update((byte) network.length);
            mac.update(network);
            ByteBuffer digest = ByteBuffer.wrap(mac.doFinal(account.getBytes(StandardCharsets.UTF_8)));
            return new Key(digest.getLong(), digest.getLong());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, missing);
        }
    }
}
