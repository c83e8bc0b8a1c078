package io.gatehouse.client;

import io.gatehouse.core.tsgu.RdgError;
import java.io.IOException;
import java.util.Optional;

/** The gateway refused a step inside the tunnel with an error code. */
public final class TunnelException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    TunnelException(String step, int code) {
        super(step + " failed with 0x" + Integer.toHexString(code)
                + RdgError.of(code).map(error -> " " + error).orElse(""));
        this.code = code;
    }

    /** The code as it was sent, an HRESULT in a good gateway. */
    public int code() {
        return code;
    }

    /** The code's name, when it is known. */
    public Optional<RdgError> error() {
        return RdgError.of(code);
    }
}
