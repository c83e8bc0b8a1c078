package io.gatehouse.jetty.transport;

import io.gatehouse.core.websocket.ServerFrames;
import io.gatehouse.jetty.tunnel.TunnelOutput;
import java.nio.ByteBuffer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers the PINGs of one client, one PONG at a time: while one waits to be sent, only the latest PING is remembered
 * (RFC 6455 5.5.3). So a client that does not read cannot make answers pile up. Safe for use by many threads.
 */
final class Pongs {
    private final TunnelOutput output;
    private boolean sending;
    private @Nullable ByteBuffer latest;

    Pongs(TunnelOutput output) {
        this.output = output;
    }

    /** Answers a PING with this payload. */
    void answer(ByteBuffer payload) {
        synchronized (this) {
            if (sending) {
                latest = payload;
                return;
            }
            sending = true;
        }
        send(payload);
    }

    private void send(ByteBuffer payload) {
        output.sendRaw(ServerFrames.pong(payload), Callback.from(this::sent, failure -> {}));
    }

    private void sent() {
        ByteBuffer next;
        synchronized (this) {
            next = latest;
            latest = null;
            sending = next != null;
        }
        if (next != null) {
            send(next);
        }
    }
}
