package io.gatehouse.formats.signin;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.WebRequest;
import io.gatehouse.formats.text.PrintableText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A header that says who somebody is. Reads it by its exact name, and knows the other spellings that some servers take
 * for the same ({@code X_User}, {@code X.User} for {@code X-User}): proxies that set the one often let clients send the
 * others.
 *
 * @param text as the configuration spells it
 */
public record HeaderName(String text) {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

    /** The header of a configuration key. */
    public static HeaderName parse(String key, String text) throws ProviderException {
        if (!TOKEN.matcher(text).matches()) {
            throw new ProviderException(key + " " + PrintableText.quoted(text) + " (expected the name of a header)");
        }
        return new HeaderName(text);
    }

    /** Whether {@code request} has it in any spelling. */
    public boolean isIn(WebRequest request) {
        return request.headers().keySet().stream().anyMatch(this::isSpelling);
    }

    /** Whether both are spellings of one name. */
    public boolean isSpelling(String name) {
        return folded(name).equals(folded(text));
    }

    /**
     * Its only value; empty when it is absent.
     *
     * @throws RejectedException when it came twice, without a value, or in another spelling
     */
    public Optional<String> only(WebRequest request) throws RejectedException {
        Optional<String> value = single(request);
        if (value.isPresent() && value.get().isEmpty()) {
            throw new RejectedException(Reason.MALFORMED, "header %s is empty".formatted(text));
        }
        return value;
    }

    /** As {@link #only}, but a header without a value counts as absent. */
    public Optional<String> onlyUnlessEmpty(WebRequest request) throws RejectedException {
        return single(request).filter(value -> !value.isEmpty());
    }

    private Optional<String> single(WebRequest request) throws RejectedException {
        for (String name : request.headers().keySet()) {
            if (isSpelling(name) && !name.equalsIgnoreCase(text)) {
                throw new RejectedException(
                        Reason.MALFORMED,
                        "header %s (expected no other spelling of %s)".formatted(PrintableText.line(name), text));
            }
        }
        List<String> values = request.header(text);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1) {
            throw new RejectedException(
                    Reason.MALFORMED, "header %s came %d times (expected once)".formatted(text, values.size()));
        }
        return Optional.of(decoded(values.getFirst()).strip());
    }

    /** HTTP has bytes in header values, which servers show as Latin-1; what proxies put there is UTF-8. */
    private String decoded(String value) throws RejectedException {
        if (value.chars().allMatch(c -> c < 0x80) || value.chars().anyMatch(c -> c > 0xff)) {
            return value;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new RejectedException(Reason.MALFORMED, "header %s is not UTF-8".formatted(text));
        }
    }

    /** As CGI and its heirs fold names, and then some. */
    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
    }

    @Override
    public String toString() {
        return text;
    }
}
