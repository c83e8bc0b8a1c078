package io.gatehouse.jetty.rdg;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.core.websocket.ServerFrames;
import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.transport.DualChannel;
import io.gatehouse.jetty.transport.DualChannel.Owner;
import io.gatehouse.jetty.transport.InChannel;
import io.gatehouse.jetty.transport.OutChannel;
import io.gatehouse.jetty.transport.Pairings;
import io.gatehouse.jetty.transport.WebSocketLink;
import io.gatehouse.jetty.tunnel.TunnelFactory;
import io.gatehouse.jetty.tunnel.TunnelStart;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** Hands the connections of clients to their transports, once HTTP has signed the clients in as far as it does. */
final class Handover {
    private static final String WEBSOCKET = "websocket";
    private static final String DUAL_CHANNEL = "dual-channel";
    private static final String TOO_MANY = "too many connections of this client before sign-in";

    private final TunnelFactory tunnels;
    private final Pairings pairings;
    private final Mechanisms mechanisms;
    private final AuditLog audit;
    private final ByteBufferPool pool;
    private final MonotonicClock time;

    @Inject
    Handover(
            TunnelFactory tunnels,
            Pairings pairings,
            Mechanisms mechanisms,
            AuditLog audit,
            ByteBufferPool pool,
            MonotonicClock time) {
        this.tunnels = tunnels;
        this.pairings = pairings;
        this.mechanisms = mechanisms;
        this.audit = audit;
        this.pool = pool;
        this.time = time;
    }

    /** Goes on with a request whose client signed in, or will do so inside the tunnel. */
    void proceed(Visit visit, SignIn signIn, Optional<String> farewell) {
        farewell.ifPresent(token -> visit.response().getHeaders().add(HttpHeader.WWW_AUTHENTICATE, token));
        switch (visit.rdg().kind()) {
            case WEB_SOCKET -> {
                auditSignIn(visit, signIn, WEBSOCKET);
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
        WebSocketLink link = new WebSocketLink(
                visit.endPoint(), pool, time, tunnels, start(visit, signIn, WEBSOCKET, List.of(visit.guard())));
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

    private static TunnelStart start(Visit visit, SignIn signIn, String transport, List<ConnectionGuard> guards) {
        return new TunnelStart(signIn, visit.peer(), transport, visit.rdg().correlationId(), visit.userAgent(), guards);
    }

    private void openOut(Visit visit, SignIn signIn) {
        Optional<String> id = visit.rdg().connectionId();
        if (id.isEmpty()) {
            visit.incoming()
                    .refuse(400, "an OUT channel without a connection id (expected a GUID in RDG-Connection-Id)");
            return;
        }
        Optional<Duration> deadline =
                Optional.of(visit.guard()).filter(guard -> !guard.shared()).map(ConnectionGuard::timeLeft);
        Optional<Pairings.Half> half = pairings.open(id.get(), new Owner(signIn, visit.peer()), deadline);
        if (half.isEmpty()) {
            audit.record(visit.refused(signIn, "the connection id belongs to another client"));
            visit.answer(403);
            return;
        }
        if (!visit.guard().handOver(visit.peer().address())) {
            half.get().gone();
            tooMany(visit, signIn);
            return;
        }
        auditSignIn(visit, signIn, DUAL_CHANNEL);
        DualChannel out = new DualChannel(
                visit.endPoint(),
                visit.guard(),
                half.get()::gone,
                why -> audit.record(visit.ended(signIn, DUAL_CHANNEL, why)));
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
        if (id.isEmpty() || !pairings.grant(id.get(), new Owner(signIn, visit.peer()), visit.connection())) {
            audit.record(visit.refused(signIn, "no OUT channel of this client for its IN channel"));
            visit.answer(403);
            return;
        }
        visit.answer(200);
    }

    /** Takes the stream of an IN channel, which carries no credentials but was granted before. */
    void inStream(Visit visit) {
        Pairings.Join join = visit.rdg()
                .connectionId()
                .map(id -> pairings.join(id, visit.peer().address(), visit.connection()))
                .orElseGet(() -> new Pairings.NoPair("no connection id (expected a GUID in RDG-Connection-Id)"));
        switch (join) {
            case Pairings.NoPair(String why) -> {
                visit.incoming().note(401, "an IN channel without a grant: " + why);
                visit.unauthorized(mechanisms.challenges(visit.peer()));
            }
            case Pairings.Pair(Pairings.Half half, OutChannel out) -> inStream(visit, half, out);
        }
    }

    private void inStream(Visit visit, Pairings.Half half, OutChannel out) {
        if (!visit.guard().handOver(visit.peer().address())) {
            out.abort(TOO_MANY); // which has the audit line of the attempt
            visit.answer(503);
            return;
        }
        List<ConnectionGuard> guards = List.of(out.guard(), visit.guard());
        InChannel in = new InChannel(visit.endPoint(), visit.request(), pool);
        if (out.attach(in, tunnels, start(visit, half.signIn(), DUAL_CHANNEL, guards))) {
            visit.incoming().takenOver("none yet: the IN channel is taken over, and answered when the tunnel ends");
            in.takeOver(visit.request(), visit.response(), visit.callback());
        } else {
            visit.incoming().refuseAndClose(409, "the OUT channel ended before its IN channel came");
        }
    }

    private void auditSignIn(Visit visit, SignIn signIn, String transport) {
        if (signIn instanceof SignIn.ByHttp(Identity identity)) {
            audit.record(new AuditEvent.SignedIn(visit.origin(transport), identity));
        }
    }

    private void tooMany(Visit visit, SignIn signIn) {
        audit.record(visit.refused(signIn, TOO_MANY));
        visit.answer(503);
    }
}
