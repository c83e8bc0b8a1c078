package io.gatehouse.jetty.edge;

import io.gatehouse.api.Peer;
import io.gatehouse.api.WebRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A request that passed the {@link FrontGate}, with what is known of where it comes from, and the way to refuse it.
 *
 * @param peer who stands behind it
 * @param guard of its connection
 * @param correlation ties log and audit lines together
 */
public record IncomingRequest(
        Request request,
        Response response,
        Callback callback,
        Peer peer,
        EndPoint endPoint,
        ConnectionGuard guard,
        String correlation,
        RequestRefusals refusals) {
    private static final String ATTRIBUTE = IncomingRequest.class.getName();
    private static final String TAKEN_OVER = ATTRIBUTE + ".takenOver";

    public static IncomingRequest of(
            Request request,
            Response response,
            Callback callback,
            Peer peer,
            EndPoint endPoint,
            ConnectionGuard guard,
            RequestRefusals refusals) {
        IncomingRequest incoming =
                new IncomingRequest(request, response, callback, peer, endPoint, guard, correlation(request), refusals);
        request.setAttribute(ATTRIBUTE, incoming);
        return incoming;
    }

    /** What ties the lines about {@code request} together: its connection id, or one of ours. */
    static String correlation(Request request) {
        return ConnectionIds.inHeader(request).orElseGet(() -> UUID.randomUUID().toString());
    }

    /** What the gate knows of {@code request}. */
    public static IncomingRequest of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof IncomingRequest incoming) {
            return incoming;
        }
        throw new IllegalStateException("a request that did not come through the gate");
    }

    /** Who made the connection: the client, or the last proxy before the gateway. */
    public InetAddress neighbour() {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress at
                ? at.getAddress()
                : peer.address();
    }

    /**
     * What mechanisms see of it. The certificate of a TLS connection is the client's only where no proxy stands at its
     * other end.
     *
     * @param parameters of its query or form
     */
    public WebRequest web(Map<String, String> parameters) {
        Map<String, List<String>> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.computeIfAbsent(field.getName().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(Optional.ofNullable(field.getValue()).orElse(""));
        }
        headers.replaceAll((_, values) -> List.copyOf(values));
        List<X509Certificate> certificates = peer.viaProxy() ? List.of() : tlsCertificates();
        return new WebRequest(peer, neighbour(), peer.viaProxy(), headers, parameters, certificates);
    }

    private List<X509Certificate> tlsCertificates() {
        EndPoint.@Nullable SslSessionData session = endPoint.getSslSessionData();
        X509Certificate @Nullable [] shown = session == null ? null : session.peerCertificates();
        return shown == null ? List.of() : List.of(shown);
    }

    /** Credentials cross the network encrypted, or not at all; empty when they do. */
    private Optional<String> exposure() {
        return peer.encrypted() || peer.address().isLoopbackAddress()
                ? Optional.empty()
                : Optional.of(
                        peer.viaProxy()
                                ? "the proxy says that the client came without TLS (expected https or wss)"
                                : "the client came without TLS (expected a listener with tls, or a trusted proxy)");
    }

    /** Refuses a request that crossed the network unencrypted; answers whether it did. */
    public boolean refusesUnencrypted() {
        Optional<String> exposure = exposure();
        exposure.ifPresent(why -> refuse(403, why));
        return exposure.isPresent();
    }

    /** Whether the connection runs into its limits soon, so that it should end with the answer to this request. */
    public boolean isNearItsLimits(Duration timeForAnother) {
        return !guard.shared() && (guard.isHalfSpent() || guard.timeLeft().compareTo(timeForAnother) < 0);
    }

    /** Answers with {@code status} and nothing else, and writes why. */
    public void refuse(int status, String why) {
        note(status, why);
        answer(response, callback, status);
    }

    /** As {@link #refuse}, and ends the connection. */
    public void refuseAndClose(int status, String why) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        refuse(status, why);
    }

    /** Writes why the request is answered with {@code status}. */
    public void note(int status, String why) {
        refusals.refused(peer.address(), correlation, status, text(request), why);
    }

    /** Says what becomes of a request that HTTP does not answer, for the log of single connections. */
    public void takenOver(String how) {
        request.setAttribute(TAKEN_OVER, how);
    }

    /** The status of its answer, or what became of it instead. */
    String answered() {
        return request.getAttribute(TAKEN_OVER) instanceof String how ? how : String.valueOf(response.getStatus());
    }

    /** Method and target of a request as the client wrote them; without the query, which may hold secrets. */
    static String text(Request request) {
        String target = RawTargets.of(request.getConnectionMetaData());
        int query = target.indexOf('?');
        return request.getMethod() + " " + (query < 0 ? target : target.substring(0, query));
    }

    /** An answer without a body: clients stumble over bodies. */
    public static void answer(Response response, Callback callback, int status) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        response.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }
}
