package io.gatehouse.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A password, key or hash that must never reach a log: {@link #toString()} prints its length only, comparison takes the
 * same time wherever the values differ.
 */
public final class Secret {
    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies {@code bytes} into a secret. */
    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /** The UTF-8 bytes of {@code text} as a secret. */
    public static Secret ofText(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the secret's bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The secret read as UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Constant-time comparison with {@code other}'s bytes. */
    public boolean matches(byte[] other) {
        return MessageDigest.isEqual(bytes, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    /** The same for all secrets of one length, so that a hash code says nothing about the value. */
    @Override
    public int hashCode() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return "Secret[" + bytes.length + " bytes]";
    }
}
