package io.gatehouse.jetty.edge;

import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.core.audit.AuditGuard;
import io.gatehouse.core.config.ClientCertificate;
import io.gatehouse.jetty.diagnosis.ConnectionLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The one way in: every request is counted for its connection, must spell its path canonically, frame its body in one
 * way only, and tell who stands behind it, before any handler sees it. A path that no handler knows is refused here as
 * well. Also answers the requests that Jetty itself refuses.
 */
public final class FrontGate extends Handler.Wrapper {
    /** Colon, space and line end. */
    private static final int FIELD_PUNCTUATION = 4;

    private static final String CHUNKED = "chunked";
    /** A transfer coding without parameters (RFC 9112 7). */
    private static final Pattern CODING = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]+");

    /** Of clients that are set to it, or fall back to it after the transports that the gateway speaks. */
    private static final Pattern RPC_PROXY = Pattern.compile("(?i)/rpc(withcert)?/rpcproxy\\.dll");

    private static final String RPC_OVER_HTTP = "RPC over HTTP, which the gateway does not speak (mstsc: remove"
            + " HKCU\\Software\\Microsoft\\Terminal Server Client\\RDGClientTransport; FreeRDP: type:http or /gt:http)";

    private final ConnectionBudget budget;
    private final RequestRefusals refusals;
    private final AuditGuard audit;
    private final ConnectionLog stages;
    private final ClientCertificates certificates;
    private final Executor executor;

    /**
     * A gate.
     *
     * @param executor where certificates are judged, which may block
     * @param handlers the first that knows a path answers
     */
    public FrontGate(
            ConnectionBudget budget,
            RequestRefusals refusals,
            AuditGuard audit,
            ConnectionLog stages,
            ClientCertificates certificates,
            Executor executor,
            List<Handler> handlers) {
        super(new Handler.Sequence(handlers));
        this.budget = budget;
        this.refusals = refusals;
        this.audit = audit;
        this.stages = stages;
        this.certificates = certificates;
        this.executor = executor;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        ConnectionGuard guard = budget.guard(endPoint);
        if (guard == null) {
            return refuse(request, response, callback, 403, "the connection was closed meanwhile");
        }
        if (!guard.countRequest() || !guard.countBytes(headSize(request))) {
            return refuse(
                    request, response, callback, 429, "too many requests or bytes of one connection before a channel");
        }
        Optional<String> problem = RequestTarget.problem(RawTargets.of(request.getConnectionMetaData()))
                .or(() -> framingProblem(request));
        if (problem.isPresent()) {
            return refuse(request, response, callback, 400, problem.get());
        }
        if (codings(request).size() > 1) {
            return refuse(
                    request, response, callback, 501, "a transfer coding beside chunked (expected chunked alone)");
        }
        Optional<Peer> peer = Peers.of(request, guard);
        if (peer.isEmpty()) {
            return refuse(request, response, callback, 403, "a Forwarded header that breaks its grammar (RFC 7239)");
        }
        Optional<String> unaudited = audit.refusal();
        if (unaudited.isPresent()) {
            return refuse(request, response, callback, 503, unaudited.get());
        }
        IncomingRequest incoming =
                IncomingRequest.of(request, response, callback, peer.get(), endPoint, guard, refusals);
        if (stages.isOn()) {
            tellStages(incoming);
        }
        if (demandsCertificate(request)) {
            executor.execute(() -> passIfCertified(incoming));
        } else {
            pass(incoming);
        }
        return true;
    }

    private static boolean demandsCertificate(Request request) {
        return request.getConnectionMetaData().getConnector() instanceof ListenerConnector listener
                && listener.clientCertificate() == ClientCertificate.REQUIRED;
    }

    private void passIfCertified(IncomingRequest incoming) {
        try {
            if (!certificates.refuses(incoming)) {
                pass(incoming);
            }
        } catch (Throwable failure) {
            Response.writeError(incoming.request(), incoming.response(), incoming.callback(), failure);
        }
    }

    private void pass(IncomingRequest incoming) throws Exception {
        if (!super.handle(incoming.request(), incoming.response(), incoming.callback())) {
            incoming.refuse(404, isRpcOverHttp(incoming.request()) ? RPC_OVER_HTTP : "no such path");
        }
    }

    /** The request, and how it is answered. */
    private void tellStages(IncomingRequest incoming) {
        Request request = incoming.request();
        InetAddress client = incoming.peer().address();
        stages.stage(incoming.correlation(), client, "request", IncomingRequest.text(request) + scheme(request));
        Request.addCompletionListener(
                request,
                failure -> stages.stage(
                        incoming.correlation(),
                        client,
                        "answer",
                        incoming.answered() + (failure == null ? "" : ", failed: " + failure)));
    }

    /** The scheme of its credentials, which are not shown. */
    private static String scheme(Request request) {
        String credentials = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (credentials == null) {
            return "";
        }
        String name = credentials.strip().split("[ \t]", 2)[0];
        return " with "
                + Arrays.stream(Scheme.values())
                        .flatMap(scheme -> scheme.httpName().stream())
                        .filter(name::equalsIgnoreCase)
                        .findFirst()
                        .orElse("credentials of another scheme");
    }

    private static boolean isRpcOverHttp(Request request) {
        return request.getMethod().startsWith("RPC_")
                || RPC_PROXY.matcher(Request.getPathInContext(request)).matches();
    }

    /**
     * Roughly the bytes of a request before its body; a token in it may be most of what a client sends before its
     * channel.
     */
    private static int headSize(Request request) {
        int size = request.getHttpURI().toString().length();
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue();
            size += field.getName().length() + (value == null ? 0 : value.length()) + FIELD_PUNCTUATION;
        }
        return size;
    }

    /**
     * What an intermediary and the gateway could understand differently about where the request ends, beyond what Jetty
     * refuses. Codings that nobody knows are none of it: they are refused with 501 (RFC 9112 6.1).
     */
    private static Optional<String> framingProblem(Request request) {
        if (!request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)) {
            return Optional.empty();
        }
        if (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0) {
            return Optional.of("Transfer-Encoding in a request of HTTP/1.0 (expected HTTP/1.1)");
        }
        List<String> codings = codings(request);
        boolean isLastOnly = codings.indexOf(CHUNKED) == codings.size() - 1 && codings.contains(CHUNKED);
        return isLastOnly && codings.stream().allMatch(CODING.asMatchPredicate())
                ? Optional.empty()
                : Optional.of("a Transfer-Encoding that does not end with chunked (expected chunked, once)");
    }

    /** The transfer codings of a request, in lower case, the innermost first. */
    private static List<String> codings(Request request) {
        return request.getHeaders().getValuesList(HttpHeader.TRANSFER_ENCODING).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    private boolean refuse(Request request, Response response, Callback callback, int status, String why) {
        note(request, status, why);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        IncomingRequest.answer(response, callback, status);
        return true;
    }

    /**
     * Writes a refusal of a request of which it may not be known who stands behind it: then its source is the
     * neighbour.
     */
    private void note(Request request, int status, String why) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        Peers.of(request, budget.guard(endPoint))
                .map(Peer::address)
                .or(() -> Optional.ofNullable(request.getConnectionMetaData().getRemoteSocketAddress())
                        .filter(InetSocketAddress.class::isInstance)
                        .map(address -> ((InetSocketAddress) address).getAddress()))
                .ifPresent(client -> refusals.refused(
                        client, IncomingRequest.correlation(request), status, IncomingRequest.text(request), why));
    }

    /**
     * Answers what Jetty refuses: bad requests that reach no handler, and failures. The answer has no body, neither
     * HTML nor a reason. Jetty itself logs failures that are not a client's.
     */
    public boolean answerError(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        if (cause == null || cause instanceof QuietException) {
            String reason = String.valueOf(request.getAttribute(ErrorHandler.ERROR_MESSAGE));
            @Nullable Throwable deeper = cause instanceof Throwable failure ? failure.getCause() : null;
            note(request, status, deeper == null ? reason : reason + ": " + deeper);
        }
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        IncomingRequest.answer(response, callback, status);
        return true;
    }
}
