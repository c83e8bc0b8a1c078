package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.session.GivenApproval;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.tunnel.TunnelEffect;
import io.gatehouse.core.tunnel.TunnelEvent;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import io.gatehouse.core.tunnel.TunnelState;
import io.gatehouse.jetty.target.RelaySink;
import io.gatehouse.jetty.target.TargetConnection;
import io.gatehouse.jetty.target.TargetOpener;
import io.gatehouse.jetty.wake.WakeAnswer;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The target of one CHANNEL_CREATE, from the first name that is tried to the end of the channel. Once it is closed,
 * nothing that comes of it is told any more: a connection that arrives then is closed at once.
 *
 * <p>Touched by the tunnel's mailbox only, but for the methods of {@link RelaySink}, {@link TargetOpener.Listener} and
 * {@link #session}.
 */
final class TargetSlot implements TargetOpener.Listener, RelaySink {
    /** What a channel carried. */
    record Traffic(long bytesToTarget, long bytesToClient, Duration lasted) {}

    /** Says which rules ask for an approval first. */
    interface Approving {
        /** Whether a channel by {@code rule} has to wait; from any thread. */
        boolean isNeeded(Rule rule);

        /** The target has to wait, and this is its end; in the mailbox. */
        void needed(Access.Allow allow);
    }

    private record Channel(
            TunnelEffect.ChannelOpened report,
            Optional<GivenApproval> approval,
            TargetConnection connection,
            long openedAt,
            Instant since) {}

    private final TunnelOutput output;
    private final Mailbox mailbox;
    private final Consumer<TunnelEvent> events;
    private final MonotonicClock time;
    private final Function<Rule, Optional<String>> counted;
    private final Function<Access.Allow, Optional<Supplier<WakeAnswer>>> waking;
    private final Approving approving;
    private final Function<Access.Allow, TunnelEvent> dialled;
    private final Runnable released;
    private TargetOpener.@Nullable Attempt attempt;
    private @Nullable TargetConnection connection;
    private volatile @Nullable Channel channel;
    /** By the clock. Written for each packet, so nobody waits for the others to see it. */
    private final AtomicLong lastInput = new AtomicLong();
    /** Whether the target has not yet taken what was written then. */
    private volatile boolean writing;

    private boolean closed;

    /**
     * A target that is not looked for yet.
     *
     * @param events takes what comes of it, in the mailbox
     * @param counted counts the channel under the rule that allows it, or says why it may not be opened; from any
     *     thread
     * @param waking wakes the machine of a target; from any thread
     * @param approving says whether somebody must approve the target first
     * @param dialled decides once more, in the mailbox, when the target was dialled: the rules may be others by then
     * @param released runs when it is closed or was not reached
     */
    TargetSlot(
            TunnelOutput output,
            Mailbox mailbox,
            Consumer<TunnelEvent> events,
            MonotonicClock time,
            Function<Rule, Optional<String>> counted,
            Function<Access.Allow, Optional<Supplier<WakeAnswer>>> waking,
            Approving approving,
            Function<Access.Allow, TunnelEvent> dialled,
            Runnable released) {
        this.output = output;
        this.mailbox = mailbox;
        this.events = events;
        this.time = time;
        this.counted = counted;
        this.waking = waking;
        this.approving = approving;
        this.dialled = dialled;
        this.released = released;
    }

    void open(TargetOpener opener, Requester who, List<String> names, int port) {
        attempt = opener.open(who, names, port, this);
    }

    @Override
    public Optional<String> refusal(Access.Allow allow) {
        return counted.apply(allow.rule());
    }

    @Override
    public Optional<Supplier<WakeAnswer>> waking(Access.Allow allow) {
        return waking.apply(allow);
    }

    @Override
    public boolean needsApproval(Access.Allow allow) {
        return approving.isNeeded(allow.rule());
    }

    @Override
    public void approvalNeeded(Access.Allow allow) {
        mailbox.post(() -> {
            if (!closed) {
                closed = true;
                released.run();
                approving.needed(allow);
            }
        });
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
            TunnelEvent decided = dialled.apply(allow.dialled(address));
            if (!(decided instanceof TunnelEvent.TargetOpened)) {
                close();
            }
            events.accept(decided);
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

    /** The channel to it is open since {@code now}, by {@code approval} if its rule asks for one. */
    void channelOpened(TunnelEffect.ChannelOpened report, Instant now, Optional<GivenApproval> approval) {
        long openedAt = time.nanos();
        lastInput.setRelease(openedAt);
        channel = new Channel(report, approval, connection(), openedAt, now);
    }

    /**
     * The channel is open by {@code allow} from now on. Where its rule asks for the same approval as before, that goes
     * on, even if it is good for no other channel any more.
     *
     * @param approval that covers it now
     */
    void allowedBy(Access.Allow allow, Optional<GivenApproval> approval) {
        Channel open = channel;
        if (open != null) {
            TunnelEffect.ChannelOpened report = open.report();
            channel = new Channel(
                    new TunnelEffect.ChannelOpened(report.session(), allow, report.names(), report.address()),
                    allow.rule().asksLike(report.allow().rule()) ? open.approval() : approval,
                    open.connection(),
                    open.openedAt(),
                    open.since());
        }
    }

    private TargetConnection connection() {
        TargetConnection open = connection;
        if (open == null) {
            throw new IllegalStateException("a channel without a connection");
        }
        return open;
    }

    void startRelay() {
        lastInput.setRelease(time.nanos());
        output.relay(this);
        connection().startRelay(this);
    }

    /** Keeps {@code payload} for {@link #writeGathered}; it must not change until then. */
    void gather(ByteBuffer payload) {
        lastInput.setRelease(time.nanos());
        connection().gather(payload);
    }

    /** Writes what was gathered. */
    void writeGathered(Callback written) {
        TargetConnection open = connection;
        if (open == null) {
            written.succeeded();
            return;
        }
        writing = true;
        open.writeGathered(Callback.from(
                () -> {
                    writing = false;
                    written.succeeded();
                },
                failure -> {
                    writing = false;
                    ended("writing to the target failed: " + failure);
                    written.succeeded();
                }));
    }

    /** Ends the channel when the target has taken nothing of a write for {@code timeout}; from any thread. */
    void endStalled(Duration timeout) {
        if (writing && time.nanos() - lastInput.getAcquire() >= timeout.toNanos()) {
            ended("the target took nothing for " + timeout.toMillis() + " ms (write-timeout)");
        }
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
        return lastInput.getPlain();
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
                ended.connection().bytesToTarget(),
                ended.connection().bytesToClient(),
                Duration.ofNanos(time.nanos() - ended.openedAt()));
    }

    /** Whether it has an open channel; from any thread. */
    boolean isOpen() {
        return channel != null;
    }

    /** The open channel as it is now, in the tunnel {@code id} that began so; from any thread. */
    Optional<Session> session(String id, TunnelStart start) {
        Channel open = channel;
        return open == null ? Optional.empty() : Optional.of(session(id, start, open));
    }

    private Session session(String id, TunnelStart start, Channel open) {
        TunnelState.Session tunnel = open.report().session();
        return new Session(
                id,
                start.correlationId(),
                tunnel.identity(),
                new Session.Client(
                        start.peer().address(),
                        tunnel.clientName(),
                        start.userAgent(),
                        tunnel.offeredFlags(),
                        tunnel.showsMessages()),
                start.transport(),
                open.report().allow().target(),
                open.report().address(),
                open.report().allow().rule().name(),
                open.approval(),
                open.since(),
                Duration.ofNanos(Math.max(0, time.nanos() - lastInput.getAcquire())),
                open.connection().bytesToTarget(),
                open.connection().bytesToClient());
    }
}
