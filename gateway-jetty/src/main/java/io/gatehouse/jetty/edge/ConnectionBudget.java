package io.gatehouse.jetty.edge;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.forwarding.ProxyHeader;
import io.gatehouse.core.limits.HalfOpenPlaces;
import io.gatehouse.core.limits.HalfOpenPlaces.Entry;
import io.gatehouse.core.limits.HalfOpenPlaces.Limit;
import io.gatehouse.core.limits.HalfOpenPlaces.Place;
import io.gatehouse.core.limits.HalfOpenPlaces.PushedOut;
import io.gatehouse.core.limits.HalfOpenPlaces.Stage;
import io.gatehouse.core.limits.KnownSources;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there may be, in all, before sign-in, and before sign-in from one source. {@link HalfOpenPlaces}
 * decides which one ends when there are too many.
 *
 * <p>A user who signed in and has no open channel yet, for example because they read the consent message, does not
 * count as before sign-in. One user has as many such connections as open channels; further ones go on counting. Safe
 * for use by many threads; connections are closed without a lock held.
 */
public final class ConnectionBudget {
    private final GatewayConfig.Limits limits;
    private final int most;
    private final Scheduler scheduler;
    private final MonotonicClock time;
    private final KnownSources known;
    private final RefusedConnections refusals;
    private final Map<EndPoint, ConnectionGuard> guards = new ConcurrentHashMap<>();
    private final LongAdder accepted = new LongAdder();

    // Guarded by this.
    private final HalfOpenPlaces<ConnectionGuard> places;
    private final Map<ConnectionGuard, Place<ConnectionGuard>> beforeLogin = new HashMap<>();
    private final Map<ConnectionGuard, String> signedIn = new HashMap<>();
    private final Map<String, Integer> signedInByAccount = new HashMap<>();

    /**
     * A budget.
     *
     * @param most connections in all, which may be fewer than {@code limits} say
     * @param known the sources for which places are reserved
     */
    public ConnectionBudget(
            GatewayConfig.Limits limits,
            int most,
            Scheduler scheduler,
            MonotonicClock time,
            KnownSources known,
            RefusedConnections refusals) {
        this.limits = limits;
        this.most = most;
        this.scheduler = scheduler;
        this.time = time;
        this.known = known;
        this.refusals = refusals;
        this.places = new HalfOpenPlaces<>(limits.connectionsBeforeLogin(), limits.connectionsBeforeLoginPerSource());
    }

    /** Takes a new connection in, or closes it. */
    void opened(EndPoint endPoint, Predicate<InetAddress> trustedProxy) {
        if (!(endPoint.getRemoteSocketAddress() instanceof InetSocketAddress peer)) {
            endPoint.close();
            return;
        }
        InetAddress address = peer.getAddress();
        boolean shared = trustedProxy.test(address);
        ConnectionGuard guard =
                new ConnectionGuard(this, endPoint, shared, time, limits.loginDeadline(), limits.bytesBeforeLogin());
        boolean isTaken = shared ? enterShared(guard, address) : enterLogin(guard, address, true);
        if (!isTaken) {
            endPoint.close();
            return;
        }
        accepted.increment();
        if (!shared) {
            watchFirstRequest(guard);
        }
    }

    /** Closes a connection that nobody may make who writes no PROXY headers. */
    void refuseStranger(EndPoint endPoint) {
        if (endPoint.getRemoteSocketAddress() instanceof InetSocketAddress peer) {
            refusals.refusedStranger(peer.getAddress());
        }
        endPoint.close();
    }

    /**
     * Takes a new connection in of which a PROXY header is to tell whose it is, or closes it. It holds no place before
     * sign-in until the header is there, so that a proxy never runs out of places for the number of its clients; it has
     * the time for the first request, all in all.
     */
    void openedByProxy(EndPoint endPoint) {
        if (!(endPoint.getRemoteSocketAddress() instanceof InetSocketAddress peer)) {
            endPoint.close();
            return;
        }
        ConnectionGuard guard = ConnectionGuard.awaitingProxyHeader(
                this, endPoint, time, limits.loginDeadline(), limits.bytesBeforeLogin());
        if (!enterShared(guard, peer.getAddress())) {
            endPoint.close();
            return;
        }
        accepted.increment();
        watchFirstRequest(guard);
    }

    /**
     * A PROXY header told whose a connection is; false when there are too many of that client. When the client is a
     * trusted proxy itself, forwarding headers are to tell more; when nobody is named, the proxy is its own client, and
     * so it is when it names itself: that is a program on its machine, or whoever it hides.
     */
    boolean identified(EndPoint endPoint, ProxyHeader header, Predicate<InetAddress> trustedProxy) {
        ConnectionGuard guard = guard(endPoint);
        if (guard == null || !(endPoint.getRemoteSocketAddress() instanceof InetSocketAddress proxy)) {
            return false;
        }
        InetSocketAddress client = header.client().orElse(proxy);
        FairEndPoint.belongsTo(endPoint, client);
        boolean shared = !client.getAddress().equals(proxy.getAddress()) && trustedProxy.test(client.getAddress());
        return guard.identified(
                client.getAddress(), shared, header.tls().orElse(header.client().isPresent()));
    }

