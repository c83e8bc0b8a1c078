package io.gatehouse.provider.local;

import io.gatehouse.api.Outcome.Reason;
import org.apache.shiro.authc.AuthenticationException;

/**
 * How a realm refuses when Shiro has no exception for it, or the audit log is to learn more. {@link Reason#NOT_KNOWN}
 * lets the next realm be asked, everything else is final.
 */
final class RealmRefusal extends AuthenticationException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String detail;

    /**
     * A refusal.
     *
     * @param detail for the audit log only; never a secret
     */
    RealmRefusal(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
        this.detail = detail;
    }

    Reason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }
}
