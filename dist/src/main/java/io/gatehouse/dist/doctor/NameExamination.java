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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Looks a name of the gateway up as clients do, and whether something listens at each of its addresses. */
public final class NameExamination implements Examination {
    private static final int PATIENCE_FOR_TCP = 3000;

    private final String name;
    private final int port;
    private final Resolver resolver;
    private final boolean behindProxies;
    private final Set<String> ownNames;
    private final Function<InetAddress, String> reverse;
    private final Dialler dialler;

    /** Connects to an address, and leaves. */
    @FunctionalInterface
    public interface Dialler {
        void dial(InetSocketAddress address) throws IOException;

        /** By TCP, within some seconds. */
        static void tcp(InetSocketAddress address) throws IOException {
            try (Socket socket = new Socket()) {
                socket.connect(address, PATIENCE_FOR_TCP);
            }
        }
    }

    /**
     * An examination of {@code name}.
     *
     * @param port where clients connect
     * @param behindProxies whether the address may be that of a proxy
     * @param ownNames the names by which clients may know the gateway, in lower case
     * @param reverse the name that DNS has for an address (PTR), or the address as text
     * @param dialler connects by TCP
     */
    public NameExamination(
            String name,
            int port,
            Resolver resolver,
            boolean behindProxies,
            Set<String> ownNames,
            Function<InetAddress, String> reverse,
            Dialler dialler) {
        this.dialler = dialler;
        this.ownNames = Set.copyOf(ownNames);
        this.reverse = reverse;
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
        addresses.stream()
                .filter(address -> !address.isLoopbackAddress())
                .forEach(address -> reverse(address).ifPresent(findings::add));
        dial(addresses, findings);
        return findings;
    }

    /** MIT Kerberos asks for the ticket of the name that it gets back for the address, unless it is told not to. */
    private Optional<Finding> reverse(InetAddress address) {
        String found = reverse.apply(address).toLowerCase(Locale.ROOT);
        String back = found.endsWith(".") ? found.substring(0, found.length() - 1) : found;
        return ownNames.contains(back) || AddressLiteral.parse(back).isPresent()
                ? Optional.empty()
                : Optional.of(Finding.note(
                        "dns.reverse",
                        name + ": its address " + AddressLiteral.text(address) + " has the name " + back
                                + " in reverse DNS (PTR), which is no name of the gateway; Kerberos clients with"
                                + " rdns = true ask for a ticket of HTTP/" + back,
                        "let the PTR record name " + name + "; or set rdns = false in krb5.conf of these clients; or"
                                + " add the name to aliases in [server], and its key to the keytab"));
    }

    private void dial(List<InetAddress> addresses, List<Finding> findings) {
        Map<InetAddress, String> failures = new LinkedHashMap<>();
        for (InetAddress address : addresses) {
            try {
                dialler.dial(new InetSocketAddress(address, port));
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
