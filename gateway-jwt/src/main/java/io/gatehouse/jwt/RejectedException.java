package io.gatehouse.jwt;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.text.PrintableText;
import java.util.Set;
import java.util.stream.Collectors;

/** A token or an answer is not to be believed; carried to the mechanism, which answers it as a value. */
public final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public RejectedException(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    /** What names makers or readers names others than those that are configured. */
    public static RejectedException notForUs(String field, String found, Set<String> expected) {
        return new RejectedException(
                Reason.NOT_FOR_US,
                "%s %s (expected %s)"
                        .formatted(
                                field,
                                PrintableText.quoted(found),
                                expected.stream().sorted().map(PrintableText::quoted).collect(Collectors.joining(" or "))));
    }

    public Outcome.Rejected rejection() {
        return new Outcome.Rejected(reason, String.valueOf(getMessage()));
    }
}
