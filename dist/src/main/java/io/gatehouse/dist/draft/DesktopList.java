package io.gatehouse.dist.draft;

import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Desktops as people list them, {@code host} or {@code host:port}, and what a configuration says of them.
 *
 * @param entries in the order in which they were named
 */
public record DesktopList(List<Entry> entries) {
    private static final int RDP = 3389;
    private static final int LONGEST_NAME = 60;
    private static final int MOST = 1000;
    /** No name leads there unless a rule has the address itself. */
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1");

    public DesktopList {
        entries = List.copyOf(entries);
    }

    /**
     * One of them.
     *
     * @param host as a rule names targets: a host name, an address, a block of addresses or a wildcard
     * @param port 1 to 65535
     * @param isDesktop whether it is one host, which a portal can show
     */
    public record Entry(String host, int port, boolean isDesktop) {
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Reads {@code host[:port]}, each by itself. */
    public static Parsed<DesktopList> parse(List<String> texts) {
        if (texts.size() > MOST) {
            return Parsed.faulty(texts.size() + " desktops (expected at most " + MOST + ")");
        }
        List<Entry> entries = new ArrayList<>();
        for (String text : texts) {
            switch (entry(text)) {
                case Parsed.Valid<Entry>(Entry entry) -> entries.add(entry);
                case Parsed.Faulty<Entry>(String problem) -> {
                    return Parsed.faulty(problem);
                }
            }
        }
        return Parsed.valid(new DesktopList(entries));
    }

    private static Parsed<Entry> entry(String text) {
        int colon = text.lastIndexOf(':');
        boolean withPort = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String host = withPort ? text.substring(0, colon) : text;
        String port = withPort ? text.substring(colon + 1) : Integer.toString(RDP);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65535) {
            return Parsed.faulty(Excerpt.of(text) + ": port (expected 1 to 65535)");
        }
        return switch (TargetPattern.parse(host)) {
            case Parsed.Valid<TargetPattern>(TargetPattern pattern) ->
                Parsed.valid(new Entry(host, Integer.parseInt(port), isOneHost(pattern, host)));
            case Parsed.Faulty<TargetPattern>(String problem) -> Parsed.faulty(problem);
        };
    }

    private static boolean isOneHost(TargetPattern pattern, String host) {
        return switch (pattern) {
            case TargetPattern.Name _, TargetPattern.Personal _ -> true;
            case TargetPattern.Block _ -> host.indexOf('/') < 0;
            case TargetPattern.Any _, TargetPattern.Below _ -> false;
        };
    }

    /**
     * What a rule has beside its name, targets and ports.
     *
     * @param groups who may use it; empty for all who signed in
     * @param disable what is not redirected
     * @param idleTimeout a duration, or empty
     */
    record RuleKeys(List<String> groups, List<String> disable, String idleTimeout) {}

    /** A rule for each port, named {@code name}. */
    void writeRules(TomlWriter out, String name, RuleKeys keys) {
        Map<Integer, Set<String>> byPort = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Set<String> hosts = byPort.computeIfAbsent(entry.port(), _ -> new LinkedHashSet<>());
            hosts.add(entry.host());
            if (entry.host().equals("localhost")) {
                hosts.addAll(LOOPBACK);
            }
        }
        boolean first = true;
        for (Map.Entry<Integer, Set<String>> each : byPort.entrySet()) {
            int port = each.getKey();
            boolean usual = port == RDP;
            if (!first) {
                out.blank();
            }
            first = false;
            out.table("[[policy.rule]]")
                    .key("name", usual ? name : name + ", port " + port)
                    .keyUnlessEmpty("groups", keys.groups())
                    .key("targets", List.copyOf(each.getValue()));
            if (!usual) {
                out.key("ports", List.of(Integer.toString(port)));
            }
            out.keyUnlessEmpty("disable", keys.disable()).keyUnlessEmpty("idle-timeout", keys.idleTimeout());
        }
    }

    /** A {@code [[desktop]]} for each host that a portal can show. */
    void writeDesktops(TomlWriter out) {
        Set<String> taken = new HashSet<>();
        for (Entry entry : entries) {
            if (entry.isDesktop()) {
                out.blank()
                        .table("[[desktop]]")
                        .key("name", name(entry.host(), taken))
                        .key("title", entry.port() == RDP ? entry.host() : entry.toString())
                        .key("host", entry.host());
                if (entry.port() != RDP) {
                    out.key("port", entry.port());
                }
            }
        }
    }

    /** What stands in the address of a desktop: the first label of its host, or the address with hyphens. */
    private static String name(String host, Set<String> taken) {
        boolean isAddress = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        String first = isAddress ? host : host.replaceFirst("\\..*", "");
        String plain = first.toLowerCase(Locale.ROOT)
                .replaceAll("[{}]", "")
                .replaceAll("[^a-z0-9_-]+", "-")
                .replaceAll("^[-_]+|[-_]+$", "");
        String base = plain.isEmpty() ? "desktop" : plain.substring(0, Math.min(plain.length(), LONGEST_NAME));
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }
}
