package io.gatehouse.jetty.admin;

import io.gatehouse.core.config.Durations;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.text.PrintableText;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One call of an operation, whose parameters and fields are those that the operation has.
 *
 * @param id the segment of the path that is one; empty text when there is none
 * @param query the parameters
 * @param body the fields: text, true or false
 */
record Call(Caller caller, String id, Map<String, String> query, Map<String, Object> body) {
    private static final int LONGEST_REASON = 200;
    private static final int DEFAULT_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1000;

    Call {
        query = Map.copyOf(query);
        body = Map.copyOf(body);
    }

    /** A parameter of the query. */
    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /**
     * The parameter {@code limit}: how many entries a page of a list has at most.
     *
     * @throws ApiProblemException 400 when it is no number, or too large
     */
    int limit() throws ApiProblemException {
        String text = parameter("limit").orElse(String.valueOf(DEFAULT_LIMIT));
        int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > LARGEST_LIMIT) {
            throw new ApiProblemException(400, "limit (expected 1 to " + LARGEST_LIMIT + ")");
        }
        return limit;
    }

    /** A text field of the body. */
    Optional<String> text(String name) {
        return Optional.ofNullable((String) body.get(name));
    }

    /** A text field that the body must have. */
    String required(String name) {
        return text(name).orElseThrow(() -> new IllegalStateException(name + " was not checked"));
    }

    /** A field that is true or false, which is the same as absent. */
    boolean flag(String name) {
        return Boolean.TRUE.equals(body.get(name));
    }

    /**
     * Reads a duration as the configuration has them.
     *
     * @throws ApiProblemException when it is none, zero, or longer than {@code longest}
     */
    static Duration duration(String field, String text, Duration longest) throws ApiProblemException {
        Duration duration = switch (Durations.parse(text)) {
            case Parsed.Valid<Duration>(Duration value) -> value;
            case Parsed.Faulty<Duration>(String problem) -> throw new ApiProblemException(400, field + ": " + problem);
        };
        if (!duration.isPositive() || duration.compareTo(longest) > 0) {
            throw new ApiProblemException(
                    400,
                    field + " (expected more than zero and at most \""
                            + (longest.toDays() > 0 ? longest.toDays() + "d" : longest.toHours() + "h") + "\")");
        }
        return duration;
    }

    /**
     * The field {@code reason}, one printable line; empty text when there is none.
     *
     * @throws ApiProblemException when it is something else
     */
    String reason() throws ApiProblemException {
        String reason = text("reason").orElse("");
        if (reason.length() > LONGEST_REASON || !PrintableText.isPrintable(reason)) {
            throw new ApiProblemException(
                    400, "reason: expected one line of at most " + LONGEST_REASON + " printable characters");
        }
        return reason;
    }

    /** What the call does to somebody, for their audit lines: {@code ended by ops: lost laptop}. */
    String why(String done) throws ApiProblemException {
        String reason = reason();
        return done + " by " + caller.name() + (reason.isEmpty() ? "" : ": " + reason);
    }
}
