package io.gatehouse.jetty;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.login.Answer;
import io.gatehouse.core.login.Refusal;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.core.websocket.ServerFrames;
import io.gatehouse.jetty.DualChannel.Owner;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's path (MS-TSGU 2.2.3): signs the client in as far as HTTP does that, and hands the connection to a transport.
 *
 * <p>No identity outlives the request that proved it, but for the one grant that lets the stream of an IN channel in. Answers have
 * no body: clients stumble over bodies.
 */
final class RdgHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(RdgHandler.class);
    /** Colon, space and line end. */
    private static final int FIELD_PUNCTUATION = 4;

    private final TunnelServices services;
    private final SignInDesk desk;
    private final Pairings pairings;
    private final ConnectionBudget budget;
    private final AuditLog audit;
    private final Executor executor;
    private final ByteBufferPool pool;
    private final Set<String> tokenHosts;

    RdgHandler(
            TunnelServices services,
            SignInDesk desk,
            Pairings pairings,
            ConnectionBudget budget,
            Executor executor,
            ByteBufferPool pool,
            List<String> tokenHosts) {
        this.services = services;
        this.desk = desk;
        this.pairings = pairings;
        this.budget = budget;
        this.audit = services.audit();
        this.executor = executor;
        this.pool = pool;
        this.tokenHosts =
                tokenHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** A request with all that is known about where it comes from. */
    private record Visit(
            Request request,
            Response response,
            Callback callback,
            RdgRequest rdg,
            Peer peer,
            EndPoint endPoint,
            ConnectionGuard guard) {}

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!RdgRequest.matches(request)) {
            answer(response, callback, 404);
            return true;
        }
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        Optional<Peer> peer = Peers.of(request);
        ConnectionGuard guard = budget.guard(endPoint);
        if (peer.isEmpty() || guard == null || !mayEnter(peer.get())) {
            answer(response, callback, 403);
            return true;
        }
        Visit visit = new Visit(request, response, callback, RdgRequest.of(request), peer.get(), endPoint, guard);
        if (!guard.countRequest() || !guard.countBytes(headSize(request))) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            answer(response, callback, 429);
        } else {
            answered(visit, () -> route(visit));
        }
        return true;
    }

    /** Roughly the bytes of a request before its body; a token in it may be most of what a client sends before its channel. */
    private static int headSize(Request request) {
        int size = request.getHttpURI().toString().length();
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue();
            size += field.getName().length() + (value == null ? 0 : value.length()) + FIELD_PUNCTUATION;
        }
        return size;
    }

    /** Credentials cross the network encrypted, or not at all. */
    static boolean mayEnter(Peer peer) {
        return peer.encrypted() || peer.address().isLoopbackAddress();
    }

    private void route(Visit visit) {
        switch (visit.rdg().kind()) {
            case WEB_SOCKET, OUT, IN_SIGN_IN -> signIn(visit);
            case IN_STREAM -> inStream(visit);
            case OTHER -> {
                visit.response().getHeaders().put(HttpHeader.ALLOW, "RDG_OUT_DATA, RDG_IN_DATA");
                answer(visit.response(), visit.callback(), 405);
            }
        }
    }

    /** MS-TSGU 3.3.5.1: a client that announces extended authentication is let in to the tunnel, where it proves itself. */
    private void signIn(Visit visit) {
        Optional<ExtendedAuthScheme> scheme = announced(visit);
        if (scheme.isPresent() && services.settings().schemes().contains(scheme.get())) {
            proceed(visit, new SignIn.InTunnel(scheme.get()), Optional.empty());
            return;
        }
        if (visit.rdg().authorization().isEmpty()) {
            unauthorized(visit, services.mechanisms().challenges(visit.peer()));
            return;
        }
        executor.execute(() -> answered(visit, () -> askDesk(visit)));
    }

    private Optional<ExtendedAuthScheme> announced(Visit visit) {
        return switch (visit.rdg().hint()) {
            case PAA -> Optional.of(ExtendedAuthScheme.PAA);
            case SSPI_NTLM -> Optional.of(ExtendedAuthScheme.SSPI_NTLM);
            case NONE -> isForToken(visit) ? Optional.of(ExtendedAuthScheme.PAA) : Optional.empty();
            case SMARTCARD, OTHER -> Optional.empty();
        };
    }

    /**
     * Whether a client that says nothing will bring a token: mstsc does not always announce it, and cannot be told from one that waits
     * for a challenge (MS-TSGU 3.3.5.1). So token clients get a name of the gateway for themselves.
     */
    private boolean isForToken(Visit visit) {
        return visit.rdg().authorization().isEmpty()
                && tokenHosts.contains(Request.getServerName(visit.request()).toLowerCase(Locale.ROOT));
    }

    /** Whatever {@code work} throws, the client gets an answer, and one without a body. */
    private static void answered(Visit visit, Runnable work) {
        try {
            work.run();
        } catch (Throwable failure) {
            LOG.atError()
                    .addKeyValue("correlation", visit.rdg().correlationId())
                    .setCause(failure)
                    .log("a request failed");
            if (visit.response().isCommitted()) {
                visit.callback().failed(failure);
            } else {
                visit.response().reset();
                visit.request().removeAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE);
                answer(visit.response(), visit.callback(), 500);
            }
        }
    }

    private void askDesk(Visit visit) {
        switch (desk.ask(visit.rdg(), visit.peer(), visit.guard())) {
            case Answer.Unauthorized(var challenges, var pending, var refusal) -> {
                refusal.ifPresent(why -> auditRefusal(visit, why));
                unauthorized(visit, challenges);
            }
            case Answer.Authorized(Identity identity, Optional<String> farewell) ->
                proceed(visit, new SignIn.ByHttp(identity), farewell);
        }
    }

    private void proceed(Visit visit, SignIn signIn, Optional<String> farewell) {
        farewell.ifPresent(token -> visit.response().getHeaders().add(HttpHeader.WWW_AUTHENTICATE, token));
        switch (visit.rdg().kind()) {
            case WEB_SOCKET -> {
                auditSignIn(visit, signIn, "websocket");
                upgrade(visit, signIn);
            }
            case OUT -> openOut(visit, signIn);
            case IN_SIGN_IN -> grantIn(visit, signIn);
            case IN_STREAM, OTHER ->
                throw new IllegalStateException("no sign-in for " + visit.rdg().kind());
        }
    }

    private void upgrade(Visit visit, SignIn signIn) {
        if (!visit.guard().handOver(visit.peer().address())) {
            tooMany(visit, signIn);
            return;
        }
        List<ConnectionGuard> guards = List.of(visit.guard());
        WebSocketLink link = new WebSocketLink(
                visit.endPoint(),
                pool,
                guards,
                client -> new TunnelDriver(
                        services, signIn, visit.peer(), "websocket", visit.rdg().correlationId(), client, guards));
        HttpFields.Mutable headers = visit.response().getHeaders();
        headers.put(HttpHeader.UPGRADE, "websocket");
        headers.put(HttpHeader.CONNECTION, "Upgrade");
        String key = visit.request().getHeaders().get("Sec-WebSocket-Key");
        headers.put("Sec-WebSocket-Accept", ServerFrames.accept(key));
        if (visit.rdg().subProtocol()) {
            headers.put("Sec-WebSocket-Protocol", "binary");
        }
        visit.response().setStatus(101);
        visit.request().setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, link);
        visit.response().write(true, BufferUtil.EMPTY_BUFFER, visit.callback());
    }

    private void openOut(Visit visit, SignIn signIn) {
        Optional<String> id = visit.rdg().connectionId();
        if (id.isEmpty()) {
            answer(visit.response(), visit.callback(), 400);
            return;
        }
        Optional<Pairings.Half> half = pairings.open(id.get(), owner(visit, signIn), visit.guard());
        if (half.isEmpty()) {
            refused(visit, signIn, "the connection id belongs to somebody else");
            answer(visit.response(), visit.callback(), 403);
            return;
        }
        if (!visit.guard().handOver(visit.peer().address())) {
            half.get().gone();
            tooMany(visit, signIn);
            return;
        }
        auditSignIn(visit, signIn, "dual-channel");
        DualChannel out = new DualChannel(visit.endPoint(), half.get()::gone);
        half.get().ready(out);
        visit.response().setStatus(200);
        visit.response().getHeaders().put(HttpHeader.CONNECTION, "close");
        visit.request().setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, out);
        visit.response()
                .write(
                        false,
                        ByteBuffer.wrap(DualChannel.SEED),
                        Callback.from(
                                () -> visit.response().write(true, BufferUtil.EMPTY_BUFFER, visit.callback()),
                                failure -> {
                                    out.lost(failure);
                                    visit.callback().failed(failure);
                                }));
    }

    private void grantIn(Visit visit, SignIn signIn) {
        Optional<String> id = visit.rdg().connectionId();
        if (id.isEmpty() || !pairings.grant(id.get(), owner(visit, signIn), connection(visit))) {
            refused(visit, signIn, "no OUT channel of this client for its IN channel");
            answer(visit.response(), visit.callback(), 403);
            return;
        }
        answer(visit.response(), visit.callback(), 200);
    }

    private void inStream(Visit visit) {
        Optional<Pairings.Pair> pair = visit.rdg()
                .connectionId()
                .flatMap(id -> pairings.join(id, visit.peer().address(), connection(visit)));
        if (pair.isEmpty()) {
            unauthorized(visit, services.mechanisms().challenges(visit.peer()));
            return;
        }
        Pairings.Half half = pair.get().half();
        if (!visit.guard().handOver(visit.peer().address())) {
            pair.get().out().abort();
            tooMany(visit, half.signIn());
            return;
        }
        visit.endPoint().setIdleTimeout(0);
        List<ConnectionGuard> guards = List.of(half.guard(), visit.guard());
        SignIn signIn = half.signIn();
        pair.get()
                .out()
                .attach(
                        visit.endPoint(),
                        visit.request(),
                        visit.response(),
                        visit.callback(),
                        guards,
                        link -> new TunnelDriver(
                                services,
                                signIn,
                                visit.peer(),
                                "dual-channel",
                                visit.rdg().correlationId(),
                                link,
                                guards));
    }

    private static Owner owner(Visit visit, SignIn signIn) {
        return new Owner(signIn, visit.peer());
    }

    /** The connection that a grant is bound to; one for all behind a proxy, which may spread requests over connections. */
    private static String connection(Visit visit) {
        return visit.peer().viaProxy()
                ? ""
                : visit.request().getConnectionMetaData().getId();
    }

    private static void unauthorized(Visit visit, List<String> challenges) {
        for (String challenge : challenges) {
            visit.response().getHeaders().add(new HttpField(HttpHeader.WWW_AUTHENTICATE, challenge));
        }
        answer(visit.response(), visit.callback(), 401);
    }

    /** An answer without a body. */
    static void answer(Response response, Callback callback, int status) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        response.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }

    private void auditSignIn(Visit visit, SignIn signIn, String transport) {
        if (signIn instanceof SignIn.ByHttp(Identity identity)) {
            audit.record(new AuditEvent.SignedIn(origin(visit, transport), identity));
        }
    }

    private void auditRefusal(Visit visit, Refusal refusal) {
        Outcome.Rejected rejected = refusal.rejected();
        audit.record(new AuditEvent.SignInRefused(
                origin(visit, "http"), refusal.account(), refusal.method(), rejected.reason(), rejected.detail()));
    }

    private void refused(Visit visit, SignIn signIn, String why) {
        Optional<Identity> identity =
                signIn instanceof SignIn.ByHttp(Identity who) ? Optional.of(who) : Optional.empty();
        audit.record(
                new AuditEvent.Refused(origin(visit, "http"), identity, Optional.empty(), "CONNECTION_REFUSED", why));
    }

    private void tooMany(Visit visit, SignIn signIn) {
        refused(visit, signIn, "too many connections of this client before sign-in");
        answer(visit.response(), visit.callback(), 503);
    }

    private static AuditEvent.Origin origin(Visit visit, String transport) {
        return new AuditEvent.Origin(visit.rdg().correlationId(), visit.peer().address(), Optional.empty(), transport);
    }
}
