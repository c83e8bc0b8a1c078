package io.gatehouse.jetty.rdg;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Peer;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.edge.IncomingRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A request to the gateway's path that passed the gate, what it says of itself, and the ways to answer it. */
record Visit(IncomingRequest incoming, RdgRequest rdg) {
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

    /** Who made the connection: the client, or the last proxy before the gateway. */
    InetAddress neighbour() {
        return incoming.neighbour();
    }

    EndPoint endPoint() {
        return incoming.endPoint();
    }

    ConnectionGuard guard() {
        return incoming.guard();
    }

    /**
     * The connection that a grant is bound to; one for all behind a proxy, which may spread requests over connections.
     */
    String connection() {
        return peer().viaProxy() ? "" : request().getConnectionMetaData().getId();
    }

    /** The program that the client says it is, as one printable line. */
    Optional<String> userAgent() {
        return Optional.ofNullable(request().getHeaders().get(HttpHeader.USER_AGENT))
                .map(PrintableText::line)
                .filter(agent -> !agent.isEmpty());
    }

    AuditEvent.Origin origin(String transport) {
        return new AuditEvent.Origin(rdg.correlationId(), peer().address(), Optional.empty(), transport);
    }

    /** The audit event of a refusal for which HTTP has the status only. */
    AuditEvent refused(SignIn signIn, String why) {
        return failed(signIn, "http", AuditEvent.CONNECTION_REFUSED, why);
    }

    /** The audit event of a transport that ended before it carried a tunnel. */
    AuditEvent ended(SignIn signIn, String transport, String why) {
        return failed(signIn, transport, AuditEvent.CLOSED_BEFORE_CHANNEL, why);
    }

    private AuditEvent failed(SignIn signIn, String transport, String code, String why) {
        Optional<Identity> identity =
                signIn instanceof SignIn.ByHttp(Identity who) ? Optional.of(who) : Optional.empty();
        return new AuditEvent.Refused(
                origin(transport), AuditEvent.Stage.CONNECTION, identity, Optional.empty(), code, why);
    }

    void answer(int status) {
        IncomingRequest.answer(response(), callback(), status);
    }

    void unauthorized(List<String> challenges) {
        for (String challenge : challenges) {
            response().getHeaders().add(new HttpField(HttpHeader.WWW_AUTHENTICATE, challenge));
        }
        answer(401);
    }
}
