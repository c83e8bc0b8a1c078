package io.gatehouse.client;

import java.io.IOException;

/** The gateway answered at HTTP level, but not with what the client needs to go on. */
public final class GatewayRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient ResponseHead response;

    GatewayRefusedException(ResponseHead response, String expected) {
        super("gateway answered " + response.status() + " " + response.reason() + " (expected " + expected + ")");
        this.response = response;
    }

    /** The answer's status line and headers. */
    public ResponseHead response() {
        return response;
    }
}
