package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Token;
import io.gatehouse.core.account.AccountVerdict;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.Admission;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.session.GivenApproval;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.tsgu.MalformedPacketException;
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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one tunnel: feeds the machine its events one at a time, whatever thread they come from, and does what it says.
 * Safe for use by many threads.
 *
 * <p>What waits in its mailbox is bounded by what can be outstanding: one packet, a handful of timers, one sign-in step
 * and one target.
 */
public final class TunnelDriver {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelDriver.class);
    /** How long a client may take to read the last bytes. */
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private final String id = UUID.randomUUID().toString();
    private final TunnelServices services;
    private final TunnelStart start;
    private final TunnelMachine machine;
    private final TunnelOutput output;
    private final Mailbox mailbox = new Mailbox(this::failed);
    private final TunnelTimers timers;
    private final TunnelJournal journal;
    private final TunnelSignIn signIn;
    private final TunnelApproval approval;

    // Written by the mailbox only.
    private TunnelState state;
    /** Of the state in which the event found the tunnel that is dealt with. */
    private AuditEvent.Stage stage = AuditEvent.Stage.HANDSHAKE;

    private volatile @Nullable TargetSlot target;
    private volatile Optional<Identity> user = Optional.empty();
    private long signedInAt;
    private Instant openedAt = Instant.EPOCH;
    /** The rules by which it was let in, or by which its channel was decided about since. */
    private @Nullable AccessPolicy policyOfTunnel;

    private Scheduler.@Nullable Task cutOff;

    /** About the last target that was looked for; written by the thread that looks for it. */
    private volatile @Nullable Decided decided;

    /** The approval that covered a target by {@code rule} when it was decided that it may be dialled. */
    private record Decided(Rule rule, Optional<GivenApproval> approval) {}

    TunnelDriver(TunnelServices services, TunnelStart start, ClientLink link) {
        this.services = services;
        this.start = start;
        this.machine = new TunnelMachine(services.settings(), services.nextTunnelId());
        this.output = new TunnelOutput(link, services.time());
        this.timers = new TunnelTimers(services.scheduler(), services.time(), this::timerFired, this::quietSince);
        this.journal = new TunnelJournal(services.audit(), start);
        this.signIn = new TunnelSignIn(services, start.peer(), journal, mailbox, this::handle);
        this.approval = new TunnelApproval(
                services.approvals(),
                services.demands(),
                services.approvalAddress(),
                start.peer().address(),
                journal,
                mailbox,
                this::handle);
        this.state = TunnelState.initial(start.signIn());
        if (start.signIn() instanceof SignIn.ByHttp(Identity who)) {
            signedIn(who);
        }
        Duration left = start.guards().stream()
                .map(ConnectionGuard::timeLeft)
                .min(Duration::compareTo)
                .orElse(services.settings().loginDeadline());
        mailbox.post(() -> timers.arm(TunnelTimer.LOGIN, left));
    }

    /** What it sends, in one order. */
    public TunnelOutput output() {
        return output;
    }

    /**
     * Takes a packet from the client.
     *
     * @param packet one whole packet; must not change before {@code consumed} is done, nor DATA before the end of
     *     {@link #writeGathered}
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
        mailbox.post(() -> handle(result, consumed));
    }

    /**
     * Writes to the target what the DATA packets carried that were received since the last time.
     *
     * @param written done when the target took it, or will never
     */
    public void writeGathered(Callback written) {
        mailbox.post(() -> {
            TargetSlot open = target;
            if (open == null) {
                written.succeeded();
            } else {
                open.writeGathered(written);
            }
        });
    }

    /** The client sent bytes that are no packet, or more than it may. */
    public void malformed(String why) {
        post(new TunnelEvent.Malformed(why));
    }

    /** The client is gone. */
    public void transportClosed(String why) {
        post(new TunnelEvent.TransportClosed(why));
    }

    /** Ends the tunnel for an administrator or the gateway's own end. */
    void terminate(boolean byAdministrator, String why) {
        post(new TunnelEvent.Terminated(byAdministrator, why));
    }

    /** Ends what has waited for {@code timeout} for a client or target that takes nothing any more; from any thread. */
    void endStalled(Duration timeout) {
        if (output.isStalled(timeout)) {
            transportClosed("the client took nothing for " + timeout.toMillis() + " ms (write-timeout)");
            output.abort();
        }
        TargetSlot open = target;
        if (open != null) {
            open.endStalled(timeout);
        }
    }

    /** Tells its user something, if its channel is open and the client takes it; not one that has stopped reading. */
    void message(String text) {
        if (!output.isBehind()) {
            post(new TunnelEvent.MessageForUser(text));
        }
    }

    /** Tells it from all others. */
    String id() {
        return id;
    }

    /** The rules are others now. */
    void rulesChanged() {
        post(new TunnelEvent.RulesChanged());
    }

    /** The same, if {@code about} accepts the channel that is open when everything before this is dealt with. */
    void rulesChanged(Predicate<Session> about) {
        mailbox.post(() -> {
            if (session().filter(about).isPresent()) {
                handle(new TunnelEvent.RulesChanged());
            }
        });
    }

    /** Its open channel, if it has one; from any thread. */
    Optional<Session> session() {
        TargetSlot open = target;
        return open == null ? Optional.empty() : open.session(id, start);
    }

    /** Whether it has an open channel, and {@code transport} carries it; from any thread. */
    boolean hasOpenChannel(String transport) {
        TargetSlot open = target;
        return open != null && open.isOpen() && start.transport().equals(transport);
    }

    /** Who signed in, once somebody did; from any thread. */
    Optional<Identity> user() {
        return user;
    }

    /** Ties its log and audit lines together. */
    String correlationId() {
        return start.correlationId();
    }

    private void post(TunnelEvent event) {
        mailbox.post(() -> handle(event));
    }

    private void handle(TunnelEvent event) {
        handle(event, Callback.NOOP);
    }

    private void handle(TunnelEvent event, Callback consumed) {
        try {
            TunnelState before = state;
            Transition transition = machine.on(before, event);
            state = transition.next();
            stage = before.stage();
            tellStage(before, event);
            for (TunnelEffect effect : transition.effects()) {
                run(effect);
            }
        } catch (RuntimeException e) {
            broken(e);
        }
        consumed.succeeded();
        if (state instanceof TunnelState.Closed) {
            over();
        }
    }

    /** DATA is left out: it changes nothing, and there is very much of it. */
    private void tellStage(TunnelState before, TunnelEvent event) {
        if (services.stages().isOn()
                && !(event instanceof TunnelEvent.Received(TsguPacket.FromClient packet)
                        && packet instanceof TsguPacket.Data)) {
            services.stages()
                    .stage(
                            start.correlationId(),
                            start.peer().address(),
                            "tunnel",
                            TunnelStages.text(before, event, state));
        }
    }

    private void run(TunnelEffect effect) {
        switch (effect) {
            case TunnelEffect.Send(TsguPacket.FromServer packet) -> output.send(packet);
            case TunnelEffect.Authenticate(Token blob) -> signIn.authenticate(blob);
            case TunnelEffect.AuthenticateByCookie(Token cookie) -> signIn.authenticateByCookie(cookie);
            case TunnelEffect.Admit(Identity who) -> admit(who);
            case TunnelEffect.OpenTarget(TunnelState.Session session, List<String> names, int port) ->
                openTarget(session, names, port);
            case TunnelEffect.AwaitApproval(TunnelState.Session session) -> approval.await(session.clientName());
            case TunnelEffect.LeaveQuestion() -> approval.comesAgain();
            case TunnelEffect.Review review -> review(review);
            case TunnelEffect.RenewSession(Optional<Duration> longest) -> timers.sessionRenewed(longest);
            case TunnelEffect.StartRelay ignored -> startRelay();
            case TunnelEffect.WriteTarget(ByteBuffer payload) -> target().gather(payload);
            case TunnelEffect.CloseTarget ignored -> closeTarget();
            case TunnelEffect.Arm(TunnelTimer timer, Duration delay) -> timers.arm(timer, delay);
            case TunnelEffect.Disarm(TunnelTimer timer) -> timers.disarm(timer);
            case TunnelEffect.CloseTransport ignored -> closeTransport();
            case TunnelEffect.Report(TunnelEffect.TunnelReport report) -> report(report);
        }
    }

    private void signedIn(Identity who) {
        user = Optional.of(who);
        signedInAt =
                services.time().nanos() - signIn.age(services.clock().instant()).toNanos();
        start.guards().forEach(guard -> guard.signedIn(who));
    }

    /** Asks about a block once more: one that is made from now on finds this tunnel among the user's, and ends it. */
    private void admit(Identity who) {
        Optional<UserBlocks.Block> block = services.login().blocks().of(who);
        if (block.isPresent()) {
            post(new TunnelEvent.NotAdmitted(block.get().why()));
            return;
        }
        Optional<String> over = ticketOver(who);
        if (over.isPresent()) {
            post(new TunnelEvent.NotAdmitted(over.get()));
            return;
        }
        AccessPolicy policy = services.policy().get();
        policyOfTunnel = policy;
        Requester requester = requester(services.current(who, signedInAt));
        Optional<Admission> admission = policy.admit(requester);
        post(
                admission.isPresent()
                        ? admitted(requester, admission.get())
                        : new TunnelEvent.NotAdmitted(policy.notAdmitted(requester)));
    }

    /** Why the device ticket by which {@code who} signed in opens nothing any more. */
    private Optional<String> ticketOver(Identity who) {
        return services.tickets().flatMap(known -> known.refusal(who));
    }

    private TunnelEvent admitted(Requester requester, Admission admission) {
        AccessPolicy policy = policyOfTunnel;
        if (policy == null || !(state instanceof TunnelState.Admitting(Identity _, int offeredFlags))) {
            return new TunnelEvent.Admitted(admission);
        }
        TunnelApproval.Notice notice =
                approval.admitted(requester.identity(), policy.expectedRulesFor(requester), offeredFlags);
        return new TunnelEvent.Admitted(admission, notice.text(), notice.waits());
    }

    private Requester requester(Identity who) {
        return Requester.of(who, start.peer().address(), services.clock().instant());
    }

    private void openTarget(TunnelState.Session session, List<String> names, int port) {
        Identity who = session.identity();
        Optional<String> over = ticketOver(who);
        if (over.isPresent()) { // since the client signed in, it may have expired, or lost its desktop
            post(new TunnelEvent.TargetFailed(TargetFailure.DENIED, names.getFirst() + ":" + port, over.get()));
            return;
        }
        noteSignInAtPortal(who);
        Optional<Tunnels.NoChannel> refusal = services.tunnels().reserveChannel(this, who);
        if (refusal.isPresent()) {
            post(new TunnelEvent.TargetFailed(
                    refusal.get().failure(),
                    names.getFirst() + ":" + port,
                    refusal.get().why()));
            return;
        }
        TargetSlot next = new TargetSlot(
                output,
                mailbox,
                this::handle,
                services.time(),
                rule -> services.tunnels().countUnder(this, rule),
                allow -> services.waker().of(journal.origin(session.clientName()), who, allow),
                approving(session, port),
                allow -> dialled(session, allow),
                () -> services.tunnels().releaseChannel(this));
        target = next;
        next.open(services.opener(), requester(session), names, port);
    }

    /** The user of a device ticket may have signed in at the portal while the client waited. */
    private void noteSignInAtPortal(Identity who) {
        services.tickets()
                .flatMap(known -> known.tickets().knownBefore(who))
                .map(age -> services.time().nanos() - age.toNanos())
                .filter(known -> known - signedInAt > 0)
                .ifPresent(known -> signedInAt = known);
    }

    private TargetSlot.Approving approving(TunnelState.Session session, int port) {
        Identity who = session.identity();
        return new TargetSlot.Approving() {
            @Override
            public boolean isNeeded(Rule rule) {
                decided = new Decided(rule, approval.covering(who, rule));
                return approval.isNeeded(who, rule, session.offeredFlags());
            }

            @Override
            public void needed(Access.Allow allow) {
                approval.needed(who, allow, session.clientName(), session.offeredFlags(), port);
            }
        };
    }

    private Requester requester(TunnelState.Session session) {
        return requester(services.current(session.identity(), signedInAt))
                .named(session.clientName().orElse(""));
    }

    /**
     * Dialling takes its time, and a reload meanwhile finds no channel to decide about. So the rules of now decide
     * before the client is told anything; a reload after that finds the channel, since both come through the mailbox.
     */
    private TunnelEvent dialled(TunnelState.Session session, Access.Allow dialled) {
        AccessPolicy policy = services.policy().get();
        String target = dialled.target().toString();
        return switch (services.review().now(policy, admitted(session), requester(session), dialled)) {
            case ChannelReview.Answer.No no -> new TunnelEvent.TargetFailed(no.failure(), target, no.why());
            case ChannelReview.Answer.Yes(Access.Allow allow, Optional<Duration> _) -> {
                policyOfTunnel = policy;
                Optional<String> refusal = services.tunnels().countUnder(this, allow.rule());
                yield refusal.isPresent()
                        ? new TunnelEvent.TargetFailed(TargetFailure.TOO_MANY, target, refusal.get())
                        : new TunnelEvent.TargetOpened(allow, allow.addresses().getFirst());
            }
        };
    }

    /**
     * The rules are asked in the mailbox, when their answer is dealt with: an answer of older rules cannot come after
     * one of newer rules. The account is asked about away from it, since that may take the time of a back end.
     */
    private void review(TunnelEffect.Review review) {
        switch (review.cause()) {
            case RULES_CHANGED ->
                mailbox.post(() -> reviewNow(review, services.policy().get()));
            case HOURS ->
                // The end of hours is no reload: where open channels go on after one, they do so by their own rules.
                mailbox.post(() -> reviewNow(
                        review,
                        services.policy()
                                .withGrantsOfNow(admitted(review.session()).policy())));
            case SESSION_TIMEOUT -> services.executor().execute(() -> renew(review));
        }
    }

    private ChannelReview.Admitted admitted(TunnelState.Session session) {
        AccessPolicy own = policyOfTunnel;
        if (own == null) {
            throw new IllegalStateException("a channel of a tunnel that was not admitted");
        }
        return new ChannelReview.Admitted(own, session.redirectionFlags(), session.offeredFlags());
    }

    private void reviewNow(TunnelEffect.Review review, AccessPolicy policy) {
        reviewed(
                review,
                policy,
                services.review().now(policy, admitted(review.session()), open(review), review.allow()));
    }

    /** A failure ends the tunnel. */
    private void renew(TunnelEffect.Review review) {
        try {
            AccountVerdict verdict = services.review().account(review.session().identity());
            mailbox.post(() -> {
                AccessPolicy policy = services.policy().get();
                reviewed(
                        review,
                        policy,
                        services.review()
                                .renewed(
                                        policy,
                                        admitted(review.session()),
                                        open(review),
                                        review.allow(),
                                        verdict,
                                        signedInAt));
            });
        } catch (RuntimeException | LinkageError e) {
            mailbox.post(() -> failed(e));
        }
    }

    private Requester open(TunnelEffect.Review review) {
        return requester(review.session()).withChannelSince(openedAt);
    }

    private void reviewed(TunnelEffect.Review review, AccessPolicy policy, ChannelReview.Answer answer) {
        handle(
                switch (answer) {
                    case ChannelReview.Answer.Yes(Access.Allow allow, Optional<Duration> longest) ->
                        new TunnelEvent.Reviewed(review.channelId(), review.cause(), Optional.of(allow), longest, "");
                    case ChannelReview.Answer.No no ->
                        new TunnelEvent.Reviewed(review.channelId(), review.cause(), Optional.empty(), no.why());
                });
        if (state instanceof TunnelState.ChannelOpen open && open.channelId() == review.channelId()) {
            policyOfTunnel = policy;
            target().allowedBy(open.allow(), approvalOf(open.session(), open.allow()));
            services.tunnels().countAnew(this, open.allow().rule());
        }
    }

    private TargetSlot target() {
        TargetSlot open = target;
        if (open == null) {
            throw new IllegalStateException("no CHANNEL_CREATE came");
        }
        return open;
    }

    private void startRelay() {
        start.guards().forEach(ConnectionGuard::channelOpened);
        target().startRelay();
    }

    private void closeTarget() {
        TargetSlot open = target;
        if (open != null) {
            open.close();
        }
    }

    private void report(TunnelEffect.TunnelReport report) {
        switch (report) {
            case TunnelEffect.SignedIn(Identity who) -> {
                signedIn(who);
                journal.signedIn(who);
            }
            case TunnelEffect.Refused refused -> {
                journal.refused(stage, refused);
                approval.leave();
            }
            case TunnelEffect.ChannelOpened opened -> opened(opened);
            case TunnelEffect.ChannelContinued continued -> journal.continued(continued);
            case TunnelEffect.ChannelClosed closed -> {
                if (closed.closedBy() == AuditEvent.ClosedBy.SESSION_TIMEOUT) {
                    signIn.sessionTimedOut();
                }
                journal.closed(closed, target().endChannel());
            }
        }
    }

    private void opened(TunnelEffect.ChannelOpened opened) {
        timers.channelOpened();
        openedAt = services.clock().instant();
        Optional<GivenApproval> given = approvalAtDecision(opened);
        target().channelOpened(opened, openedAt, given);
        tellExempt(opened);
        tellTicket(opened.session().identity());
        journal.opened(opened, given);
        approval.leave();
    }

    /** Dialling and waking take their time, in which an approval may end that let the client begin. */
    private Optional<GivenApproval> approvalAtDecision(TunnelEffect.ChannelOpened opened) {
        Decided before = decided;
        return before != null && before.rule().asksLike(opened.allow().rule())
                ? before.approval()
                : approvalOf(opened.session(), opened.allow());
    }

    private Optional<GivenApproval> approvalOf(TunnelState.Session session, Access.Allow allow) {
        return approval.covering(session.identity(), allow.rule());
    }

    /** Nobody is let through in silence whom nobody approved. */
    private void tellExempt(TunnelEffect.ChannelOpened opened) {
        TunnelState.Session session = opened.session();
        Rule rule = opened.allow().rule();
        boolean byTicket = DeviceTicket.idOf(session.identity()).isPresent();
        if (!byTicket && Approvals.isExempt(rule, TunnelApproval.showsMessages(session.offeredFlags()))) {
            journal.approval(
                    AuditEvent.ApprovalStep.EXEMPT,
                    session.identity(),
                    session.clientName(),
                    "",
                    rule.name(),
                    Optional.of(opened.allow().target().toString()));
        }
    }

    private void tellTicket(Identity who) {
        services.tickets()
                .ifPresent(known -> DeviceTicket.idOf(who)
                        .ifPresent(id -> known.tickets().used(id, start.peer().address())));
    }

    private void timerFired(TunnelTimer timer) {
        mailbox.post(() -> {
            if (timers.expired(timer)) {
                handle(new TunnelEvent.TimerFired(timer));
            }
        });
    }

    /** When the activity that holds off {@code timer} was last seen, by the clock. */
    private long quietSince(TunnelTimer timer, long armedAt) {
        return switch (timer) {
            case IDLE -> target().lastInput();
            case KEEPALIVE -> output.lastWrite();
            case LOGIN, APPROVAL, SESSION, REVIEW, CLOSE_ANSWER, NEXT_CHANNEL, LINGER -> armedAt;
        };
    }

    /** Says goodbye, and cuts a client off that does not read it, or goes on sending. */
    private void closeTransport() {
        output.finish();
        if (cutOff == null) {
            cutOff = services.scheduler().schedule(output::abort, GOODBYE.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void failed(Throwable cause) {
        try {
            broken(cause);
        } finally {
            over();
        }
    }

    private void broken(Throwable cause) {
        LOG.atError()
                .addKeyValue("correlation", start.correlationId())
                .setCause(cause)
                .log("tunnel failed");
        try {
            tellBroken(cause);
        } finally {
            state = new TunnelState.Closed();
            try {
                closeTarget();
            } finally {
                closeTransport();
            }
        }
    }

    /** An attempt or a session that ends by a fault has its audit line, like any other. */
    private void tellBroken(Throwable cause) {
        stage = state.stage();
        Transition end = machine.on(state, new TunnelEvent.Malformed("a fault of the gateway: " + cause));
        try {
            for (TunnelEffect effect : end.effects()) {
                if (effect instanceof TunnelEffect.Report(TunnelEffect.TunnelReport told)) {
                    report(told);
                }
            }
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("correlation", start.correlationId())
                    .setCause(e)
                    .log("the end of a tunnel could not be audited");
        }
    }

    /** Comes again with each connection that closes: a timer that has nothing to do any more would keep the tunnel. */
    private void over() {
        timers.disarmAll();
        Scheduler.Task pending = cutOff;
        if (pending != null && output.isTransportClosed()) {
            pending.cancel();
        }
        signIn.close();
        approval.close();
        services.tunnels().remove(this);
    }
}
