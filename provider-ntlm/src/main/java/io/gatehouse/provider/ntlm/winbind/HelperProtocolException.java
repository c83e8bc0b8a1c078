package io.gatehouse.provider.ntlm.winbind;

import java.io.IOException;

/** A program said something else than what its protocol allows; the message has no part of what it said. */
final class HelperProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    HelperProtocolException(String message) {
        super(message);
    }
}
