package io.gatehouse.jetty.kdcproxy;

import java.io.IOException;

/** The KDC got nothing of the message, so another one may be asked. */
final class NotDeliveredException extends IOException {
    private static final long serialVersionUID = 1L;

    NotDeliveredException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    NotDeliveredException(String message) {
        super(message);
    }
}
