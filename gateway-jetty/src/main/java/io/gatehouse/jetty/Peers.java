package io.gatehouse.jetty;

import io.gatehouse.api.Peer;
import io.gatehouse.core.policy.AddressLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/**
 * Finds out who stands behind a request. Forwarding headers are believed only when the peer of the TCP connection is a trusted
 * proxy, and then the right-most address that is no trusted proxy itself is the client.
 */
final class Peers {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";
    private static final Pattern BRACKETED = Pattern.compile("\\[(.*)](?::[0-9]{1,5})?");

    private Peers() {}

    /** The peer of {@code request}; empty for a connection that is not from the network. */
    static Optional<Peer> of(Request request) {
        if (!(request.getConnectionMetaData().getConnector() instanceof ListenerConnector listener)
                || !(request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return Optional.empty();
        }
        InetAddress direct = remote.getAddress();
        if (!listener.trusts(direct)) {
            return Optional.of(new Peer(direct, listener.encrypted(), false, listener.channelBindings()));
        }
        boolean encrypted =
                "https".equalsIgnoreCase(lastOf(request, FORWARDED_PROTO).orElse("https"));
        return Optional.of(new Peer(client(request, listener, direct), encrypted, true, listener.channelBindings()));
    }

    private static InetAddress client(Request request, ListenerConnector listener, InetAddress proxy) {
        List<String> chain = listOf(request, FORWARDED_FOR);
        InetAddress client = proxy;
        for (int i = chain.size() - 1; i >= 0; i--) {
            Optional<InetAddress> hop = address(chain.get(i));
            if (hop.isEmpty()) {
                return client;
            }
            client = hop.get();
            if (!listener.trusts(client)) {
                return client;
            }
        }
        return client;
    }

    /** An address as proxies write it: bare, in brackets, or followed by a port. */
    private static Optional<InetAddress> address(String text) {
        Matcher bracketed = BRACKETED.matcher(text);
        if (bracketed.matches()) {
            return AddressLiteral.parse(bracketed.group(1));
        }
        Optional<InetAddress> plain = AddressLiteral.parse(text);
        int colon = text.indexOf(':');
        return plain.isPresent() || colon < 0 || colon != text.lastIndexOf(':')
                ? plain
                : AddressLiteral.parse(text.substring(0, colon));
    }

    private static Optional<String> lastOf(Request request, String header) {
        List<String> values = listOf(request, header);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
    }

    private static List<String> listOf(Request request, String header) {
        List<String> values = new ArrayList<>();
        for (String line : request.getHeaders().getValuesList(header)) {
            for (String value : line.split(",", -1)) {
                values.add(value.strip());
            }
        }
        return values;
    }
}
