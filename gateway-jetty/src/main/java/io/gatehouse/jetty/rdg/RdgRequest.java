package io.gatehouse.jetty.rdg;

import io.gatehouse.core.login.SchemeHint;
import io.gatehouse.jetty.edge.ConnectionIds;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * A request to the gateway's path: what its method, headers and query parameters say (MS-TSGU 2.2.3).
 *
 * @param kind what it wants
 * @param connectionId the id that pairs OUT and IN, in lower case without braces; empty when absent or no GUID
 * @param correlationId ties log and audit lines together: the connection id, or one of ours
 * @param hint the extended authentication that the client announces
 * @param authorization the header's value
 * @param subProtocol whether the client asks for the WebSocket sub-protocol {@code binary}
 */
public record RdgRequest(
        Kind kind,
        Optional<String> connectionId,
        String correlationId,
        SchemeHint hint,
        Optional<String> authorization,
        boolean subProtocol) {

    /** The kinds of requests on the path of the gateway. */
    enum Kind {
        /** An upgrade to WebSocket. */
        WEB_SOCKET,
        /** The OUT channel. */
        OUT,
        /** Signing in on the IN channel: no body. */
        IN_SIGN_IN,
        /** The IN channel's stream. */
        IN_STREAM,
        /** An upgrade to WebSocket that a page of another site asks a browser for. */
        FOREIGN_PAGE,
        /** Nothing that the gateway does. */
        OTHER
    }

    static final String PATH = "/remotedesktopgateway";
    private static final Pattern DEFAULT_PORT = Pattern.compile(":(?:80|443)$");

    static RdgRequest of(Request request) {
        HttpFields headers = request.getHeaders();
        Fields query = Request.extractQueryParameters(request);
        Optional<String> connectionId =
                ConnectionIds.inHeader(request).or(() -> ConnectionIds.of(query.getValue("ConId")));
        Optional<String> authorization = Optional.ofNullable(headers.get(HttpHeader.AUTHORIZATION));
        SchemeHint hint = SchemeHint.of(
                Optional.ofNullable(headers.get("RDG-Auth-Scheme")),
                authorization,
                Optional.ofNullable(query.getValue("AuthS")));
        return new RdgRequest(
                kind(request),
                connectionId,
                connectionId.orElseGet(() -> UUID.randomUUID().toString()),
                hint,
                authorization,
                headers.getCSV("Sec-WebSocket-Protocol", true).contains("binary"));
    }

    /** Whether {@code request} is for the gateway's path, whatever its case and with or without the last slash. */
    static boolean matches(Request request) {
        String path = Request.getPathInContext(request).toLowerCase(Locale.ROOT);
        return path.equals(PATH) || path.equals(PATH + "/");
    }

    private static Kind kind(Request request) {
        HttpFields headers = request.getHeaders();
        boolean upgrade = contains(headers, HttpHeader.CONNECTION, "upgrade")
                && contains(headers, HttpHeader.UPGRADE, "websocket")
                && headers.contains("Sec-WebSocket-Key");
        return switch (request.getMethod()) {
            case "RDG_OUT_DATA" -> upgrade ? Kind.WEB_SOCKET : Kind.OUT;
            case "GET" -> upgrade ? (isFromForeignPage(headers) ? Kind.FOREIGN_PAGE : Kind.WEB_SOCKET) : Kind.OTHER;
            case "RDG_IN_DATA" ->
                contains(headers, HttpHeader.TRANSFER_ENCODING, "chunked") || request.getLength() > 0
                        ? Kind.IN_STREAM
                        : Kind.IN_SIGN_IN;
            default -> Kind.OTHER;
        };
    }

    /**
     * Whether a browser sends this for a page of another site, together with the credentials that it keeps for the
     * gateway: pages may open WebSockets anywhere. Some clients name the gateway itself as origin.
     */
    private static boolean isFromForeignPage(HttpFields headers) {
        String origin = headers.get(HttpHeader.ORIGIN);
        String host = headers.get(HttpHeader.HOST);
        return origin != null
                && (host == null
                        || !DEFAULT_PORT
                                .matcher(origin)
                                .replaceFirst("")
                                .matches("(?i)https?://"
                                        + Pattern.quote(
                                                DEFAULT_PORT.matcher(host).replaceFirst(""))));
    }

    private static boolean contains(HttpFields headers, HttpHeader name, String token) {
        HttpField field = headers.getField(name);
        return field != null && headers.getCSV(name, false).stream().anyMatch(token::equalsIgnoreCase);
    }
}
