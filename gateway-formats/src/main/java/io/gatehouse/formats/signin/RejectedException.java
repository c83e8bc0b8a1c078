package io.gatehouse.formats.signin;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.text.PrintableText;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a client or another server said is not to be believed. It ends the examination and carries to the mechanism the
 * {@link Outcome.Rejected} that is the answer; without a stack trace, since it is no fault.
 */
public final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String detail;

    /** The detail is for the audit log. */
    public RejectedException(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    /** Carries {@code rejection}. */
    public RejectedException(Outcome.Rejected rejection) {
        this(rejection.reason(), rejection.detail());
    }

    /** A policy of the gateway refuses it. */
    public static RejectedException refused(String detail) {
        return new RejectedException(Reason.REFUSED, detail);
    }

    /** It is meant for another server. */
    public static RejectedException notForUs(String detail) {
        return new RejectedException(Reason.NOT_FOR_US, detail);
    }

    /** Its {@code field} names others than those that are configured. */
    public static RejectedException notForUs(String field, String found, Set<String> expected) {
        return notForUs("%s %s (expected %s)"
                .formatted(
                        field,
                        PrintableText.quoted(found),
                        expected.stream().sorted().map(PrintableText::quoted).collect(Collectors.joining(" or "))));
    }

    /** How the sign-in ends. */
    public Outcome.Rejected rejection() {
        return new Outcome.Rejected(reason, detail);
    }
}
