package io.gatehouse.provider.local;

import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * RFC 7617 section 2: user name and password, separated by the first colon, with no control characters. The text is
 * UTF-8; what is not valid UTF-8 is read as ISO 8859-1, which older clients send.
 *
 * @param user the user name as sent, never empty
 * @param password the password, perhaps empty
 */
record BasicCredentials(String user, Secret password) {
    private static final int LONGEST_TOKEN = 4096;
    private static final int LONGEST_USER = 256;

    /** The credentials in {@code token}; empty when it breaks the format or its limits. */
    static Optional<BasicCredentials> parse(Token token) {
        if (token.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        String text = decode(token.bytes());
        int colon = text.indexOf(':');
        if (colon < 1 || colon > LONGEST_USER || text.chars().anyMatch(Character::isISOControl)) {
            return Optional.empty();
        }
        return Optional.of(new BasicCredentials(text.substring(0, colon), Secret.ofText(text.substring(colon + 1))));
    }

    /** What is wrong with a token that holds no credentials, in words that quote nothing of it. */
    static String problemOf(Token token) {
        if (token.length() > LONGEST_TOKEN) {
            return token.length() + " bytes (expected at most " + LONGEST_TOKEN + ")";
        }
        int colon = decode(token.bytes()).indexOf(':');
        if (colon < 1) {
            return "no user name before a colon (expected user:password)";
        }
        return colon > LONGEST_USER
                ? "user name of " + colon + " characters (expected at most " + LONGEST_USER + ")"
                : "a control character in the user name or the password";
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
