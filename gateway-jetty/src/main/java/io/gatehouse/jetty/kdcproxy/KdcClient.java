package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.Token;
import io.gatehouse.core.kdcproxy.PermittedRequest;
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
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the KDCs of a domain, one after the other, until one answers; but whoever has got a message that is for one KDC
 * only is waited for to the end. Every step runs on a virtual thread that is interrupted when its time is over, which
 * closes its socket; so neither a name server nor a KDC can take longer than it is given. Safe for use by many threads.
 */
public final class KdcClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KdcClient.class);

    /** A KDC that takes longer loses its turn, unless it is the last, or has got what no other may get. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();

    /** However many KDCs there are, none is hurried more. */
    private static final long SHORTEST_TURN_NANOS = Duration.ofMillis(500).toNanos();

    /** How often a domain is warned of. */
    private static final Duration WARNINGS = Duration.ofMinutes(1);

    private final Resolver names;
    private final Runnable closeNames;
    private final ExecutorService executor = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("kdc-", 0).factory());
    private final KdcDirectory directory;
    private final MonotonicClock time;
    private final KdcMemory memory;
    /** Strangers cannot fill the log with warnings. */
    private final ExpiringSet<Domain> warned;

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
    KdcClient(ServiceLocator locator, Resolver names, Runnable closeNames, MonotonicClock time) {
        this.names = names;
        this.closeNames = closeNames;
        this.time = time;
        this.memory = new KdcMemory(time::nanos);
        this.warned = new ExpiringSet<>(WARNINGS, time::nanos);
        this.directory = new KdcDirectory(locator, executor, time::nanos);
    }

    /**
     * Carries {@code request}; blocks for at most {@code timeout}.
     *
     * @return the answer; empty when no KDC gave one
     */
    public Optional<Token> ask(PermittedRequest request, Duration timeout) {
        return ask(request, timeout, _ -> true, servers -> warn(request, servers));
    }

    /**
     * Carries {@code request} to one KDC after the other until an answer is enough; blocks for at most {@code timeout}.
     *
     * @return that answer, or else the last one; empty when no KDC gave one
     */
    Optional<Token> ask(PermittedRequest request, Duration timeout, Predicate<Token> enough) {
        return ask(request, timeout, enough, _ -> {});
    }

    private Optional<Token> ask(
            PermittedRequest request,
            Duration timeout,
            Predicate<Token> enough,
            Consumer<List<InetSocketAddress>> silent) {
        try {
            return askInTurn(request, timeout, enough, silent);
        } catch (RejectedExecutionException closed) {
            return Optional.empty();
        }
    }

    private Optional<Token> askInTurn(
            PermittedRequest request,
            Duration timeout,
            Predicate<Token> enough,
            Consumer<List<InetSocketAddress>> silent) {
        Optional<Token> last = Optional.empty();
        long end = time.nanos() + timeout.toNanos();
        List<InetSocketAddress> servers = memory.bestFirst(
                directory.servers(request.domain(), request.type().service(), timeout));
        List<Call> calls = calls(servers, request);
        for (int i = 0; i < calls.size(); i++) {
            long left = end - time.nanos();
            if (left <= 0) {
                break;
            }
            int others = calls.size() - i - 1;
            long turn = others == 0
                    ? left
                    : Math.min(left, Math.max(SHORTEST_TURN_NANOS, Math.min(PATIENCE_NANOS, left / (others + 1))));
            Reply reply = turn(calls.get(i), request, turn, end);
            if (reply.answer().filter(enough).isPresent()) {
                return reply.answer();
            }
            if (reply.delivered() && request.isForOneKdc()) {
                break;
            }
            if (reply.answer().isPresent()) {
                last = reply.answer();
            }
        }
        if (last.isEmpty()) {
            silent.accept(servers);
        }
        return last;
    }

    /**
     * Nobody knows whether a datagram arrived: with what only one KDC may get, those that take connections are asked
     * first.
     */
    private static List<Call> calls(List<InetSocketAddress> servers, PermittedRequest request) {
        return request.isForOneKdc()
                ? Stream.of(Way.TCP, Way.UDP)
                        .flatMap(way -> servers.stream().map(server -> new Call(server, way)))
                        .toList()
                : servers.stream()
                        .map(server -> new Call(server, Way.TCP_OR_UDP))
                        .toList();
    }

    private void warn(PermittedRequest request, List<InetSocketAddress> servers) {
        if (warned.add(request.domain())) {
            LOG.atWarn()
                    .addKeyValue("domain", request.domain().name())
                    .addKeyValue("message", request.type().label())
                    .addKeyValue(
                            "asked",
                            servers.stream()
                                    .map(server -> server.getHostString() + ":" + server.getPort())
                                    .toList())
                    .log("no KDC answered");
        }
    }

    /** Asks one KDC for {@code nanos}, or to the {@code end} once it has got a message that no other may get. */
    private Reply turn(Call call, PermittedRequest request, long nanos, long end) {
        InetSocketAddress server = call.server();
        Delivery delivery = new Delivery();
        Future<Token> answer = executor.submit(() -> resolveAndAsk(call, request, delivery));
        try {
            Token token = await(answer, request, delivery, nanos, end);
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

    private Token await(Future<Token> answer, PermittedRequest request, Delivery delivery, long nanos, long end)
            throws InterruptedException, TimeoutException, ExecutionException {
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (!request.isForOneKdc() || delivery.withdraw()) {
                throw e;
            }
            return answer.get(end - time.nanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void silent(InetSocketAddress server, String why) {
        memory.wasSilent(server);
        LOG.atDebug()
                .addKeyValue("kdc", server.getHostString() + ":" + server.getPort())
                .addKeyValue("cause", why)
                .log("a KDC did not answer");
    }

    private Token resolveAndAsk(Call call, PermittedRequest request, Delivery delivery) throws IOException {
        InetSocketAddress server = call.server();
        IOException failure = new UnknownHostException(server.getHostString());
        for (InetAddress address : names.resolve(server.getHostString())) {
            try {
                return ask(new InetSocketAddress(address, server.getPort()), call.way(), request, delivery);
            } catch (NotDeliveredException e) {
                failure = e;
            } catch (IOException e) {
                if (request.isForOneKdc()) {
                    throw e;
                }
                failure = e;
            }
        }
        throw failure;
    }

    /** TCP, or else UDP: the other way round, tickets of users in many groups would not fit into the answer. */
    private Token ask(InetSocketAddress kdc, Way way, PermittedRequest request, Delivery delivery) throws IOException {
        if (way != Way.UDP && !memory.isWithoutTcp(kdc)) {
            try {
                return checked(TcpExchange.ask(kdc, request.message(), delivery), request);
            } catch (NotDeliveredException e) {
                LOG.atDebug().addKeyValue("kdc", kdc).log("a KDC refuses TCP connections");
                if (way == Way.TCP) {
                    throw e;
                }
            }
        }
        Token answer;
        try {
            answer = checked(UdpExchange.ask(kdc, request.message(), delivery), request);
            memory.isWithoutTcp(kdc, true);
        } catch (IOException e) {
            memory.isWithoutTcp(kdc, false);
            throw e;
        }
        return request.isTooBig(answer) ? insteadOf(answer, kdc, request, delivery) : answer;
    }

    private Token insteadOf(Token tooBig, InetSocketAddress kdc, PermittedRequest request, Delivery delivery) {
        try {
            Token answer = checked(TcpExchange.ask(kdc, request.message(), delivery), request);
            memory.isWithoutTcp(kdc, false);
            return answer;
        } catch (IOException e) {
            return tooBig;
        }
    }

    private static Token checked(Token answer, PermittedRequest request) throws IOException {
        if (!request.isAnsweredBy(answer)) {
            throw new IOException("%d bytes that do not answer a %s"
                    .formatted(answer.length(), request.type().label()));
        }
        return answer;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        closeNames.run();
    }
}
