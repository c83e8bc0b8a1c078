package io.gatehouse.provider.oidc;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;

/** A token or an answer is not to be believed; carried to the mechanism, which answers it as a value. */
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    RejectedException(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    Outcome.Rejected rejection() {
        return new Outcome.Rejected(reason, String.valueOf(getMessage()));
    }
}
