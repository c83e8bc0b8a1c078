package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.audit.AuditGuard;
import io.gatehouse.core.limits.RateLimit;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The tunnels of a gateway, and how many channels each user has. Safe for use by many threads. */
public final class Tunnels implements LiveTunnels {
    private static final String BY_ITS_USER = "ended by the user at the portal";

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MonotonicClock time;
    private final AuditGuard audit;
    private volatile ChannelLimits limits;
    /** How often each may open a channel still. */
    private final Map<TunnelDriver, Opens> live = new ConcurrentHashMap<>();

    private final Map<TunnelDriver, Channel> channels = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /**
     * A channel, open or being opened.
     *
     * @param user whose it is
     * @param rule the rule that counts it, once one does
     */
    private record Channel(String user, Optional<String> rule) {}

    /** Why a user may not open a channel now. */
    record NoChannel(TargetFailure failure, String why) {}

    /**
     * How often a tunnel may open a channel still.
     *
     * @param perMinute how often it may by the limits
     */
    private record Opens(int perMinute, RateLimit left) {}

    /**
     * No tunnels yet.
     *
     * @param limits of channels
     * @param audit may forbid channels that could not be audited
     */
    public Tunnels(ChannelLimits limits, MonotonicClock time, AuditGuard audit) {
        this.limits = limits;
        this.time = time;
        this.audit = audit;
    }

    /** Has other limits from now on; what is open stays open. */
    public void replaceLimits(ChannelLimits others) {
        limits = others;
    }

    /** Lets the rules be asked again about every open channel. */
    public void rulesChanged() {
        live.keySet().forEach(TunnelDriver::rulesChanged);
    }

    /** The same about the channels that {@code about} accepts, those that are being opened now among them. */
    public void rulesChanged(Predicate<Session> about) {
        live.keySet().forEach(tunnel -> tunnel.rulesChanged(about));
    }

    void add(TunnelDriver tunnel) {
        live.put(tunnel, opens(limits.perTunnel()));
    }

    private Opens opens(int perMinute) {
        return new Opens(perMinute, new RateLimit(time, perMinute, MINUTE.dividedBy(perMinute)));
    }

    void remove(TunnelDriver tunnel) {
        live.remove(tunnel);
        releaseChannel(tunnel);
        synchronized (this) {
            notifyAll();
        }
    }

