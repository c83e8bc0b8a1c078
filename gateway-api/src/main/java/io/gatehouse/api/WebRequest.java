package io.gatehouse.api;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a mechanism sees of a browser's request.
 *
 * @param peer the browser, as the trusted proxies tell it
 * @param neighbour the address at the other end of the TCP connection: a proxy's, or the browser's own
 * @param fromTrustedProxy whether the neighbour is a trusted proxy
 * @param headers by name in lower case; each with all its values in the order in which they came
 * @param parameters of the query, or of a form; those that came twice are left out
 * @param certificates what the client's certificate in the TLS handshake of this very connection was, with its chain;
 *     the client proved that it has the key, and nothing else was checked. Empty behind a trusted proxy, whose own
 *     certificate says nothing about users
 */
public record WebRequest(
        Peer peer,
        InetAddress neighbour,
        boolean fromTrustedProxy,
        Map<String, List<String>> headers,
        Map<String, String> parameters,
        List<X509Certificate> certificates) {
    public WebRequest {
        headers = Map.copyOf(headers);
        parameters = Map.copyOf(parameters);
        certificates = List.copyOf(certificates);
    }

    /** A request of a client that showed no certificate. */
    public WebRequest(
            Peer peer,
            InetAddress neighbour,
            boolean fromTrustedProxy,
            Map<String, List<String>> headers,
            Map<String, String> parameters) {
        this(peer, neighbour, fromTrustedProxy, headers, parameters, List.of());
    }

    /** All values of a header, whatever the case of its name; empty when it is not there. */
    public List<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }
}
