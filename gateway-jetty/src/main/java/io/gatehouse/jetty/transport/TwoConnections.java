package io.gatehouse.jetty.transport;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The order of what happens to the two connections of a dual channel, whichever threads it happens on: the OUT
 * connection is taken over from HTTP, a request on IN asks for the tunnel, OUT ends. The tunnel is opened once, when
 * the first two have happened and the third has not. It learns of an end that comes while it is opened. Safe for use by
 * many threads; nothing of others runs while the lock is held.
 *
 * @param <I> the request on IN, which is answered once
 * @param <T> the tunnel
 */
final class TwoConnections<I, T> {
    private record Tunnel<T>(Supplier<T> open, Consumer<T> opened) {}

    private final BiConsumer<T, String> tellEnd;
    private boolean outIsReady;
    private @Nullable Tunnel<T> wanted;
    private boolean begun;
    private @Nullable T tunnel;
    private @Nullable I in;
    /** Why there is no OUT connection any more. */
    private @Nullable String ended;

    /**
     * Nothing has happened.
     *
     * @param tellEnd tells a tunnel why its OUT connection ended
     */
    TwoConnections(BiConsumer<T, String> tellEnd) {
        this.tellEnd = tellEnd;
    }

    /** The OUT connection is ours. */
    void outIsReady() {
        synchronized (this) {
            outIsReady = true;
        }
        begin();
    }

    /**
     * A request on IN asks for the tunnel.
     *
     * @param open opens it
     * @param opened runs with it, unless OUT ended meanwhile
     * @return false when OUT has ended, so that the request is the caller's to answer
     */
    boolean attach(I request, Supplier<T> open, Consumer<T> opened) {
        synchronized (this) {
            if (ended != null) {
                return false;
            }
            in = request;
            wanted = new Tunnel<>(open, opened);
        }
        begin();
        return true;
    }

    private void begin() {
        Tunnel<T> beginning;
        synchronized (this) {
            beginning = wanted;
            if (!outIsReady || beginning == null || begun || ended != null) {
                return;
            }
            begun = true;
        }
        T made = beginning.open().get();
        String meanwhile;
        synchronized (this) {
            tunnel = made;
            meanwhile = ended;
        }
        if (meanwhile == null) {
            beginning.opened().accept(made);
        } else {
            tellEnd.accept(made, meanwhile);
        }
    }

    /** OUT ended. The tunnel is told each time; the first reason counts for one that is only being opened. */
    void end(String why) {
        T running;
        synchronized (this) {
            ended = ended == null ? why : ended;
            running = tunnel;
        }
        if (running != null) {
            tellEnd.accept(running, why);
        }
    }

    /** Whether a tunnel was opened, or is being opened, that tells what becomes of it. */
    synchronized boolean hasBegun() {
        return begun;
    }

    /** The request on IN, for the one who answers it; null when there is none or somebody has it already. */
    synchronized @Nullable I takeIn() {
        I taken = in;
        in = null;
        return taken;
    }
}
