package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.tunnel.TunnelEffect;
import io.gatehouse.core.tunnel.TunnelEvent;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import io.gatehouse.jetty.target.RelaySink;
import io.gatehouse.jetty.target.TargetConnection;
import io.gatehouse.jetty.target.TargetOpener;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The target of one CHANNEL_CREATE, from the first name that is tried to the end of the channel. Once it is closed,
 * nothing that comes of it is told any more: a connection that arrives then is closed at once.
 *
 * <p>Touched by the tunnel's mailbox only, but for the methods of {@link RelaySink}, {@link TargetOpener.Listener} and
 * {@link #view}.
 */
final class TargetSlot implements TargetOpener.Listener, RelaySink {
    /** What a channel carried. */
    record Traffic(long bytesToTarget, long bytesToClient, Duration lasted) {}

    private record Channel(Identity identity, String target, TargetConnection connection, long openedAt) {}

    private final TunnelOutput output;
    private final Mailbox mailbox;
    private final Consumer<TunnelEvent> events;
    private final MonotonicClock time;
    private final Runnable released;
    private TargetOpener.@Nullable Attempt attempt;
    private @Nullable TargetConnection connection;
    private volatile @Nullable Channel channel;
    private long lastInput;
    private boolean closed;

    /**
     * A target that is not looked for yet.
     *
     * @param events takes what comes of it, in the mailbox
     * @param released runs when it is closed or was not reached
     */
    TargetSlot(
            TunnelOutput output,
            Mailbox mailbox,
            Consumer<TunnelEvent> events,
            MonotonicClock time,
            Runnable released) {
        this.output = output;
        this.mailbox = mailbox;
        this.events = events;
        this.time = time;
        this.released = released;
    }

    void open(TargetOpener opener, Identity who, List<String> names, int port) {
        attempt = opener.open(who, names, port, this);
    }

    @Override
    public void opened(Access.Allow allow, InetAddress address, TargetConnection opened) {
        mailbox.post(() -> {
            if (closed) {
                opened.close();
                return;
            }
            attempt = null;
            connection = opened;
            events.accept(new TunnelEvent.TargetOpened(allow, address));
        });
    }

    @Override
    public void failed(TargetFailure failure, String target, String why) {
        mailbox.post(() -> {
            if (!closed) {
                closed = true;
                released.run();
                events.accept(new TunnelEvent.TargetFailed(failure, target, why));
            }
        });
    }

    /** The channel to it is open. */
    void channelOpened(TunnelEffect.ChannelOpened report) {
        channel = new Channel(
                report.session().identity(), report.allow().target().toString(), connection(), time.nanos());
    }

    private TargetConnection connection() {
        TargetConnection open = connection;
        if (open == null) {
            throw new IllegalStateException("a channel without a connection");
        }
        return open;
    }

    void startRelay() {
        lastInput = time.nanos();
        output.relay(this);
        connection().startRelay(this);
    }

    void write(ByteBuffer payload, Callback written) {
        lastInput = time.nanos();
        connection().write(payload, Callback.from(written::succeeded, failure -> {
            ended("writing to the target failed: " + failure);
            written.succeeded();
        }));
    }

    @Override
    public void data(ByteBuffer bytes, Callback callback) {
        output.sendData(this, bytes, callback);
    }

    @Override
    public void ended(String why) {
        mailbox.post(() -> {
            if (!closed) {
                events.accept(new TunnelEvent.TargetClosed(why));
            }
        });
    }

    /** When the client last sent something for it, by the clock. */
    long lastInput() {
        return lastInput;
    }

    /** Closes the connection, or gives up making one. Doing so again changes nothing. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        output.relay(null);
        if (attempt != null) {
            attempt.cancel();
        }
        released.run();
        if (connection != null) {
            connection.close();
        }
    }

    /** What the channel carried, which ends with this call. */
    Traffic endChannel() {
        Channel ended = channel;
        if (ended == null) {
            throw new IllegalStateException("a channel closed that was not open");
        }
        channel = null;
        return new Traffic(
                ended.connection().bytesToTarget(), ended.connection().bytesToClient(), age(ended));
    }

    private Duration age(Channel open) {
        return Duration.ofNanos(time.nanos() - open.openedAt());
    }

    /** What the portal shows of the open channel to {@code account}, if it is theirs; from any thread. */
    Optional<LiveTunnels.Tunnel> view(String tunnel, String account) {
        Channel open = channel;
        if (open == null || !AccountNames.key(open.identity()).equals(account)) {
            return Optional.empty();
        }
        return Optional.of(new LiveTunnels.Tunnel(
                tunnel,
                open.target(),
                age(open),
                open.connection().bytesToTarget(),
                open.connection().bytesToClient(),
                open.identity().grant().map(Grant::token)));
    }
}
