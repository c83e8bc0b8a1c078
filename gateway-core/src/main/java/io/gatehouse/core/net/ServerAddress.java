package io.gatehouse.core.net;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.net.InetSocketAddress;
import java.util.OptionalInt;

/**
 * Where a server is that somebody connects to.
 *
 * @param host a host name or address literal without brackets
 * @param port 1 to 65535; empty for the usual one
 */
public record ServerAddress(String host, OptionalInt port) {
    /** Reads {@code host}, {@code host:port}, {@code v6} or {@code [v6]:port}. */
    public static Parsed<ServerAddress> parse(String text) {
        boolean withPort = text.startsWith("[") ? !text.endsWith("]") : text.indexOf(':') == text.lastIndexOf(':');
        if (withPort && text.indexOf(':') >= 0) {
            return switch (ListenAddress.parse(text)) {
                case Parsed.Valid<ListenAddress>(ListenAddress address)
                when address.host().isPresent() && address.port() > 0 ->
                    Parsed.valid(new ServerAddress(address.host().get(), OptionalInt.of(address.port())));
                case Parsed.Valid<ListenAddress> _ -> Parsed.faulty(Excerpt.of(text) + " (expected host or host:port)");
                case Parsed.Faulty<ListenAddress>(String problem) -> Parsed.faulty(problem);
            };
        }
        return switch (HostName.parse(text)) {
            case Parsed.Valid<HostName>(HostName name) -> Parsed.valid(of(name));
            case Parsed.Faulty<HostName>(String problem) -> Parsed.faulty(problem);
        };
    }

    /** A server at its usual port. */
    public static ServerAddress of(HostName name) {
        return new ServerAddress(name.host(), OptionalInt.empty());
    }

    /** The address before it is looked up, with {@code usualPort} where none is named. */
    public InetSocketAddress unresolved(int usualPort) {
        return InetSocketAddress.createUnresolved(host, port.orElse(usualPort));
    }

    @Override
    public String toString() {
        return port.isPresent() ? new Target(host, port.getAsInt()).toString() : host;
    }
}
