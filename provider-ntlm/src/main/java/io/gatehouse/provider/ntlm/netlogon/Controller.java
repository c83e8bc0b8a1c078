package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.sid.Sid;
import io.gatehouse.provider.ntlm.netlogon.SealedConnections.Lease;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException.Kind;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One domain controller: the secure channel with it, connections, and whether it is worth asking. Safe for use by many
 * threads.
 */
final class Controller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    private static final int ATTEMPTS = 2;
    /** So many logons in a row without an answer, and the controller is taken for one that hangs. */
    private static final int MOST_UNANSWERED = 3;

    private final String host;
    private final ChannelOpener opener;
    private final Duration connectTimeout;
    private final NetlogonMetrics.OfController metrics;
    private final MonotonicClock clock;
    private final BackOff backOff;
    private final SealedConnections netlogon;
    private final SealedConnections lsa;
    private final ReentrantLock opening = new ReentrantLock(true);
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile Optional<SecureChannel> channel = Optional.empty();

    Controller(
            String host,
            ChannelOpener opener,
            Duration connectTimeout,
            NetlogonMetrics.OfController metrics,
            MonotonicClock clock) {
        this.host = host;
        this.opener = opener;
        this.connectTimeout = connectTimeout;
        this.metrics = metrics;
        this.clock = clock;
        this.backOff = new BackOff(clock::nanos);
        this.netlogon = new SealedConnections(clock);
        this.lsa = new SealedConnections(clock);
    }

    String host() {
        return host;
    }

    BackOff backOff() {
        return backOff;
    }

    /** Has a logon judged; to be called after {@link BackOff#enter} said so. */
    NetlogonCalls.Logon logon(LogonAttempt attempt) throws ControllerException {
        try {
            return send(attempt, NetlogonCalls.logon(opener.account().computer(), attempt.response()));
        } catch (RuntimeException e) {
            fail(0, false, e.toString());
            throw e;
        }
    }

    private NetlogonCalls.Logon send(LogonAttempt attempt, byte[] request) throws ControllerException {
        String problem = "";
        for (int time = 0; time < ATTEMPTS; time++) {
            Lease lease = connect(attempt.deadline());
            long start = clock.nanos();
            try {
                NetlogonCalls.Logon logon = NetlogonCalls.logon(
                        lease.connection().call(NetlogonCalls.SAM_LOGON, request, attempt.deadline()));
                metrics.answered(clock.nanos() - start);
                if (!logon.status().isOfChannel()) {
                    netlogon.give(lease);
                    unanswered.set(0);
                    succeed();
                    return logon;
                }
                problem = logon.status().text();
                drop(lease, true);
            } catch (MalformedException e) {
                drop(lease, true);
                succeed(); // it lives; that we do not understand one answer is no reason to ask it nothing else
                metrics.failed();
                throw ControllerException.perhapsJudged(told("broken answer: " + e.reason()));
            } catch (RpcException e) {
                drop(lease, e.kind() != Kind.SLOW);
                problem = String.valueOf(e.getMessage());
                if (e.mayHaveRun() || (e.kind() == Kind.REFUSED && !attempt.believesFault())) {
                    throw unanswered(e, attempt.isForeign(), clock.nanos() - start);
                }
            }
        }
        fail(0, false, problem);
        throw ControllerException.notJudged(told(problem));
    }

    /** The next logon starts with a new connection, and so finds out whether the controller lives. */
    private void drop(Lease lease, boolean withChannel) {
        lease.connection().close();
        netlogon.clear();
        if (withChannel) {
            forget(lease.channel());
        }
    }

    private ControllerException unanswered(RpcException cause, boolean foreign, long nanos) {
        if (cause.kind() == Kind.SLOW && !foreign && unanswered.incrementAndGet() >= MOST_UNANSWERED) {
            fail(nanos, true, "no answer to " + MOST_UNANSWERED + " logons in a row");
        } else {
            metrics.failed();
            succeed(); // it let us connect just now: what it is must show in the next logon
        }
        return ControllerException.perhapsJudged(
                told(cause.getMessage() + "; not tried again, since the attempt may have been counted"));
    }

    private void succeed() {
        if (backOff.succeeded()) {
            LOG.atInfo().addKeyValue("controller", host).log("domain controller answers again");
        }
    }

    private Lease connect(Deadline deadline) throws ControllerException {
        Optional<Lease> idle = netlogon.take();
        if (idle.isPresent()) {
            return idle.get();
        }
        long start = clock.nanos();
        try {
            Lease lease = open(deadline.within(connectTimeout));
            metrics.connected();
            return lease;
        } catch (RpcException | ChannelRefusedException | UnknownHostException e) {
            boolean hangs = e instanceof RpcException rpc && rpc.kind() == Kind.SLOW;
            fail(clock.nanos() - start, hangs, String.valueOf(e.getMessage()));
            throw ControllerException.notJudged(told(e.getMessage()));
        }
    }

    private void fail(long nanos, boolean hangs, String why) {
        metrics.failed();
        netlogon.clear();
        if (backOff.failed(nanos, hangs, why)) {
            LOG.atWarn()
                    .addKeyValue("controller", host)
                    .addKeyValue("cause", why)
                    .log("domain controller cannot be asked");
        }
    }

    private String told(@Nullable String problem) {
        return host + ": " + problem;
    }

    /** A new connection; where it fails over a channel of before, once more over a new one. */
    private Lease open(Deadline deadline) throws RpcException, ChannelRefusedException, UnknownHostException {
        Optional<SecureChannel> known = channel;
        if (known.isPresent()) {
            try {
                return lease(known.get(), deadline);
            } catch (RpcException e) {
                forget(known.get());
                if (e.kind() == Kind.SLOW) {
                    throw e;
                }
            }
        }
        return lease(channel(deadline), deadline);
    }

    private Lease lease(SecureChannel over, Deadline deadline) throws RpcException {
        return netlogon.lease(opener.connect(over, NetlogonCalls.INTERFACE, deadline), over);
    }

    private void forget(SecureChannel stale) {
        opening.lock();
        try {
            if (channel.equals(Optional.of(stale))) {
                channel = Optional.empty();
            }
        } finally {
            opening.unlock();
        }
    }

    /** The secure channel; one thread agrees on it, the others wait for that. */
    private SecureChannel channel(Deadline deadline)
            throws RpcException, ChannelRefusedException, UnknownHostException {
        if (!lock(deadline)) {
            throw RpcException.notRun(Kind.SLOW, "no secure channel in time");
        }
        try {
            if (channel.isEmpty()) {
                channel = Optional.of(agree(deadline));
            }
            return channel.get();
        } finally {
            opening.unlock();
        }
    }

    private boolean lock(Deadline deadline) {
        try {
            return opening.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private SecureChannel agree(Deadline deadline) throws RpcException, ChannelRefusedException, UnknownHostException {
        List<InetAddress> addresses = HostAddresses.of(host, deadline);
        for (int index = 0; ; index++) {
            long share = deadline.remainingNanos() / (addresses.size() - index);
            try {
                SecureChannel agreed = opener.open(addresses.get(index), deadline.within(Duration.ofNanos(share)));
                LOG.atInfo()
                        .addKeyValue("controller", host)
                        .addKeyValue("address", agreed.address().getHostAddress())
                        .addKeyValue("port", agreed.netlogonPort())
                        .addKeyValue("account", opener.account().name())
                        .log("secure channel");
                return agreed;
            } catch (RpcException e) {
                if (index == addresses.size() - 1) {
                    throw e;
                }
            }
        }
    }

    /** The names of groups, in the order of {@code sids}; over the channel that the logon just used. */
    LsaCalls.Names names(List<Sid> sids, Deadline deadline) throws RpcException, MalformedException {
        SecureChannel over = channel.orElseThrow(() -> RpcException.notRun(Kind.BROKEN, "the secure channel is gone"));
        Optional<Lease> idle = lsa.take();
        Lease lease =
                idle.isPresent() ? idle.get() : lsa.lease(opener.connect(over, LsaCalls.INTERFACE, deadline), over);
        boolean answered = false;
        try {
            byte[] answer = lease.connection().call(LsaCalls.LOOKUP_SIDS, LsaCalls.lookUp(sids), deadline);
            LsaCalls.Names names = LsaCalls.names(answer, sids.size());
            answered = true;
            return names;
        } finally {
            if (answered) {
                lsa.give(lease);
            } else {
                lease.connection().close();
                lsa.clear();
            }
        }
    }

    /** Gives up what is held for later; it may be asked again. */
    void release() {
        netlogon.clear();
        lsa.clear();
    }

    @Override
    public void close() {
        netlogon.close();
        lsa.close();
    }
}
