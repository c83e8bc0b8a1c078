package io.gatehouse.jetty.rdg;

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
import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.edge.IncomingRequest;
import io.gatehouse.jetty.transport.DualChannel;
import io.gatehouse.jetty.transport.DualChannel.Owner;
import io.gatehouse.jetty.transport.Pairings;
import io.gatehouse.jetty.transport.WebSocketLink;
import io.gatehouse.jetty.tunnel.TunnelDriver;
import io.gatehouse.jetty.tunnel.TunnelServices;
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
 * <p>No identity outlives the request that proved it, but for the one grant that lets the stream of an IN channel in.
 */
public final class RdgHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(RdgHandler.class);

    private final TunnelServices services;
    private final SignInDesk desk;
    private final Pairings pairings;
    private final AuditLog audit;
    private final Executor executor;
    private final ByteBufferPool pool;
    private final Set<String> tokenHosts;

    public RdgHandler(
            TunnelServices services,
            SignInDesk desk,
            Pairings pairings,
            Executor executor,
            ByteBufferPool pool,
            List<String> tokenHosts) {
        this.services = services;
        this.desk = desk;
        this.pairings = pairings;
        this.audit = services.audit();
        this.executor = executor;
        this.pool = pool;
        this.tokenHosts =
                tokenHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** A request that passed the gate, and what it says of itself. */
    private record Visit(IncomingRequest incoming, RdgRequest rdg) {
        Request request() {
            return incoming.request();
        }

        Response response() {
            return incoming.response();
        }

        Callback callback() {
            return incoming.callback();
        }

        Peer peer() {
            return incoming.peer();
        }

        EndPoint endPoint() {
            return incoming.endPoint();
        }

        ConnectionGuard guard() {
            return incoming.guard();
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!RdgRequest.matches(request)) {
            return false;
        }
        IncomingRequest incoming = IncomingRequest.of(request);
        Optional<String> exposure = incoming.exposure();
        if (exposure.isPresent()) {
            incoming.refuse(403, exposure.get());
        } else {
            Visit visit = new Visit(incoming, RdgRequest.of(request));
            answered(visit, () -> route(visit));
        }
        return true;
    }

    private void route(Visit visit) {
        switch (visit.rdg().kind()) {
            case WEB_SOCKET, OUT, IN_SIGN_IN -> signIn(visit);
            case IN_STREAM -> inStream(visit);
            case FOREIGN_PAGE -> notAllowed(visit, "a WebSocket from a page of another site (Origin)");
            case OTHER ->
                notAllowed(
                        visit,
                        "method %s without an upgrade to WebSocket"
                                .formatted(visit.request().getMethod()));
        }
    }

    private static void notAllowed(Visit visit, String why) {
        visit.response().getHeaders().put(HttpHeader.ALLOW, "RDG_OUT_DATA, RDG_IN_DATA");
        visit.incoming().refuse(405, why + " (expected RDG_OUT_DATA, RDG_IN_DATA or an upgrade)");
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
                IncomingRequest.answer(visit.response(), visit.callback(), 500);
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
            case IN_STREAM, FOREIGN_PAGE, OTHER ->
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
            visit.incoming()
                    .refuse(400, "an OUT channel without a connection id (expected a GUID in RDG-Connection-Id)");
            return;
        }
        Optional<Pairings.Half> half = pairings.open(id.get(), owner(visit, signIn), visit.guard());
        if (half.isEmpty()) {
            refused(visit, signIn, "the connection id belongs to another client");
            IncomingRequest.answer(visit.response(), visit.callback(), 403);
            return;
        }
        if (!visit.guard().handOver(visit.peer().address())) {
            half.get().gone();
            tooMany(visit, signIn);
            return;
        }
        auditSignIn(visit, signIn, "dual-channel");
        DualChannel out = new DualChannel(
                visit.endPoint(), half.get()::gone, why -> visit.incoming().note(400, why));
        half.get().ready(out);
        visit.response().setStatus(200);
        visit.response().getHeaders().put(HttpHeader.CONNECTION, "close");
        visit.request().setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, out);
        visit.response()
                .write(
                        false,
                        DualChannel.seed(),
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
            IncomingRequest.answer(visit.response(), visit.callback(), 403);
            return;
        }
        IncomingRequest.answer(visit.response(), visit.callback(), 200);
    }

    private void inStream(Visit visit) {
        Pairings.Join join = visit.rdg()
                .connectionId()
                .map(id -> pairings.join(id, visit.peer().address(), connection(visit)))
                .orElseGet(() -> new Pairings.NoPair("no connection id (expected a GUID in RDG-Connection-Id)"));
        switch (join) {
            case Pairings.NoPair(String why) -> {
                visit.incoming().note(401, "an IN channel without a grant: " + why);
                unauthorized(visit, services.mechanisms().challenges(visit.peer()));
            }
            case Pairings.Pair pair -> inStream(visit, pair);
        }
    }

    private void inStream(Visit visit, Pairings.Pair pair) {
        Pairings.Half half = pair.half();
        if (!visit.guard().handOver(visit.peer().address())) {
            pair.out().abort();
            tooMany(visit, half.signIn());
            return;
        }
        visit.endPoint().setIdleTimeout(0);
        List<ConnectionGuard> guards = List.of(half.guard(), visit.guard());
        SignIn signIn = half.signIn();
        boolean attached = pair.out()
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
        if (!attached) {
            visit.incoming().refuseAndClose(409, "the OUT channel ended before its IN channel came");
        }
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
        IncomingRequest.answer(visit.response(), visit.callback(), 401);
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
        IncomingRequest.answer(visit.response(), visit.callback(), 503);
    }

    private static AuditEvent.Origin origin(Visit visit, String transport) {
        return new AuditEvent.Origin(visit.rdg().correlationId(), visit.peer().address(), Optional.empty(), transport);
    }
}
