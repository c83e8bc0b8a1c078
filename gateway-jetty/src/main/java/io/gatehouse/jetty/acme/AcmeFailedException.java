package io.gatehouse.jetty.acme;

import java.time.Instant;
import java.util.Optional;

/** An attempt to get a certificate came to nothing; the message tells the administrator what to mend. */
final class AcmeFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an exception of this program only
    private final Optional<Instant> notBefore;

    AcmeFailedException(String message, Optional<Instant> notBefore, Throwable cause) {
        super(message, cause);
        this.notBefore = notBefore;
    }

    AcmeFailedException(String message) {
        super(message);
        this.notBefore = Optional.empty();
    }

    /** When the server lets the gateway try again, if it has said so. */
    Optional<Instant> notBefore() {
        return notBefore;
    }
}
