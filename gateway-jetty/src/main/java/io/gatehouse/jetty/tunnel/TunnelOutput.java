package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.target.RelaySink;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Puts what a tunnel sends into one order: the packets of the machine and the data of the target, one write at a time.
 * Safe for use by many threads.
 *
 * <p>Its length is bounded: the relay waits for each of its writes, and a client that makes the machine answer without
 * reading the answers is cut off.
 */
public final class TunnelOutput extends IteratingCallback {
    private static final int MAX_WAITING = 64;

    private sealed interface Item {
        Callback callback();
    }

    private record Packet(ByteBuffer bytes, Callback callback) implements Item {}

    private record Payload(RelaySink source, ByteBuffer bytes, Callback callback) implements Item {}

    private record Raw(ByteBuffer bytes, Callback callback) implements Item {}

    private record Goodbye(Callback callback) implements Item {}

    private final ClientLink link;
    private final Queue<Item> waiting = new ArrayDeque<>();
    private final MonotonicClock time;
    private volatile long lastWrite;
    private volatile @Nullable Item current;
    private @Nullable RelaySink relayed;
    private boolean ended;

    TunnelOutput(ClientLink link, MonotonicClock time) {
        this.link = link;
        this.time = time;
        this.lastWrite = time.nanos();
    }

    /** Sends a packet; a failure shows on the transport's receiving side. */
    void send(TsguPacket.FromServer packet) {
        offer(new Packet(TsguCodec.encode(packet), Callback.NOOP));
    }

    /** From now on the data of {@code source} is sent, and no other: the target of the open channel, null for none. */
    void relay(@Nullable RelaySink source) {
        synchronized (waiting) {
            relayed = source;
        }
    }

    /** Sends {@code payload} in a DATA packet; it may be changed again when {@code callback} is done. */
    public void sendData(RelaySink source, ByteBuffer payload, Callback callback) {
        offer(new Payload(source, payload, callback));
    }

    /** Sends bytes of the transport's own. */
    public void sendRaw(ByteBuffer bytes, Callback callback) {
        offer(new Raw(bytes, callback));
    }

    /** Closes the transport when everything before is written. */
    void finish() {
        offer(new Goodbye(Callback.NOOP));
    }

    /** Closes the transport at once, whatever waits. */
    void abort() {
        end(new EofException("the transport is cut off"));
        link.abort();
    }

    /** Whether the transport is closed, and not only about to be. */
    boolean isTransportClosed() {
        return link.isClosed();
    }

    /**
     * When the last write began or ended, by the clock; now while one is under way, since nothing that is sent
     * behind it would reach a client that does not read.
     */
    long lastWrite() {
        return current == null ? lastWrite : time.nanos();
    }

    /** Whether one write has been under way for {@code timeout}: the client takes nothing. */
    boolean isStalled(Duration timeout) {
        return current != null && time.nanos() - lastWrite >= timeout.toNanos();
    }

    /** Whether so much waits for the client already that what can be left out should be. */
    boolean isBehind() {
        synchronized (waiting) {
            return waiting.size() >= MAX_WAITING / 2;
        }
    }

    private void offer(Item item) {
        boolean accepted;
        boolean overflow = false;
        synchronized (waiting) {
            boolean closed =
                    ended || (item instanceof Payload data && !data.source().equals(relayed));
            accepted = !closed && waiting.size() < MAX_WAITING;
            if (accepted) {
                waiting.add(item);
            } else {
                overflow = !closed;
            }
        }
        if (accepted) {
            iterate();
            return;
        }
        item.callback().failed(new EofException("the transport is closed"));
        if (overflow) {
            link.abort();
        }
    }

    @Override
    protected Action process() {
        Item next;
        synchronized (waiting) {
            next = waiting.poll();
        }
        if (next != null) {
            lastWrite = time.nanos();
        }
        current = next;
        if (next == null) {
            return Action.IDLE;
        }
        return switch (next) {
            case Packet(ByteBuffer bytes, Callback callback) -> {
                link.writePacket(bytes, this);
                yield Action.SCHEDULED;
            }
            case Payload(RelaySink source, ByteBuffer bytes, Callback callback) -> {
                link.writeData(bytes, this);
                yield Action.SCHEDULED;
            }
            case Raw(ByteBuffer bytes, Callback callback) -> {
                link.writeRaw(bytes, this);
                yield Action.SCHEDULED;
            }
            case Goodbye(Callback callback) -> {
                link.finish();
                end(new EofException("the transport is closed"));
                yield Action.SUCCEEDED;
            }
        };
    }

    @Override
    protected void onSuccess() {
        lastWrite = time.nanos();
        Item done = current;
        current = null;
        if (done != null) {
            done.callback().succeeded();
        }
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        Item failed = current;
        if (failed != null) {
            failed.callback().failed(cause);
        }
        end(cause);
        link.abort();
    }

    /** Nothing more is written: whoever waits for it is told. */
    private void end(Throwable cause) {
        List<Item> left;
        synchronized (waiting) {
            ended = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(item -> item.callback().failed(cause));
    }
}
