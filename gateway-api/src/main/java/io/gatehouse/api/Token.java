package io.gatehouse.api;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One opaque message of a sign-in conversation, with its transport encoding removed (no base64, no length prefix).
 *
 * <p>A token may hold a password: {@link #toString()} prints its length only.
 */
public final class Token {
    private final byte[] bytes;

    private Token(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Copies {@code bytes} into a token. */
    public static Token of(byte[] bytes) {
        return new Token(bytes.clone());
    }

    /** A copy of the token's bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The token's length in bytes. */
    public int length() {
        return bytes.length;
    }

    /** Whether the token begins with {@code prefix}. */
    public boolean startsWith(byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Whether {@code other} is a token with the same bytes; the time taken does not tell where they differ. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Token token && MessageDigest.isEqual(bytes, token.bytes);
    }

    /** Depends on the length alone, so that it tells nothing about the bytes. */
    @Override
    public int hashCode() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return "Token[" + bytes.length + " bytes]";
    }
}
