package io.gatehouse.core.net;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a listener listens.
 *
 * @param host a host name or address literal without brackets; empty for all addresses of the machine
 * @param port 0 to 65535; 0 lets the system choose
 */
public record ListenAddress(Optional<String> host, int port) {

    /** Reads {@code host:port}, {@code [v6]:port} or {@code :port}. */
    public static Parsed<ListenAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        String hostText = text.substring(0, Math.max(0, colon));
        String portText = text.substring(colon + 1);
        boolean bareSix = hostText.indexOf(':') >= 0 && !(hostText.startsWith("[") && hostText.endsWith("]"));
        if (colon < 0 || bareSix || !portText.matches("[0-9]{1,5}")) {
            return Parsed.faulty(Excerpt.of(text) + " (expected \"host:port\", \"[v6]:port\" or \":port\")");
        }
        int port = Integer.parseInt(portText);
        if (port > 65535) {
            return Parsed.faulty(Excerpt.of(text) + ": port " + port + " (expected at most 65535)");
        }
        if (hostText.isEmpty()) {
            return Parsed.valid(new ListenAddress(Optional.empty(), port));
        }
        return switch (TargetName.parse(hostText)) {
            case Parsed.Valid<TargetName>(TargetName name) ->
                Parsed.valid(new ListenAddress(Optional.of(name.host()), port));
            case Parsed.Faulty<TargetName>(String problem) -> Parsed.faulty(Excerpt.of(text) + ": " + problem);
        };
    }

    @Override
    public String toString() {
        return host.map(name -> new Target(name, port).toString()).orElse(":" + port);
    }

    /** Whether only this machine can connect to it. */
    public boolean isLoopback() {
        return host.map(name -> name.equals("localhost")
                        || AddressLiteral.parse(name)
                                .map(InetAddress::isLoopbackAddress)
                                .orElse(false))
                .orElse(false);
    }
}
