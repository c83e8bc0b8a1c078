package io.gatehouse.client;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The heads of all requests of one client, with the headers in the order of FreeRDP 2.
 *
 * @param connectionId a GUID in braces
 * @param webSocketKey the text of Sec-WebSocket-Key
 */
record RequestHeads(ClientOptions options, String connectionId, String webSocketKey) {
    private static final String LINE_END = "\r\n";
    private static final String NO_BODY = "Content-Length: 0\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String KEEP_ALIVE = "Connection: Keep-Alive\r\n";

    /** The upgrade to WebSocket. */
    ByteBuffer upgrade(Optional<String> authorization) {
        String connection =
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-Websocket-Version: 13\r\nSec-Websocket-Key: "
                        + webSocketKey + LINE_END;
        return switch (options.upgradeMethod()) {
            case RDG_OUT_DATA -> head("RDG_OUT_DATA", connection, NO_BODY, authorization);
            case GET -> head("GET", connection + "Sec-WebSocket-Protocol: binary\r\n", "", authorization);
        };
    }

    /** The OUT channel. */
    ByteBuffer out(Optional<String> authorization) {
        return head("RDG_OUT_DATA", KEEP_ALIVE, NO_BODY, authorization);
    }

    /** The IN channel's sign-in. */
    ByteBuffer in(Optional<String> authorization) {
        return head("RDG_IN_DATA", KEEP_ALIVE, NO_BODY, authorization);
    }

    /** The IN channel's second request, whose body is the stream from client to server. */
    ByteBuffer inStream() {
        return head("RDG_IN_DATA", KEEP_ALIVE, CHUNKED, Optional.empty());
    }

    private ByteBuffer head(String method, String connection, String body, Optional<String> authorization) {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(target()).append(" HTTP/1.1\r\n");
        head.append("Cache-Control: no-cache\r\nPragma: no-cache\r\nAccept: */*\r\nUser-Agent: MS-RDGateway/1.0\r\n");
        head.append("Host: ").append(options.host()).append(LINE_END).append(connection);
        if (options.idPlacement() == IdPlacement.HEADERS) {
            options.correlationId().ifPresent(id -> line(head, "RDG-Correlation-Id", id));
            line(head, "RDG-Connection-Id", connectionId);
            extendedAuthScheme().ifPresent(scheme -> line(head, "RDG-Auth-Scheme", scheme));
        }
        head.append(body);
        authorization.ifPresent(value -> line(head, "Authorization", value));
        options.headers().forEach(header -> line(head, header.name(), header.value()));
        return ByteBuffer.wrap(head.append(LINE_END).toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private String target() {
        if (options.idPlacement() == IdPlacement.HEADERS) {
            return options.path();
        }
        StringBuilder target =
                new StringBuilder(options.path()).append("?ConId=").append(encode(connectionId));
        options.correlationId().ifPresent(id -> target.append("&CorId=").append(encode(id)));
        extendedAuthScheme().ifPresent(scheme -> target.append("&AuthS=").append(scheme));
        return target.toString();
    }

    private Optional<String> extendedAuthScheme() {
        return switch (options.credentials()) {
            case Credentials.TunnelNtlm _ -> Optional.of("SSPI_NTLM");
            case Credentials.PaaCookie _ -> Optional.of("PAA");
            case Credentials.None _,
                    Credentials.Ntlm _,
                    Credentials.Ticket _,
                    Credentials.Basic _,
                    Credentials.Bearer _ -> Optional.empty();
        };
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append(LINE_END);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
