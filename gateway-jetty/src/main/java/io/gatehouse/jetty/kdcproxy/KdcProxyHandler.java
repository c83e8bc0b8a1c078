package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Token;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.kdcproxy.KdcProxy;
import io.gatehouse.core.kdcproxy.KdcProxyMessage;
import io.gatehouse.core.kdcproxy.MessageType;
import io.gatehouse.core.kdcproxy.PermittedRequest;
import io.gatehouse.core.kdcproxy.Verdict;
import io.gatehouse.core.limits.BodyMemory;
import io.gatehouse.core.limits.RequestLimits;
import io.gatehouse.jetty.edge.IncomingRequest;
import io.gatehouse.jetty.kdcproxy.KdcProxyCounters.Result;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The path of the KDC proxy (MS-KKDCP 2.1): a POST with a message for a KDC, answered with that of the KDC. Nobody can
 * sign in here, since the client is only about to get what it would sign in with; so everything is limited, and no
 * thread of the server waits for a KDC.
 */
public final class KdcProxyHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(KdcProxyHandler.class);
    private static final String PATH = "/kdcproxy";
    private static final String CONTENT_TYPE = "application/kerberos";

    /** Bytes of all bodies together, and of all bodies of one source. */
    private static final int BODY_MEMORY = 64 * 1024 * 1024;

    private static final int BODY_MEMORY_OF_SOURCE = BODY_MEMORY / 8;

    /** A message of a client has some kilobytes; what takes longer holds a connection for nothing. */
    private static final Duration LONGEST_BODY = Duration.ofSeconds(10);

    /** What the answer itself takes, at the end of the time for a sign-in. */
    private static final Duration RESERVE = Duration.ofMillis(200);

    private final KdcProxy proxy;
    private final RequestLimits limits;
    private final KdcClient client;
    private final Duration timeout;
    private final Duration bodyTimeout;
    private final AuditLog audit;
    private final Executor executor;
    private final Scheduler scheduler;
    private final KdcProxyCounters counters;
    private final BodyMemory memory = new BodyMemory(BODY_MEMORY, BODY_MEMORY_OF_SOURCE);

    /**
     * A handler.
     *
     * @param timeout for asking KDCs
     * @param loginDeadline a request's body has no more time than that
     * @param executor of virtual threads
     */
    public KdcProxyHandler(
            KdcProxy proxy,
            RequestLimits limits,
            KdcClient client,
            Duration timeout,
            Duration loginDeadline,
            AuditLog audit,
            Executor executor,
            Scheduler scheduler,
            Metrics metrics) {
        this.proxy = proxy;
        this.limits = limits;
        this.client = client;
        this.timeout = timeout;
        this.bodyTimeout = loginDeadline.compareTo(LONGEST_BODY) < 0 ? loginDeadline : LONGEST_BODY;
        this.audit = audit;
        this.executor = executor;
        this.scheduler = scheduler;
        this.counters = new KdcProxyCounters(metrics, limits);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!matches(request)) {
            return false;
        }
        IncomingRequest visit = IncomingRequest.of(request);
        if (!visit.refusesUnencrypted()) {
            receive(visit);
        }
        return true;
    }

    /** Windows writes {@code /KdcProxy}. */
    private static boolean matches(Request request) {
        String path = Request.getPathInContext(request).toLowerCase(Locale.ROOT);
        return path.equals(PATH) || path.equals(PATH + "/");
    }

    private void receive(IncomingRequest visit) {
        long length = visit.request().getLength();
        if (!HttpMethod.POST.is(visit.request().getMethod())) {
            visit.response().getHeaders().put(HttpHeader.ALLOW, "POST");
            refuse(visit, 405, Result.MALFORMED, "method " + visit.request().getMethod() + " (expected POST)");
        } else if (length < 0) {
            refuse(visit, 411, Result.MALFORMED, "a body of unknown length (expected Content-Length)");
        } else if (length > KdcProxyMessage.MAX_LENGTH) {
            refuse(
                    visit,
                    413,
                    Result.MALFORMED,
                    "a body of %d bytes (expected at most %d)".formatted(length, KdcProxyMessage.MAX_LENGTH));
        } else if (!visit.guard().countBytes(Math.toIntExact(length))) {
            refuse(visit, 429, Result.LIMITED, "too many bytes of one connection");
        } else if (!limits.count(visit.peer().address())) {
            refuse(visit, 429, Result.LIMITED, "too many requests of one source within a minute (requests-per-source)");
        } else {
            BodyReader.read(visit.request(), memory, visit.peer().address(), bodyTimeout, scheduler, new Reader(visit));
        }
    }

    /** What becomes of the body of a request. */
    private final class Reader implements BodyReader.Reader {
        private final IncomingRequest visit;

        Reader(IncomingRequest visit) {
            this.visit = visit;
        }

        @Override
        public void arrived(byte[] body, BodyMemory.Body held) {
            executor.execute(() -> serve(visit, body, held));
        }

        @Override
        public void late() {
            refuse(
                    visit,
                    408,
                    Result.MALFORMED,
                    "the body did not arrive within %d ms".formatted(bodyTimeout.toMillis()));
        }

        @Override
        public void tooMuchOfSource() {
            refuse(visit, 429, Result.LIMITED, "the bodies of one source have their share of memory");
        }

        @Override
        public void noRoom() {
            refuse(visit, 503, Result.BUSY, "the bodies of all requests have their memory, and this one came slowly");
        }

        @Override
        public void broken(Throwable failure) {
            counters.count(Result.MALFORMED);
            // Jetty would warn of what any stranger can cause.
            visit.callback().failed(new QuietException.RuntimeException(failure));
        }
    }

    private void serve(IncomingRequest visit, byte[] body, BodyMemory.Body held) {
        try (held) {
            Optional<RequestLimits.Permit> permit = limits.enter(visit.peer().address());
            if (permit.isEmpty()) {
                refuse(visit, 503, Result.BUSY, "too many requests under way (concurrent-requests)");
                return;
            }
            try (RequestLimits.Permit _ = permit.get()) {
                judge(visit, body);
            }
        } catch (RuntimeException e) {
            Response.writeError(visit.request(), visit.response(), visit.callback(), e);
        }
    }

    private void judge(IncomingRequest visit, byte[] body) {
        switch (proxy.judge(body, visit.peer().address())) {
            case Verdict.Malformed(String why) -> {
                refuse(visit, 400, Result.MALFORMED, why);
            }
            case Verdict.Refused(String realm, MessageType type, String why) -> {
                record(visit, Optional.empty(), realm, type, why);
                // Windows reports a firewall, where any other error would mean that no KDC is there.
                close(visit, 403, Result.REFUSED);
            }
            case Verdict.Throttled(String realm, MessageType type, String account, Token answer) -> {
                record(
                        visit,
                        Optional.of(account),
                        realm,
                        type,
                        "too many failed sign-ins for the account or from the source");
                answer(visit, answer.bytes(), Result.THROTTLED);
            }
            case Verdict.Ask(PermittedRequest permitted) -> {
                try (permitted) {
                    ask(visit, permitted);
                }
            }
        }
    }

    private void ask(IncomingRequest visit, PermittedRequest permitted) {
        Optional<Token> answer = client.ask(permitted, timeLeft(visit));
        LOG.atDebug()
                .addKeyValue("client", visit.peer().address().getHostAddress())
                .addKeyValue("domain", permitted.domain().name())
                .addKeyValue("message", permitted.type().label())
                .addKeyValue("answered", answer.isPresent())
                .log("asked a KDC");
        if (answer.isPresent()) {
            answer(visit, permitted.answered(answer.get()), Result.ANSWERED);
        } else {
            permitted.unanswered();
            refuse(visit, 503, Result.UNANSWERED, "no KDC of the realm answered in time");
        }
    }

    /** An answer that comes after the connection's deadline is no use. */
    private Duration timeLeft(IncomingRequest visit) {
        if (visit.guard().shared()) {
            return timeout;
        }
        Duration left = visit.guard().timeLeft().minus(RESERVE);
        return left.compareTo(timeout) < 0 ? left : timeout;
    }

    private void record(IncomingRequest visit, Optional<String> account, String realm, MessageType type, String why) {
        AuditEvent.Origin origin =
                new AuditEvent.Origin(visit.correlation(), visit.peer().address(), Optional.empty(), "http");
        audit.record(new AuditEvent.KdcProxyRefused(origin, account, realm, type.label(), why));
    }

    private void answer(IncomingRequest visit, byte[] body, Result result) {
        counters.count(result);
        visit.response().setStatus(200);
        visit.response().getHeaders().put(HttpHeader.CONTENT_TYPE, CONTENT_TYPE);
        visit.response().getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        // Clients that keep connections open would run into a limit in the middle of their next request.
        if (visit.isNearItsLimits(timeout.multipliedBy(2))) {
            visit.response().getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        visit.response().write(true, ByteBuffer.wrap(body), visit.callback());
    }

    private void refuse(IncomingRequest visit, int status, Result result, String why) {
        visit.note(status, why);
        close(visit, status, result);
    }

    private void close(IncomingRequest visit, int status, Result result) {
        counters.count(result);
        visit.response().getHeaders().put(HttpHeader.CONNECTION, "close");
        IncomingRequest.answer(visit.response(), visit.callback(), status);
    }
}
