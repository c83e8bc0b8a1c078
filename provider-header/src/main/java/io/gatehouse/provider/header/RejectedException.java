package io.gatehouse.provider.header;

import io.gatehouse.api.Outcome;

/** What stands in a request is not to be believed, and why. */
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Outcome.Reason reason;

    RejectedException(Outcome.Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    Outcome.Rejected outcome() {
        return new Outcome.Rejected(reason, String.valueOf(getMessage()));
    }
}
