package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;

/** Ends the examination of a token; becomes the {@link Outcome.Rejected} of the conversation. */
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String detail;

    RejectedException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
        this.detail = detail;
    }

    static RejectedException refused(String detail) {
        return new RejectedException(Reason.REFUSED, detail);
    }

    static RejectedException notForUs(String detail) {
        return new RejectedException(Reason.NOT_FOR_US, detail);
    }

    Outcome.Rejected rejection() {
        return new Outcome.Rejected(reason, detail);
    }
}
