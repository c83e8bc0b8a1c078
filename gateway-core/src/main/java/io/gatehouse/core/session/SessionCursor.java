package io.gatehouse.core.session;

import io.gatehouse.core.text.Parsed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The place in a list behind which a page begins: what the last session before it was sorted by.
 *
 * @param order of the list
 * @param key of that session
 * @param id of that session
 */
public record SessionCursor(SessionOrder order, String key, String id) {
    private static final int LONGEST = 2048;
    private static final String FAULTY = "not a cursor of this API (expected the value of \"next\" of the page before)";

    boolean isBefore(String otherKey, String otherId) {
        int byKey = key.compareTo(otherKey);
        return byKey < 0 || (byKey == 0 && id.compareTo(otherId) < 0);
    }

    /** Reads what {@link #toString} wrote. */
    public static Parsed<SessionCursor> parse(String text) {
        if (text.length() > LONGEST) {
            return Parsed.faulty(FAULTY);
        }
        String plain;
        try {
            plain = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Parsed.faulty(FAULTY);
        }
        String[] parts = plain.split("\n", -1);
        Optional<SessionOrder> order = SessionOrder.of(parts[0]);
        return parts.length == 3 && order.isPresent()
                ? Parsed.valid(new SessionCursor(order.get(), parts[1], parts[2]))
                : Parsed.faulty(FAULTY);
    }

    /** Text for a URL, which a client gives back as it is. */
    @Override
    public String toString() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((order.label() + "\n" + key + "\n" + id).getBytes(StandardCharsets.UTF_8));
    }
}
