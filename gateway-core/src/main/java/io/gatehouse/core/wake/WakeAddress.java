package io.gatehouse.core.wake;

import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where magic packets are sent: as a rule the broadcast address of the network that a machine sleeps in.
 *
 * @param address where
 * @param port of UDP; network cards look for the packet whatever the port is
 */
public record WakeAddress(InetAddress address, int port) {
    /** The port of the service "discard", which nothing answers. */
    static final int DISCARD = 9;

    /** All machines of the network that the route to everybody leads to. */
    public static final WakeAddress EVERYBODY = new WakeAddress(InetAddress.ofLiteral("255.255.255.255"), DISCARD);

    /** Reads an address literal, with a port or without one: {@code 192.168.1.255}, {@code 192.168.1.255:7}. */
    public static Parsed<WakeAddress> parse(String text) {
        if (ServerAddress.parse(text) instanceof Parsed.Valid<ServerAddress>(ServerAddress written)) {
            Optional<InetAddress> literal = AddressLiteral.parse(written.host());
            if (literal.isPresent()) {
                return Parsed.valid(
                        new WakeAddress(literal.get(), written.port().orElse(DISCARD)));
            }
        }
        return Parsed.faulty(
                Excerpt.of(text) + " (expected an address such as \"192.168.1.255\" or \"192.168.1.255:7\")");
    }

    /** The same for sockets. */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    @Override
    public String toString() {
        String host = AddressLiteral.text(address);
        return port == DISCARD ? host : new Target(host, port).toString();
    }
}