    private void watchFirstRequest(ConnectionGuard guard) {
        guard.watch(schedule(
                guard::expireFirstRequest,
                Collections.min(List.of(limits.firstRequestDeadline(), limits.loginDeadline()))));
    }

    /** A trusted proxy's connection holds no place before sign-in; its clients do when they open tunnels. */
    private boolean enterShared(ConnectionGuard guard, InetAddress proxy) {
        Optional<PushedOut<ConnectionGuard>> pushedOut = Optional.empty();
        boolean isTaken;
        synchronized (this) {
            if (guards.size() >= most) {
                pushedOut = places.makeRoom();
                pushedOut.ifPresent(this::forget);
            }
            isTaken = guards.size() < most;
            if (isTaken) {
                guards.put(guard.endPoint(), guard);
            }
        }
        pushedOut.ifPresent(this::end);
        if (!isTaken) {
            refusals.refused(proxy, Limit.ALL);
        }
        return isTaken;
    }

    /** Counts a proxy's connection for {@code client}, who has yet to sign in; false when it is one too many. */
    boolean enterLogin(ConnectionGuard guard, InetAddress client) {
        return enterLogin(guard, client, false);
    }

    private boolean enterLogin(ConnectionGuard guard, InetAddress client, boolean isNew) {
        boolean isKnown = known.isKnown(client);
        Entry<ConnectionGuard> entry;
        synchronized (this) {
            entry = places.enter(guard, client, isKnown, isNew && guards.size() >= most);
            if (entry instanceof Entry.Taken<ConnectionGuard>(var place, var pushedOut)) {
                pushedOut.ifPresent(this::forget);
                beforeLogin.put(guard, place);
                if (isNew) {
                    guards.put(guard.endPoint(), guard);
                }
            }
        }
        return switch (entry) {
            case Entry.Taken<ConnectionGuard>(var ignored, var pushedOut) -> {
                guard.counted(client);
                pushedOut.ifPresent(this::end);
                yield true;
            }
            case Entry.Refused<ConnectionGuard>(Limit limit) -> {
                refusals.refused(client, limit);
                yield false;
            }
        };
    }

    private void forget(PushedOut<ConnectionGuard> gone) {
        beforeLogin.remove(gone.holder());
        guards.remove(gone.holder().endPoint());
    }

    private void end(PushedOut<ConnectionGuard> gone) {
        refusals.pushedOut(gone.holder().client(), gone.limit());
        gone.holder().closed();
        gone.holder().endPoint().close();
    }

    /** Lets a connection go. */
    void closed(EndPoint endPoint) {
        ConnectionGuard guard = guards.remove(endPoint);
        if (guard != null) {
            guard.closed();
        }
    }

    /** The guard of the connection that {@code endPoint} is, or that it encrypts. */
    @Nullable ConnectionGuard guard(EndPoint endPoint) {
        EndPoint raw = endPoint;
        while (raw instanceof EndPoint.Wrapper wrapper) {
            raw = wrapper.unwrap();
        }
        return guards.get(raw);
    }

    /** The TLS handshake of a connection is over. */
    void encrypted(EndPoint endPoint) {
        ConnectionGuard guard = guard(endPoint);
        if (guard != null) {
            advance(guard, Stage.ENCRYPTED);
        }
    }

    /** A connection that has yet to sign in got further. */
    synchronized void advance(ConnectionGuard guard, Stage stage) {
        Place<ConnectionGuard> place = beforeLogin.get(guard);
        if (place != null) {
            places.advance(place, stage);
        }
    }

    /** The user of a connection signed in, and has yet to open a channel. */
    synchronized void signedIn(ConnectionGuard guard, Identity who) {
        String account = AccountNames.key(who);
        int ofAccount = signedInByAccount.getOrDefault(account, 0);
        Place<ConnectionGuard> place = beforeLogin.get(guard);
        if (place != null && ofAccount < limits.tunnelsPerUser()) {
            leaveLogin(guard);
            signedIn.put(guard, account);
            signedInByAccount.put(account, ofAccount + 1);
        }
    }

    /** A connection has an open channel, or is gone. Doing so again changes nothing. */
    synchronized void leaveLogin(ConnectionGuard guard) {
        Place<ConnectionGuard> place = beforeLogin.remove(guard);
        if (place != null) {
            places.leave(place);
        }
        String account = signedIn.remove(guard);
        if (account != null) {
            signedInByAccount.computeIfPresent(account, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** A connection is ended for what its TLS records do. */
    void cutOff(EndPoint endPoint, String why) {
        if (endPoint.getRemoteSocketAddress() instanceof InetSocketAddress peer) {
            refusals.cutOff(peer.getAddress(), why);
        }
    }

    /** A connection made no request in time. */
    void expiredWithoutRequest() {
        refusals.expiredWithoutRequest();
    }

    /** A connection has no PROXY header in time. */
    void expiredWithoutProxyHeader(EndPoint endPoint) {
        cutOff(endPoint, "no complete PROXY header in time");
    }

    /** Does {@code work} after {@code delay}. */
    Scheduler.Task schedule(Runnable work, Duration delay) {
        return scheduler.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Connections now. */
    public int connections() {
        return guards.size();
    }

    /** Connections now whose user has not signed in yet. */
    public synchronized int beforeLogin() {
        return places.count();
    }

    /** Connections that were taken in, ever. */
    public long accepted() {
        return accepted.sum();
    }
}
