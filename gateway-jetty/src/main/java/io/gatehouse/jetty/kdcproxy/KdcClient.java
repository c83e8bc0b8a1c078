package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.Token;
import io.gatehouse.core.kdcproxy.Errand;
import io.gatehouse.core.net.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the KDCs of a domain, one after the other, until one answers; but whoever has got a message that is for one KDC only is waited for
 * to the end. Every step runs on a virtual thread that is interrupted when
 * its time is over, which closes its socket; so neither a name server nor a KDC can take longer than it is given. Safe for use by
 * many threads.
 */
public final class KdcClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KdcClient.class);

    /** A KDC that takes longer loses its turn, unless it is the last, or has got what no other may get. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();

    /** However many KDCs there are, none is hurried more. */
    private static final long SHORTEST_TURN_NANOS = Duration.ofMillis(500).toNanos();

    private final Resolver names;
    private final Runnable closeNames;
    private final ExecutorService executor = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("kdc-", 0).factory());
    private final KdcDirectory directory;
    private final KdcMemory memory = new KdcMemory(System::nanoTime);
    /** Strangers cannot fill the log with warnings. */
    private final Lately<Domain> warned = new Lately<>(Duration.ofMinutes(1), System::nanoTime);

    private enum Way {
        TCP,
        UDP,
        TCP_OR_UDP
    }

    private record Call(InetSocketAddress server, Way way) {}

    /** {@code delivered} is whether the KDC may have got the message. */
    private record Reply(Optional<Token> answer, boolean delivered) {}

    /**
     * A client.
     *
     * @param names resolves the names of KDCs
     * @param closeNames run when the client is closed
     */
    public KdcClient(ServiceLocator locator, Resolver names, Runnable closeNames) {
        this.names = names;
        this.closeNames = closeNames;
        this.directory = new KdcDirectory(locator, executor, System::nanoTime);
    }

    /**
     * Carries {@code errand}; blocks for at most {@code timeout}.
     *
     * @return the answer; empty when no KDC gave one
     */
    public Optional<Token> ask(Errand errand, Duration timeout) {
        try {
            return askInTurn(errand, timeout);
        } catch (RejectedExecutionException closed) {
            return Optional.empty();
        }
    }

    private Optional<Token> askInTurn(Errand errand, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        List<InetSocketAddress> servers = memory.bestFirst(
                directory.servers(errand.domain(), errand.type().service(), timeout));
        List<Call> calls = calls(servers, errand);
        for (int i = 0; i < calls.size(); i++) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            int others = calls.size() - i - 1;
            long turn = others == 0
                    ? left
                    : Math.min(left, Math.max(SHORTEST_TURN_NANOS, Math.min(PATIENCE_NANOS, left / (others + 1))));
            Reply reply = turn(calls.get(i), errand, turn, end);
            if (reply.answer().isPresent()) {
                return reply.answer();
            }
            if (reply.delivered() && errand.isForOneKdc()) {
                break;
            }
        }
        warn(errand, servers);
        return Optional.empty();
    }

    /** Nobody knows whether a datagram arrived: with what only one KDC may get, those that take connections are asked first. */
    private static List<Call> calls(List<InetSocketAddress> servers, Errand errand) {
        return errand.isForOneKdc()
                ? Stream.of(Way.TCP, Way.UDP)
                        .flatMap(way -> servers.stream().map(server -> new Call(server, way)))
                        .toList()
                : servers.stream()
                        .map(server -> new Call(server, Way.TCP_OR_UDP))
                        .toList();
    }

    private void warn(Errand errand, List<InetSocketAddress> servers) {
        if (warned.add(errand.domain())) {
            LOG.atWarn()
                    .addKeyValue("domain", errand.domain().name())
                    .addKeyValue("message", errand.type().label())
                    .addKeyValue(
                            "asked",
                            servers.stream()
                                    .map(server -> server.getHostString() + ":" + server.getPort())
                                    .toList())
                    .log("no KDC answered");
        }
    }

    /** Asks one KDC for {@code nanos}, or to the {@code end} once it has got a message that no other may get. */
    private Reply turn(Call call, Errand errand, long nanos, long end) {
        InetSocketAddress server = call.server();
        Delivery delivery = new Delivery();
        Future<Token> answer = executor.submit(() -> resolveAndAsk(call, errand, delivery));
        try {
            Token token = await(answer, errand, delivery, nanos, end);
            memory.answered(server);
            return new Reply(Optional.of(token), true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            silent(server, "no answer in time");
        } catch (ExecutionException e) {
            silent(server, String.valueOf(e.getCause()));
            if (e.getCause() instanceof NotDeliveredException) {
                return new Reply(Optional.empty(), false);
            }
        } finally {
            answer.cancel(true);
        }
        return new Reply(Optional.empty(), !delivery.withdraw());
    }

    private static Token await(Future<Token> answer, Errand errand, Delivery delivery, long nanos, long end)
            throws InterruptedException, TimeoutException, ExecutionException {
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (!errand.isForOneKdc() || delivery.withdraw()) {
                throw e;
            }
            return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void silent(InetSocketAddress server, String why) {
        memory.wasSilent(server);
        LOG.atDebug()
                .addKeyValue("kdc", server.getHostString() + ":" + server.getPort())
                .addKeyValue("cause", why)
                .log("a KDC did not answer");
    }

    private Token resolveAndAsk(Call call, Errand errand, Delivery delivery) throws IOException {
        InetSocketAddress server = call.server();
        IOException failure = new UnknownHostException(server.getHostString());
        for (InetAddress address : names.resolve(server.getHostString())) {
            try {
                return ask(new InetSocketAddress(address, server.getPort()), call.way(), errand, delivery);
            } catch (NotDeliveredException e) {
                failure = e;
            } catch (IOException e) {
                if (errand.isForOneKdc()) {
                    throw e;
                }
                failure = e;
            }
        }
        throw failure;
    }

    /** TCP, or else UDP: the other way round, tickets of users in many groups would not fit into the answer. */
    private Token ask(InetSocketAddress kdc, Way way, Errand errand, Delivery delivery) throws IOException {
        if (way != Way.UDP && !memory.isWithoutTcp(kdc)) {
            try {
                return checked(TcpExchange.ask(kdc, errand.message(), delivery), errand);
            } catch (NotDeliveredException e) {
                LOG.atDebug().addKeyValue("kdc", kdc).log("a KDC refuses TCP connections");
                if (way == Way.TCP) {
                    throw e;
                }
            }
        }
        Token answer;
        try {
            answer = checked(UdpExchange.ask(kdc, errand.message(), delivery), errand);
            memory.isWithoutTcp(kdc, true);
        } catch (IOException e) {
            memory.isWithoutTcp(kdc, false);
            throw e;
        }
        return errand.isTooBig(answer) ? insteadOf(answer, kdc, errand, delivery) : answer;
    }

    private Token insteadOf(Token tooBig, InetSocketAddress kdc, Errand errand, Delivery delivery) {
        try {
            Token answer = checked(TcpExchange.ask(kdc, errand.message(), delivery), errand);
            memory.isWithoutTcp(kdc, false);
            return answer;
        } catch (IOException e) {
            return tooBig;
        }
    }

    private static Token checked(Token answer, Errand errand) throws IOException {
        if (!errand.isAnsweredBy(answer)) {
            throw new IOException("%d bytes that do not answer a %s"
                    .formatted(answer.length(), errand.type().label()));
        }
        return answer;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        closeNames.run();
    }
}
