package io.gatehouse.core.policy;

import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keeps clients from using the gateway to reach what only the gateway's own machine should reach, whatever name leads
 * there: some addresses no rule can allow, others only a rule that names them by address.
 */
final class AddressGuard {
    private static final String METADATA = "a cloud's metadata service";
    private static final Map<Cidr, String> NEVER = blocks(
            "0.0.0.0/8", "an address of no host",
            "224.0.0.0/4", "a multicast address",
            "240.0.0.0/4", "a reserved or broadcast address",
            "169.254.169.254", METADATA, // AWS, Azure, Google, OpenStack, DigitalOcean, Hetzner and others
            "169.254.169.253", METADATA, // AWS: DNS of the VPC
            "169.254.169.123", METADATA, // AWS: time
            "169.254.169.250", METADATA, // AWS: activation of Windows
            "169.254.169.251", METADATA,
            "169.254.170.2", METADATA, // AWS: credentials of ECS tasks
            "169.254.170.23", METADATA, // AWS: credentials of EKS pods
            "169.254.0.23", METADATA, // Tencent
            "169.254.42.42", METADATA, // Scaleway
            "100.100.100.200", METADATA, // Alibaba
            "168.63.129.16", METADATA, // Azure: WireServer
            "192.0.0.192", METADATA, // Oracle, classic
            "fd00:ec2::254", METADATA, // AWS
            "fd00:ec2::253", METADATA,
            "fd00:ec2::123", METADATA,
            "fd00:ec2::23", METADATA, // AWS: credentials of EKS pods
            "fd20:ce::254", METADATA, // Google
            "fd00:c1::a9fe:a9fe", METADATA, // Oracle
            "fd00:42::42", METADATA, // Scaleway
            "fe80::a9fe:a9fe", METADATA, // OpenStack
            "::", "an address of no host",
            "ff00::/8", "a multicast address");
    private static final Map<Cidr, String> WHEN_NAMED = blocks(
            "127.0.0.0/8", "a loopback address",
            "::1", "a loopback address",
            "169.254.0.0/16", "a link-local address",
            "fe80::/10", "a link-local address");
    private static final Cidr COMPATIBLE = cidr("::/96");
    private static final Cidr TRANSLATED = cidr("::ffff:0:0:0/96");
    private static final Cidr NAT64 = cidr("64:ff9b::/96");
    private static final Cidr LOCAL_NAT64 = cidr("64:ff9b:1::/48");
    private static final Cidr SIX_TO_FOUR = cidr("2002::/16");
    private static final Cidr TEREDO = cidr("2001::/32");

    private final Predicate<InetSocketAddress> ownListener;

    AddressGuard(Predicate<InetSocketAddress> ownListener) {
        this.ownListener = ownListener;
    }

    /** Why no rule may allow {@code address}, if so. An IPv4 address inside an IPv6 one is looked at too. */
    Optional<String> neverBecause(InetAddress address, int port) {
        InetAddress plain = Cidr.plain(address);
        return kind(plain, NEVER)
                .or(() -> ownListener.test(new InetSocketAddress(plain, port))
                        ? Optional.of("the gateway itself")
                        : Optional.empty())
                .map(kind -> AddressLiteral.text(plain) + " is " + kind)
                .or(() -> embedded(plain).stream()
                        .flatMap(inner -> embeddedProblem(plain, inner, port).stream())
                        .findFirst());
    }

    private Optional<String> embeddedProblem(InetAddress outer, InetAddress inner, int port) {
        return neverBecause(inner, port)
                .or(() -> onlyWhenNamedBecause(inner))
                .map(problem -> AddressLiteral.text(outer) + " stands for another address: " + problem);
    }

    /** Why only a rule that names {@code address} by address may allow it, if so. */
    Optional<String> onlyWhenNamedBecause(InetAddress address) {
        InetAddress plain = Cidr.plain(address);
        return kind(plain, WHEN_NAMED).map(kind -> AddressLiteral.text(plain) + " is " + kind);
    }

    private static Optional<String> kind(InetAddress address, Map<Cidr, String> blocks) {
        return blocks.entrySet().stream()
                .filter(block -> block.getKey().contains(address))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The IPv4 addresses that translators and tunnels on the way might dial instead of {@code address}. */
    static List<InetAddress> embedded(InetAddress address) {
        byte[] bytes = address.getAddress();
        List<InetAddress> inner = new ArrayList<>();
        if (bytes.length == 4 || address.isLoopbackAddress()) {
            return inner;
        }
        if (COMPATIBLE.contains(address)
                || TRANSLATED.contains(address)
                || NAT64.contains(address)
                || isIsatap(bytes)) {
            inner.add(four(bytes, 12, 13, 14, 15));
        }
        if (LOCAL_NAT64.contains(address)) { // RFC 6052 2.2: a prefix of 96 or of 48 bits
            addUnlessZero(inner, four(bytes, 12, 13, 14, 15));
            addUnlessZero(inner, four(bytes, 6, 7, 9, 10));
        }
        if (SIX_TO_FOUR.contains(address)) {
            inner.add(four(bytes, 2, 3, 4, 5));
        }
        if (TEREDO.contains(address)) { // RFC 4380 4: server, and client with all bits inverted
            inner.add(four(bytes, 4, 5, 6, 7));
            inner.add(inverted(four(bytes, 12, 13, 14, 15)));
        }
        return inner;
    }

    private static boolean isIsatap(byte[] bytes) {
        return (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == (byte) 0xfe;
    }

    private static void addUnlessZero(List<InetAddress> addresses, InetAddress address) {
        if (!address.isAnyLocalAddress()) {
            addresses.add(address);
        }
    }

    private static InetAddress four(byte[] bytes, int first, int second, int third, int fourth) {
        return Cidr.of(new byte[] {bytes[first], bytes[second], bytes[third], bytes[fourth]});
    }

    private static InetAddress inverted(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
        return Cidr.of(bytes);
    }

    private static Map<Cidr, String> blocks(String... blocksAndKinds) {
        Map<Cidr, String> blocks = new LinkedHashMap<>();
        for (int i = 0; i < blocksAndKinds.length; i += 2) {
            blocks.put(cidr(blocksAndKinds[i]), blocksAndKinds[i + 1]);
        }
        return blocks;
    }

    private static Cidr cidr(String text) {
        return switch (Cidr.parse(text)) {
            case Parsed.Valid<Cidr>(Cidr cidr) -> cidr;
            case Parsed.Faulty<Cidr>(String problem) -> throw new IllegalArgumentException(problem);
        };
    }
}
