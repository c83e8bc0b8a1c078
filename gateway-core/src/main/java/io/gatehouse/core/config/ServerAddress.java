package io.gatehouse.core.config;

import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.net.InetSocketAddress;

/** Reads addresses of servers that the gateway asks. */
final class ServerAddress {
    private ServerAddress() {}

    /** {@code host}, {@code host:port}, {@code v6} or {@code [v6]:port}, unresolved; {@code defaultPort} where none is given. */
    static Parsed<InetSocketAddress> parse(String text, int defaultPort) {
        boolean withPort = text.startsWith("[") ? !text.endsWith("]") : text.indexOf(':') == text.lastIndexOf(':');
        if (withPort && text.indexOf(':') >= 0) {
            return switch (ListenAddress.parse(text)) {
                case Parsed.Valid<ListenAddress>(ListenAddress address)
                when address.host().isPresent() && address.port() > 0 ->
                    Parsed.valid(
                            InetSocketAddress.createUnresolved(address.host().get(), address.port()));
                case Parsed.Valid<ListenAddress> _ -> Parsed.faulty(Display.of(text) + " (expected host or host:port)");
                case Parsed.Faulty<ListenAddress>(String problem) -> Parsed.faulty(problem);
            };
        }
        return switch (TargetName.parse(text)) {
            case Parsed.Valid<TargetName>(TargetName name) ->
                Parsed.valid(InetSocketAddress.createUnresolved(name.host(), defaultPort));
            case Parsed.Faulty<TargetName>(String problem) -> Parsed.faulty(Display.of(text) + ": " + problem);
        };
    }
}
