package io.gatehouse.jetty;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Token;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.kdcproxy.Errand;
import io.gatehouse.core.kdcproxy.KdcProxy;
import io.gatehouse.core.kdcproxy.KdcProxyMessage;
import io.gatehouse.core.kdcproxy.MessageType;
import io.gatehouse.core.kdcproxy.Verdict;
import io.gatehouse.core.limits.RequestLimits;
import io.gatehouse.jetty.KdcProxyCounters.Result;
import io.gatehouse.jetty.kdcproxy.KdcClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The path of the KDC proxy (MS-KKDCP 2.1): a POST with a message for a KDC, answered with that of the KDC. Nobody can sign in
 * here, since the client is only about to get what it would sign in with; so everything is limited, and no thread of the server
 * waits for a KDC.
 */
final class KdcProxyHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(KdcProxyHandler.class);
    private static final String PATH = "/kdcproxy";
    private static final String CONTENT_TYPE = "application/kerberos";

    /** Bytes of all bodies together. */
    private static final int BODY_MEMORY = 64 * 1024 * 1024;

    /** The client is told to use a new connection before the connection's guard ends this one. */
    private static final long LAST_REQUEST = ConnectionGuard.MAX_REQUESTS / 2;

    /** What the answer itself takes, at the end of the time for a sign-in. */
    private static final Duration RESERVE = Duration.ofMillis(200);

    private final KdcProxy proxy;
    private final RequestLimits limits;
    private final KdcClient client;
    private final Duration timeout;
    private final Duration bodyTimeout;
    private final ConnectionBudget budget;
    private final AuditLog audit;
    private final Executor executor;
    private final Scheduler scheduler;
    private final KdcProxyCounters counters;
    private final Semaphore bodyMemory = new Semaphore(BODY_MEMORY);

    /**
     * A handler.
     *
     * @param client closed when the handler is stopped
     * @param timeout for asking KDCs
     * @param bodyTimeout for a request's body
     * @param executor of virtual threads
     */
    KdcProxyHandler(
            KdcProxy proxy,
            RequestLimits limits,
            KdcClient client,
            Duration timeout,
            Duration bodyTimeout,
            ConnectionBudget budget,
            AuditLog audit,
            Executor executor,
            Scheduler scheduler,
            Metrics metrics) {
        this.proxy = proxy;
        this.limits = limits;
        this.client = client;
        this.timeout = timeout;
        this.bodyTimeout = bodyTimeout;
        this.budget = budget;
        this.audit = audit;
        this.executor = executor;
        this.scheduler = scheduler;
        this.counters = new KdcProxyCounters(metrics, limits);
    }

    /** A request with what is known about where it comes from. */
    private record Visit(
            Request request,
            Response response,
            Callback callback,
            Peer peer,
            EndPoint endPoint,
            ConnectionGuard guard) {}

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!matches(request)) {
            return false;
        }
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        Optional<Peer> peer = Peers.of(request);
        ConnectionGuard guard = budget.guard(endPoint);
        if (peer.isEmpty() || guard == null || !RdgHandler.mayEnter(peer.get())) {
            RdgHandler.answer(response, callback, 403);
        } else {
            receive(new Visit(request, response, callback, peer.get(), endPoint, guard));
        }
        return true;
    }

    /** Windows writes {@code /KdcProxy}. */
    private static boolean matches(Request request) {
        String path = Request.getPathInContext(request).toLowerCase(Locale.ROOT);
        return path.equals(PATH) || path.equals(PATH + "/");
    }

    private void receive(Visit visit) {
        long length = visit.request().getLength();
        if (!HttpMethod.POST.is(visit.request().getMethod())) {
            visit.response().getHeaders().put(HttpHeader.ALLOW, "POST");
            refuse(visit, 405, Result.MALFORMED);
        } else if (length < 0) {
            refuse(visit, 411, Result.MALFORMED);
        } else if (length > KdcProxyMessage.MAX_LENGTH) {
            refuse(visit, 413, Result.MALFORMED);
        } else if (!visit.guard().countRequest()
                || !visit.guard().countBytes(Math.toIntExact(length))
                || !limits.count(visit.peer().address())) {
            refuse(visit, 429, Result.LIMITED);
        } else if (!bodyMemory.tryAcquire(Math.toIntExact(length))) {
            refuse(visit, 503, Result.BUSY);
        } else {
            read(visit, Math.toIntExact(length));
        }
    }

    /** Reads the body within the time for signing in, which the guard of a proxy's connection does not watch. */
    private void read(Visit visit, int length) {
        Scheduler.Task timer = visit.guard().shared()
                ? scheduler.schedule(() -> visit.endPoint().close(), bodyTimeout.toNanos(), TimeUnit.NANOSECONDS)
                : null;
        Content.Source.asByteArrayAsync(
                visit.request(), KdcProxyMessage.MAX_LENGTH, new Promise.Invocable.NonBlocking<>() {
                    @Override
                    public void succeeded(byte[] body) {
                        cancel(timer);
                        executor.execute(() -> serve(visit, body));
                    }

                    @Override
                    public void failed(Throwable failure) {
                        cancel(timer);
                        bodyMemory.release(length);
                        if (failure instanceof TimeoutException) {
                            refuse(visit, 408, Result.MALFORMED);
                        } else {
                            // Jetty would warn of what any stranger can cause.
                            visit.callback().failed(new QuietException.RuntimeException(failure));
                        }
                    }
                });
    }

    private static void cancel(Scheduler.@Nullable Task timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void serve(Visit visit, byte[] body) {
        try {
            Optional<RequestLimits.Permit> permit = limits.enter(visit.peer().address());
            if (permit.isEmpty()) {
                refuse(visit, 503, Result.BUSY);
                return;
            }
            try (RequestLimits.Permit _ = permit.get()) {
                judge(visit, body);
            }
        } catch (RuntimeException e) {
            Response.writeError(visit.request(), visit.response(), visit.callback(), e);
        } finally {
            bodyMemory.release(body.length);
        }
    }

    private void judge(Visit visit, byte[] body) {
        switch (proxy.judge(body, visit.peer().address())) {
            case Verdict.Malformed(String why) -> {
                LOG.atDebug()
                        .addKeyValue("client", visit.peer().address().getHostAddress())
                        .addKeyValue("cause", why)
                        .log("malformed request to the KDC proxy");
                refuse(visit, 400, Result.MALFORMED);
            }
            case Verdict.Refused(String realm, MessageType type, String why) -> {
                record(visit, Optional.empty(), realm, type, why);
                // Windows reports a firewall, where any other error would mean that no KDC is there.
                refuse(visit, 403, Result.REFUSED);
            }
            case Verdict.Throttled(String realm, MessageType type, String account, Token answer) -> {
                record(visit, Optional.of(account), realm, type, "too many guesses for the account or from the source");
                answer(visit, answer.bytes(), Result.THROTTLED);
            }
            case Verdict.Ask(Errand errand) -> {
                try (errand) {
                    ask(visit, errand);
                }
            }
        }
    }

    private void ask(Visit visit, Errand errand) {
        Optional<Token> answer = client.ask(errand, timeLeft(visit));
        LOG.atDebug()
                .addKeyValue("client", visit.peer().address().getHostAddress())
                .addKeyValue("domain", errand.domain().name())
                .addKeyValue("message", errand.type().label())
                .addKeyValue("answered", answer.isPresent())
                .log("asked a KDC");
        if (answer.isPresent()) {
            answer(visit, errand.answered(answer.get()), Result.ANSWERED);
        } else {
            errand.unanswered();
            refuse(visit, 503, Result.UNANSWERED);
        }
    }

    /** An answer that comes after the connection's deadline is no use. */
    private Duration timeLeft(Visit visit) {
        if (visit.guard().shared()) {
            return timeout;
        }
        Duration left = visit.guard().timeLeft().minus(RESERVE);
        return left.compareTo(timeout) < 0 ? left : timeout;
    }

    private void record(Visit visit, Optional<String> account, String realm, MessageType type, String why) {
        AuditEvent.Origin origin =
                new AuditEvent.Origin(UUID.randomUUID().toString(), visit.peer().address(), Optional.empty(), "http");
        audit.record(new AuditEvent.KdcProxyRefused(origin, account, realm, type.label(), why));
    }

    private void answer(Visit visit, byte[] body, Result result) {
        counters.count(result);
        visit.response().setStatus(200);
        visit.response().getHeaders().put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE);
        visit.response().getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        if (isLast(visit)) {
            visit.response().getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        visit.response().write(true, ByteBuffer.wrap(body), visit.callback());
    }

    /** Clients that keep connections open would run into a limit in the middle of their next request. */
    private boolean isLast(Visit visit) {
        return !visit.guard().shared()
                && (visit.request().getConnectionMetaData().getConnection().getMessagesIn() >= LAST_REQUEST
                        || visit.guard().timeLeft().compareTo(timeout.multipliedBy(2)) < 0);
    }

    private void refuse(Visit visit, int status, Result result) {
        counters.count(result);
        visit.response().getHeaders().put(HttpHeader.CONNECTION, "close");
        RdgHandler.answer(visit.response(), visit.callback(), status);
    }

    @Override
    protected void doStop() throws Exception {
        client.close();
        super.doStop();
    }
}
