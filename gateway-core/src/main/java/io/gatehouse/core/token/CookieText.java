package io.gatehouse.core.token;

import io.gatehouse.api.Token;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The text in the cookie of TUNNEL_CREATE (MS-TSGU 2.2.10.19, PAACookie). */
public final class CookieText {
    private CookieText() {}

    /** UTF-16LE text, with or without its terminating NUL; empty when it is something else. */
    public static Optional<String> of(Token cookie) {
        try {
            String text = StandardCharsets.UTF_16LE
                    .newDecoder()
                    .decode(ByteBuffer.wrap(cookie.bytes()))
                    .toString();
            return Optional.of(text.endsWith("\0") ? text.substring(0, text.length() - 1) : text);
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
