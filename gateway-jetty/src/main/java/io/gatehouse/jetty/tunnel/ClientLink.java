package io.gatehouse.jetty.tunnel;

import java.nio.ByteBuffer;
import org.eclipse.jetty.util.Callback;

/** The sending side of a transport. One write is outstanding at a time; {@link TunnelOutput} sees to that. */
public interface ClientLink {
    /** Writes one whole TSGU packet. */
    void writePacket(ByteBuffer packet, Callback callback);

    /** Writes one DATA packet with {@code payload}, at most 65535 bytes. */
    void writeData(ByteBuffer payload, Callback callback);

    /** Writes bytes of the transport's own, which are no packet. */
    void writeRaw(ByteBuffer bytes, Callback callback);

    /** Says goodbye as the transport does and closes it; nothing is being written. */
    void finish();

    /** Closes the transport at once, whatever is being written. */
    void abort();

    /** Whether every connection of the transport is closed, so that there is nothing to abort. */
    boolean isClosed();
}
