package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.Token;
import io.gatehouse.core.kdcproxy.Errand;
import io.gatehouse.core.policy.Resolver;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the KDCs of a domain, one after the other, until one answers. Every step runs on a virtual thread that is interrupted when
 * its time is over, which closes its socket; so neither a name server nor a KDC can take longer than it is given. Safe for use by
 * many threads.
 */
public final class KdcClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KdcClient.class);

    /** A KDC that takes longer loses its turn, unless it is the last. */
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
        for (int i = 0; i < servers.size(); i++) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            int others = servers.size() - i - 1;
            long turn = others == 0
                    ? left
                    : Math.min(left, Math.max(SHORTEST_TURN_NANOS, Math.min(PATIENCE_NANOS, left / (others + 1))));
            Optional<Token> answer = turn(servers.get(i), errand, turn);
            if (answer.isPresent()) {
                return answer;
            }
        }
        warn(errand, servers);
        return Optional.empty();
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

    private Optional<Token> turn(InetSocketAddress server, Errand errand, long nanos) {
        Future<Token> answer = executor.submit(() -> resolveAndAsk(server, errand));
        try {
            Token token = answer.get(nanos, TimeUnit.NANOSECONDS);
            memory.answered(server);
            return Optional.of(token);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            silent(server, "no answer in time");
        } catch (ExecutionException e) {
            silent(server, String.valueOf(e.getCause()));
        } finally {
            answer.cancel(true);
        }
        return Optional.empty();
    }

    private void silent(InetSocketAddress server, String why) {
        memory.wasSilent(server);
        LOG.atDebug()
                .addKeyValue("kdc", server.getHostString() + ":" + server.getPort())
                .addKeyValue("cause", why)
                .log("a KDC did not answer");
    }

    private Token resolveAndAsk(InetSocketAddress server, Errand errand) throws IOException {
        IOException failure = new UnknownHostException(server.getHostString());
        for (InetAddress address : names.resolve(server.getHostString())) {
            try {
                return ask(new InetSocketAddress(address, server.getPort()), errand);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /** TCP, or else UDP: the other way round, tickets of users in many groups would not fit into the answer. */
    private Token ask(InetSocketAddress kdc, Errand errand) throws IOException {
        if (!memory.isWithoutTcp(kdc)) {
            try {
                return checked(TcpExchange.ask(kdc, errand.message()), errand);
            } catch (TcpExchange.NotConnectedException e) {
                LOG.atDebug().addKeyValue("kdc", kdc).log("a KDC takes no TCP connection");
            }
        }
        Token answer;
        try {
            answer = checked(UdpExchange.ask(kdc, errand.message()), errand);
            memory.isWithoutTcp(kdc, true);
        } catch (IOException e) {
            memory.isWithoutTcp(kdc, false);
            throw e;
        }
        return errand.isTooBig(answer) ? insteadOf(answer, kdc, errand) : answer;
    }

    private Token insteadOf(Token tooBig, InetSocketAddress kdc, Errand errand) {
        try {
            Token answer = checked(TcpExchange.ask(kdc, errand.message()), errand);
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
