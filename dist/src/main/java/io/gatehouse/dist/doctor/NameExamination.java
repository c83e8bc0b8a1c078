package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Resolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks a name of the gateway up as clients do, and whether something listens at each of its addresses. */
public final class NameExamination implements Examination {
    private static final int PATIENCE_FOR_TCP = 3000;

    private final String name;
    private final int port;
    private final Resolver resolver;
    private final boolean behindProxies;

    /**
     * An examination of {@code name}.
     *
     * @param port where clients connect
     * @param behindProxies whether the address may be that of a proxy
     */
    public NameExamination(String name, int port, Resolver resolver, boolean behindProxies) {
        this.name = name;
        this.port = port;
        this.resolver = resolver;
        this.behindProxies = behindProxies;
    }

    @Override
    public String subject() {
        return name;
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(20);
    }

    @Override
    public List<Finding> examine() {
        List<InetAddress> addresses;
        try {
            addresses = resolver.resolve(name);
        } catch (UnknownHostException exception) {
            return List.of(Finding.fault(
                    "dns.unresolved",
                    name + ": the name cannot be resolved: " + exception.getMessage(),
                    "add an A record (and AAAA, if the gateway has IPv6) for " + name + ", or correct the name"));
        }
        List<Finding> findings = new ArrayList<>();
        if (addresses.stream().anyMatch(InetAddress::isLoopbackAddress)) {
            findings.add(Finding.note(
                    "dns.loopback",
                    name + ": this machine has " + text(addresses) + " for it, where no client gets to; clients ask"
                            + " other DNS servers",
                    "look from a client's network (nslookup " + name + "); the entry is in /etc/hosts"));
        } else if (!behindProxies && addresses.stream().noneMatch(NameExamination::isOurs)) {
            findings.add(Finding.note(
                    "dns.elsewhere",
                    name + ": " + text(addresses) + " is no address of this machine",
                    "right behind a router or a TCP proxy that forwards port " + port
                            + "; otherwise correct the A record"));
        }
        dial(addresses, findings);
        return findings;
    }

    private void dial(List<InetAddress> addresses, List<Finding> findings) {
        Map<InetAddress, String> failures = new LinkedHashMap<>();
        for (InetAddress address : addresses) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), PATIENCE_FOR_TCP);
            } catch (IOException exception) {
                failures.put(address, String.valueOf(exception.getMessage()));
            }
        }
        if (failures.size() < addresses.size()) {
            failures.forEach((address, why) -> findings.add(Finding.warning(
                    "dns.dead-address",
                    name + ": nothing answers at its address " + AddressLiteral.text(address) + " port " + port + " ("
                            + why + "), so clients that try it first wait or fail",
                    "listen there too (address \":" + port + "\" is all addresses, IPv6 included), or remove the "
                            + (address.getAddress().length == 4 ? "A" : "AAAA") + " record")));
        } else {
            findings.add(Finding.fault(
                    "dns.nothing-listens",
                    name + ": nothing answers at " + text(addresses) + " port " + port + " ("
                            + failures.values().iterator().next() + ")",
                    "start the gateway or the reverse proxy, open the firewall, or name the port that clients use:"
                            + " --public-name " + name + ":PORT"));
        }
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException exception) {
            return false;
        }
    }

    private static String text(List<InetAddress> addresses) {
        return String.join(", ", addresses.stream().map(AddressLiteral::text).toList());
    }
}
