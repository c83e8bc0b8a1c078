package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.login.LoginAttempt;
import io.gatehouse.core.login.LoginStep;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Admission;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.token.PaaAuthentication;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.tsgu.MalformedPacketException;
import io.gatehouse.core.tsgu.PacketAssembler;
import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.core.tunnel.Transition;
import io.gatehouse.core.tunnel.TunnelEffect;
import io.gatehouse.core.tunnel.TunnelEvent;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import io.gatehouse.core.tunnel.TunnelMachine;
import io.gatehouse.core.tunnel.TunnelState;
import io.gatehouse.core.tunnel.TunnelTimer;
import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.target.TargetConnection;
import io.gatehouse.jetty.target.TargetOpener;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one tunnel: feeds the machine its events one at a time, whatever thread they come from, and does what it says.
 *
 * <p>Events wait in a queue that whoever finds it idle works off; its length is bounded by what can be outstanding: one
 * packet, a handful of timers, one sign-in step and one target.
 */
public final class TunnelDriver {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelDriver.class);
    /** How long a client may take to read the last bytes. */
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private final TunnelServices services;
    private final TunnelMachine machine;
    private final TunnelOutput output;
    private final Peer peer;
    private final String transport;
    private final String correlationId;
    private final List<ConnectionGuard> guards;
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final TunnelTimers timers;

    // Touched by the mailbox only.
    private TunnelState state;
    private Optional<String> clientName = Optional.empty();
    private @Nullable LoginAttempt attempt;
    private PaaLedger.@Nullable Ticket ticket;
    private volatile @Nullable TargetConnection target;
    private TargetOpener.@Nullable Attempt opening;
    private long openings;
    /** All names of the last CHANNEL_CREATE, when there are several. */
    private List<String> asked = List.of();

    private Optional<String> remark = Optional.empty();
    private OptionalLong firstChannelAt = OptionalLong.empty();
    private volatile @Nullable OpenChannel channel;
    private volatile Optional<Identity> identity = Optional.empty();
    private @Nullable TargetConnection arriving;
    private boolean closing;
    private final String id = UUID.randomUUID().toString();
    private volatile long lastInput = System.nanoTime();

    private record OpenChannel(Identity identity, String target, long openedAt) {}

    public TunnelDriver(
            TunnelServices services,
            SignIn signIn,
            Peer peer,
            String transport,
            String correlationId,
            ClientLink link,
            List<ConnectionGuard> guards) {
        this.services = services;
        this.machine = new TunnelMachine(services.settings(), services.nextTunnelId());
        this.output = new TunnelOutput(link);
        this.peer = peer;
        this.transport = transport;
        this.correlationId = correlationId;
        this.guards = List.copyOf(guards);
        this.state = TunnelState.initial(signIn);
        if (signIn instanceof SignIn.ByHttp(Identity who)) {
            identity = Optional.of(who);
            guards.forEach(guard -> guard.signedIn(who));
        }
        this.timers = new TunnelTimers(services.scheduler(), this::timerFired, this::quietSince);
        Duration left = guards.stream()
                .map(ConnectionGuard::timeLeft)
                .min(Duration::compareTo)
                .orElse(services.settings().loginDeadline());
        post(() -> timers.arm(TunnelTimer.LOGIN, left));
        services.tunnels().add(this);
    }

    public TunnelOutput output() {
        return output;
    }

    /**
     * Takes a packet from the client.
     *
     * @param packet one whole packet; must not change before {@code consumed} is done
     * @param consumed done when the packet is dealt with and the next may come
     */
    public void received(ByteBuffer packet, Callback consumed) {
        TunnelEvent event;
        try {
            TsguPacket.FromClient decoded = TsguCodec.decodeFromClient(packet);
            event = new TunnelEvent.Received(decoded);
        } catch (MalformedPacketException e) {
            event = new TunnelEvent.Malformed(String.valueOf(e.getMessage()));
        }
        TunnelEvent result = event;
        post(() -> handle(result, consumed));
    }

    public void malformed(String why) {
        post(new TunnelEvent.Malformed(why));
    }

    public void transportClosed(String why) {
        post(new TunnelEvent.TransportClosed(why));
    }

    /** The connection {@code from} ended; of no interest when it is not that of the open channel any more. */
    public void targetClosed(TargetConnection from, String why) {
        post(() -> {
            if (target == from) {
                handle(new TunnelEvent.TargetClosed(why), Callback.NOOP);
            }
        });
    }

    /** Ends the tunnel for an administrator or the gateway's own end. */
    void terminate(boolean byAdministrator, String why) {
        post(new TunnelEvent.Terminated(byAdministrator, why));
    }

    /** What the portal shows of it, when it has an open channel and is that of {@code account}; from any thread. */
    Optional<LiveTunnels.Tunnel> view(String account) {
        OpenChannel open = channel;
        TargetConnection to = target;
        if (open == null || to == null || !AccountNames.key(open.identity()).equals(account)) {
            return Optional.empty();
        }
        return Optional.of(new LiveTunnels.Tunnel(
                id,
                open.target(),
                Duration.ofNanos(System.nanoTime() - open.openedAt()),
                to.bytesToTarget(),
                to.bytesToClient(),
                open.identity().grant().map(Grant::token)));
    }

    /** Who signed in, once somebody did; from any thread. */
    Optional<Identity> user() {
        return identity;
    }

    /** A new assembler for the client's bytes. */
    public static PacketAssembler newAssembler() {
        return new PacketAssembler(PacketAssembler.SETUP_LIMIT);
    }

    private void post(TunnelEvent event) {
        post(() -> handle(event, Callback.NOOP));
    }

    private void post(Runnable task) {
        mailbox.add(task);
        if (waiting.getAndIncrement() == 0) {
            do {
                Runnable next = mailbox.poll();
                if (next != null) {
                    run(next);
                }
            } while (waiting.decrementAndGet() != 0);
        }
    }

    /** Whatever a task throws, the next one gets its turn. */
    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            broken(e);
            over();
        }
    }

    private void broken(Throwable cause) {
        LOG.atError().addKeyValue("correlation", correlationId).setCause(cause).log("tunnel failed");
        state = new TunnelState.Closed();
        closeTarget();
        closeTransport();
    }

    private void handle(TunnelEvent event, Callback consumed) {
        Callback pending = consumed;
        try {
            note(event);
            Transition transition = machine.on(state, event);
            state = transition.next();
            for (TunnelEffect effect : transition.effects()) {
                if (effect instanceof TunnelEffect.WriteTarget(ByteBuffer payload)) {
                    Callback written = pending;
                    pending = Callback.NOOP;
                    writeTarget(payload, written);
                } else {
                    run(effect);
                }
            }
        } catch (RuntimeException e) {
            broken(e);
        }
        pending.succeeded();
        if (state instanceof TunnelState.Closed) {
            over();
        }
    }

    private void note(TunnelEvent event) {
        if (event instanceof TunnelEvent.Received(TsguPacket.TunnelAuth auth)) {
            clientName = Optional.of(auth.clientName());
        }
        if (event instanceof TunnelEvent.TargetOpened && state instanceof TunnelState.Connecting) {
            target = arriving;
            arriving = null;
        }
    }

    private void run(TunnelEffect effect) {
        switch (effect) {
            case TunnelEffect.Send(TsguPacket.FromServer packet) -> output.send(packet);
            case TunnelEffect.Authenticate(Token blob) -> authenticate(blob);
            case TunnelEffect.AuthenticateByCookie(Token cookie) -> authenticateByCookie(cookie);
            case TunnelEffect.Admit(Identity who) -> admit(who);
            case TunnelEffect.OpenTarget(Identity who, List<String> names, int port) -> openTarget(who, names, port);
            case TunnelEffect.StartRelay ignored -> startRelay();
            case TunnelEffect.WriteTarget ignored -> throw new IllegalStateException("handled by the caller");
            case TunnelEffect.CloseTarget ignored -> closeTarget();
            case TunnelEffect.Arm(TunnelTimer timer, Duration delay) ->
                timers.arm(timer, timer == TunnelTimer.SESSION ? leftOfSession(delay) : delay);
            case TunnelEffect.Disarm(TunnelTimer timer) -> timers.disarm(timer);
            case TunnelEffect.CloseTransport ignored -> closeTransport();
            case TunnelEffect.Report(TunnelEffect.TunnelReport report) -> report(report);
        }
    }

    /**
     * A session lasts from the first channel of its tunnel on: closing the channel and opening it again makes it no
     * longer.
     */
    private Duration leftOfSession(Duration timeout) {
        Duration passed = Duration.ofNanos(System.nanoTime() - firstChannelAt.orElseGet(System::nanoTime));
        return passed.compareTo(timeout) < 0 ? timeout.minus(passed) : Duration.ZERO;
    }

    private void writeTarget(ByteBuffer payload, Callback written) {
        lastInput = System.nanoTime();
        TargetConnection to = target;
        if (to == null) {
            written.succeeded();
            return;
        }
        to.write(payload, Callback.from(written::succeeded, failure -> {
            targetClosed(to, "writing to the target failed: " + failure);
            written.succeeded();
        }));
    }

    private void authenticate(Token blob) {
        LoginAttempt begun = attempt;
        attempt = null;
        if (begun == null) {
            Optional<TokenMechanism> mechanism = services.mechanisms().forExtendedAuth();
            if (mechanism.isEmpty()) {
                post(new TunnelEvent.SignInEnded(
                        new Outcome.Rejected(Outcome.Reason.UNAVAILABLE, "no mechanism for extended authentication")));
                return;
            }
            begun = services.newAttempt(mechanism.get(), peer, Venue.TUNNEL_EXTENDED_AUTH);
        }
        LoginAttempt running = begun;
        services.executor().execute(() -> {
            LoginStep step = running.next(blob);
            post(() -> signInAdvanced(running, step));
        });
    }

    private void authenticateByCookie(Token cookie) {
        Optional<PaaAuthentication> tokens = services.tokens();
        if (tokens.isEmpty()) {
            post(new TunnelEvent.SignInEnded(new Outcome.Rejected(Outcome.Reason.REFUSED, "tokens are not taken")));
            return;
        }
        services.executor().execute(() -> {
            PaaAuthentication.Answer answer =
                    tokens.get().authenticate(cookie, peer, () -> terminate(true, "the token was revoked"));
            post(() -> cookieJudged(answer));
        });
    }

    private void cookieJudged(PaaAuthentication.Answer answer) {
        switch (answer) {
            case PaaAuthentication.Answer.Accepted(Identity who, PaaLedger.Ticket opened, Optional<String> noticed) -> {
                if (state instanceof TunnelState.Closed) {
                    opened.close();
                    return;
                }
                ticket = opened;
                remark = noticed;
                handle(new TunnelEvent.SignInEnded(Outcome.Accepted.of(who)), Callback.NOOP);
            }
            case PaaAuthentication.Answer.Refused(Optional<String> account, Outcome.Rejected rejected) -> {
                refused(PaaAuthentication.METHOD, account, rejected);
                handle(new TunnelEvent.SignInEnded(rejected), Callback.NOOP);
            }
        }
    }

    private void refused(String method, Optional<String> account, Outcome.Rejected rejected) {
        services.audit()
                .record(new AuditEvent.SignInRefused(origin(), account, method, rejected.reason(), rejected.detail()));
    }

    private void signInAdvanced(LoginAttempt running, LoginStep step) {
        switch (step) {
            case LoginStep.Continue(Token challenge) -> {
                attempt = running;
                handle(new TunnelEvent.SignInContinues(challenge), Callback.NOOP);
                if (state instanceof TunnelState.Closed) {
                    closeAttempt();
                }
            }
            case LoginStep.Done(Outcome outcome, Optional<String> account) -> {
                running.close();
                attempt = null;
                if (outcome instanceof Outcome.Rejected rejected) {
                    refused(running.method(), account, rejected);
                }
                handle(new TunnelEvent.SignInEnded(outcome), Callback.NOOP);
            }
        }
    }

    private void admit(Identity who) {
        identity = Optional.of(who);
        Optional<Admission> admission = services.policy().admit(who);
        post(
                admission.isPresent()
                        ? new TunnelEvent.Admitted(admission.get())
                        : new TunnelEvent.NotAdmitted("no rule applies to " + AccountNames.withGroups(who)));
    }

    private void openTarget(Identity who, List<String> names, int port) {
        asked = names.size() > 1 ? names : List.of();
        Optional<String> refusal = services.tunnels().reserveChannel(this, who);
        if (refusal.isPresent()) {
            post(new TunnelEvent.TargetFailed(TargetFailure.TOO_MANY, names.getFirst() + ":" + port, refusal.get()));
            return;
        }
        long number = ++openings;
        opening = services.opener().open(services.accounts().current(who), names, port, new TargetOpener.Listener() {
            @Override
            public void opened(Access.Allow allow, InetAddress address, TargetConnection connection) {
                post(() -> {
                    if (number != openings) {
                        connection.close();
                        return;
                    }
                    opening = null;
                    arriving = connection;
                    handle(new TunnelEvent.TargetOpened(allow, address), Callback.NOOP);
                    if (arriving != null) {
                        arriving.close();
                        arriving = null;
                    }
                });
            }

            @Override
            public void failed(TargetFailure failure, String name, String why) {
                post(() -> {
                    if (number != openings) {
                        return;
                    }
                    opening = null;
                    services.tunnels().releaseChannel(TunnelDriver.this);
                    handle(new TunnelEvent.TargetFailed(failure, name, why), Callback.NOOP);
                });
            }
        });
    }

    private void startRelay() {
        lastInput = System.nanoTime();
        guards.forEach(ConnectionGuard::channelOpened);
        TargetConnection from = target;
        if (from != null) {
            output.relay(from);
            from.startRelay(this);
        }
    }

    private void closeTarget() {
        TargetOpener.Attempt pending = opening;
        opening = null;
        openings++;
        output.relay(null);
        if (pending != null) {
            pending.cancel();
        }
        services.tunnels().releaseChannel(this);
        TargetConnection open = target;
        if (open != null) {
            open.close();
        }
    }

    private void report(TunnelEffect.TunnelReport report) {
        AuditEvent event = switch (report) {
            case TunnelEffect.SignedIn(Identity who) -> {
                identity = Optional.of(who);
                guards.forEach(guard -> guard.signedIn(who));
                yield new AuditEvent.SignedIn(origin(), who, remark);
            }
            case TunnelEffect.Refused(String code, String name, String why) ->
                new AuditEvent.Refused(
                        origin(), identity, Optional.of(name).filter(text -> !text.isEmpty()), asked, code, why);
            case TunnelEffect.ChannelOpened(Identity who, Access.Allow allow, InetAddress address) -> {
                String name = allow.target().toString();
                long now = System.nanoTime();
                channel = new OpenChannel(who, name, now);
                firstChannelAt = OptionalLong.of(firstChannelAt.orElse(now));
                yield new AuditEvent.ChannelOpened(origin(), who, allow.rule().name(), name, asked, address);
            }
            case TunnelEffect.ChannelClosed(AuditEvent.ClosedBy closedBy, String why) -> channelClosed(closedBy, why);
        };
        services.audit().record(event);
    }

    private AuditEvent channelClosed(AuditEvent.ClosedBy closedBy, String why) {
        OpenChannel closed = channel;
        TargetConnection from = target;
        channel = null;
        target = null;
        if (closed == null || from == null) {
            throw new IllegalStateException("a channel closed that was not open");
        }
        return new AuditEvent.ChannelClosed(
                origin(),
                closed.identity(),
                closed.target(),
                from.bytesToTarget(),
                from.bytesToClient(),
                Duration.ofNanos(System.nanoTime() - closed.openedAt()),
                closedBy,
                why);
    }

    private AuditEvent.Origin origin() {
        return new AuditEvent.Origin(correlationId, peer.address(), clientName, transport);
    }

    private void timerFired(TunnelTimer timer) {
        post(() -> {
            if (timers.expired(timer)) {
                handle(new TunnelEvent.TimerFired(timer), Callback.NOOP);
            }
        });
    }

    /** When the activity that holds off {@code timer} was last seen, in {@link System#nanoTime()}. */
    private long quietSince(TunnelTimer timer, long armedAt) {
        return switch (timer) {
            case IDLE -> lastInput;
            case KEEPALIVE -> output.lastWrite();
            case LOGIN, SESSION, CLOSE_ANSWER, NEXT_CHANNEL, LINGER -> armedAt;
        };
    }

    /** Says goodbye, and cuts a client off that does not read it, or goes on sending. */
    private void closeTransport() {
        output.finish();
        if (!closing) {
            closing = true;
            services.scheduler().schedule(output::abort, GOODBYE.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void over() {
        timers.disarmAll();
        closeAttempt();
        closeTicket();
        services.tunnels().remove(this);
    }

    private void closeTicket() {
        PaaLedger.Ticket used = ticket;
        ticket = null;
        if (used != null) {
            used.close();
        }
    }

    private void closeAttempt() {
        LoginAttempt open = attempt;
        attempt = null;
        if (open != null) {
            open.close();
        }
    }
}
