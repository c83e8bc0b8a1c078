package io.gatehouse.provider.local;

import org.apache.shiro.authc.UnknownAccountException;

/** The account exists, but has no password that this realm can check. */
final class NoSuchCredentialException extends UnknownAccountException {
    private static final long serialVersionUID = 1L;

    private final String detail;

    NoSuchCredentialException(String detail) {
        super(detail);
        this.detail = detail;
    }

    String detail() {
        return detail;
    }
}
