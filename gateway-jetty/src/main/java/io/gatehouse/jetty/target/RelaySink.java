package io.gatehouse.jetty.target;

import java.nio.ByteBuffer;
import org.eclipse.jetty.util.Callback;

/** Takes what a target sends. */
public interface RelaySink {
    /** Takes bytes, which may be changed again when {@code callback} is done; the next come only then. */
    void data(ByteBuffer bytes, Callback callback);

    /** The connection ended, for the first reason that is given; nothing comes any more. */
    void ended(String why);
}
