package io.gatehouse.provider.local;

import org.apache.shiro.authc.AuthenticationException;

/** The password was not checked, because too many are being checked. */
final class BusyException extends AuthenticationException {
    private static final long serialVersionUID = 1L;

    private final String detail;

    BusyException(String detail) {
        super(detail);
        this.detail = detail;
    }

    String detail() {
        return detail;
    }
}