    /** Waits until there are no tunnels, for at most {@code limit}. */
    public synchronized void awaitNone(Duration limit) throws InterruptedException {
        long end = time.in(limit);
        while (!live.isEmpty() && !time.hasReached(end)) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - time.nanos()));
        }
    }

    /** How many tunnels there are. */
    public int count() {
        return live.size();
    }

    /** All open channels, in no order. Costs the threads that carry bytes nothing. */
    public List<Session> sessions() {
        return live.keySet().stream()
                .map(TunnelDriver::session)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The session of that id. */
    public Optional<Session> session(String id) {
        return withId(id).flatMap(TunnelDriver::session);
    }

    /** Ends the session of that id, for an administrator; false when it has ended meanwhile. */
    public boolean end(String id, String why) {
        Optional<TunnelDriver> found = withId(id);
        found.ifPresent(tunnel -> tunnel.terminate(true, why));
        return found.isPresent();
    }

    /** Ends all tunnels that a token opened, for an administrator; how many these were. */
    public int endToken(String token, String why) {
        return end(user -> user.grant().map(Grant::token).filter(token::equals).isPresent(), why);
    }

    /**
     * Shows the user of a session a message, if the client takes it; the session may have ended meanwhile.
     *
     * @param text printable
     */
    public void message(String id, String text) {
        withId(id).ifPresent(tunnel -> tunnel.message(text));
    }

    /** Shows the users of all sessions a message, if their clients take it; how many these are. */
    public int messageAll(String text) {
        List<Session> able = sessions().stream()
                .filter(session -> session.client().showsMessages())
                .toList();
        able.forEach(session -> message(session.id(), text));
        return able.size();
    }

    private Optional<TunnelDriver> withId(String id) {
        return live.keySet().stream().filter(tunnel -> tunnel.id().equals(id)).findFirst();
    }

    /** The open sessions of {@code user}, the newest first. */
    @Override
    public List<Session> of(Identity user) {
        String name = AccountNames.key(user);
        return sessions().stream()
                .filter(session -> AccountNames.key(session.user()).equals(name))
                .sorted(Comparator.comparing(Session::since).reversed())
                .toList();
    }

    @Override
    public void end(Identity user, String id) {
        String name = AccountNames.key(user);
        session(id)
                .filter(session -> AccountNames.key(session.user()).equals(name))
                .ifPresent(_ -> end(id, BY_ITS_USER));
    }

    @Override
    public void endAll(Identity user) {
        int _ = endAll(AccountScope.everywhere(user), BY_ITS_USER);
    }

    /** The users who signed in, those of tunnels without a channel among them; once for each tunnel. */
    public List<Identity> users() {
        return live.keySet().stream()
                .map(TunnelDriver::user)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The correlation ids of the tunnels, with or without a channel, of the users whom {@code account} means. */
    public List<String> correlationIds(NamedAccount account) {
        return live.keySet().stream()
                .filter(tunnel -> tunnel.user().filter(account::matches).isPresent())
                .map(TunnelDriver::correlationId)
                .toList();
    }

    /** Ends all tunnels of an account, with or without a channel; how many these were. */
    public int endAll(AccountScope account, String why) {
        return end(account::includes, why);
    }

    private int end(Predicate<Identity> whose, String why) {
        List<TunnelDriver> own = live.keySet().stream()
                .filter(tunnel -> tunnel.user().filter(whose).isPresent())
                .toList();
        own.forEach(tunnel -> tunnel.terminate(true, why));
        return own.size();
    }

    /**
     * Ends the tunnels whose clients, and the channels whose targets, have taken nothing of what waits for them for
     * {@code timeout}.
     */
    public void endStalled(Duration timeout) {
        live.keySet().forEach(tunnel -> tunnel.endStalled(timeout));
    }

    /** How many channels over {@code transport} are open. */
    public long openChannels(String transport) {
        return live.keySet().stream()
                .filter(tunnel -> tunnel.hasOpenChannel(transport))
                .count();
    }

    /** How many channels there are, open or being opened. */
    public synchronized int channels() {
        return channels.size();
    }

    /** Ends all tunnels. */
    public void terminateAll(boolean byAdministrator, String why) {
        live.keySet().forEach(tunnel -> tunnel.terminate(byAdministrator, why));
    }

    /** Counts a channel of {@code user}, or says why they may not open it. */
    synchronized Optional<NoChannel> reserveChannel(TunnelDriver tunnel, Identity user) {
        Optional<String> unaudited = audit.refusal();
        if (unaudited.isPresent()) {
            return Optional.of(new NoChannel(TargetFailure.BROKEN, unaudited.get()));
        }
        String name = AccountNames.key(user);
        ChannelLimits now = limits;
        if (now.inAll().filter(most -> channels.size() >= most).isPresent() && !channels.containsKey(tunnel)) {
            return tooMany("there are too many open channels");
        }
        if (counts.getOrDefault(name, 0) >= now.perUser()) {
            return tooMany("the user has too many open channels");
        }
        // A reload may have changed the limit.
        Opens opens = live.computeIfPresent(
                tunnel, (_, old) -> old.perMinute() == now.perTunnel() ? old : opens(now.perTunnel()));
        if (opens == null) {
            return Optional.of(new NoChannel(TargetFailure.BROKEN, "the tunnel has ended"));
        }
        if (!opens.left().count()) {
            return tooMany("the tunnel opened too many channels in a short time");
        }
        releaseChannel(tunnel);
        channels.put(tunnel, new Channel(name, Optional.empty()));
        counts.merge(name, 1, Integer::sum);
        return Optional.empty();
    }

    private static Optional<NoChannel> tooMany(String why) {
        return Optional.of(new NoChannel(TargetFailure.TOO_MANY, why));
    }

    /** Counts the channel of {@code tunnel} among those of {@code rule}, or says why its user may not have it. */
    synchronized Optional<String> countUnder(TunnelDriver tunnel, Rule rule) {
        Channel channel = channels.get(tunnel);
        if (channel == null) {
            return Optional.empty();
        }
        Channel counted = new Channel(channel.user(), Optional.of(rule.name()));
        if (rule.channelsPerUser().isPresent()) {
            long others = channels.entrySet().stream()
                    .filter(other ->
                            other.getKey() != tunnel && other.getValue().equals(counted))
                    .count();
            if (others >= rule.channelsPerUser().get()) {
                return Optional.of("the user has too many open channels by rule \"" + rule.name() + "\"");
            }
        }
        channels.put(tunnel, counted);
        return Optional.empty();
    }

    /** Counts the open channel of {@code tunnel} among those of the rule that allows it since a reload. */
    synchronized void countAnew(TunnelDriver tunnel, Rule rule) {
        channels.computeIfPresent(tunnel, (_, open) -> new Channel(open.user(), Optional.of(rule.name())));
    }

    /** Forgets the channel of {@code tunnel}, if it has one. */
    synchronized void releaseChannel(TunnelDriver tunnel) {
        Channel channel = channels.remove(tunnel);
        if (channel != null) {
            counts.computeIfPresent(channel.user(), (key, count) -> count > 1 ? count - 1 : null);
        }
    }
}
