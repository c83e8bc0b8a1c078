package io.gatehouse.jetty.socket;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the kernel notice, within two minutes, that the other end of a silent connection is gone without a word. */
public final class KeepAlive {
    private static final Logger LOG = LoggerFactory.getLogger(KeepAlive.class);
    private static final int IDLE_SECONDS = 60;
    private static final int INTERVAL_SECONDS = 15;
    private static final int PROBES = 4;

    private KeepAlive() {}

    /** A socket, whatever its class. */
    public interface Options {
        <T> Object setOption(SocketOption<T> name, T value) throws IOException;
    }

    /** Sets TCP keep-alive. */
    public static void watch(Options socket) {
        try {
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.atDebug().setCause(e).log("TCP keep-alive cannot be set on a connection");
        }
    }
}
