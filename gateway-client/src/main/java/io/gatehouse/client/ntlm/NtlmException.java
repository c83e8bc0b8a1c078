package io.gatehouse.client.ntlm;

import java.io.IOException;

/** The server's NTLM challenge cannot be answered; the message names the offending and the expected value. */
public final class NtlmException extends IOException {
    private static final long serialVersionUID = 1L;

    NtlmException(String message) {
        super(message);
    }
}
