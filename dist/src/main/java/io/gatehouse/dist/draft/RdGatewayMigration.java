package io.gatehouse.dist.draft;

import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.dist.draft.MigrationNote.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Writes access rules that allow what the policies of a Microsoft RD Gateway allow, and nothing more. RD Gateway lets a
 * user in if one of its connection authorization policies (CAP) and one of its resource authorization policies (RAP)
 * do; a rule here is for one of each. The properties are those of Microsoft's WMI reference
 * ({@code Win32_TSGateway...}); no RD Gateway was there to compare with.
 */
public final class RdGatewayMigration {
    private static final String DOMAIN_USERS = "domain users";
    private static final int MOST_PAIRS_SHOWN = 5;
    private static final int MOST_RULES = 5000;
    private static final int MOST_GROUPS = 200;
    private static final int MOST_GROUP_PAIRS = 1_000_000;
    private static final int MOST_RESOURCES = 1000;
    private static final int LARGEST_OUTPUT = 1 << 23;
    private static final int LONGEST_NAME = 200;

    private final JsonTable file;
    private final TomlWriter out = new TomlWriter();
    private final Set<MigrationNote> notes = new LinkedHashSet<>();
    private final Map<String, JsonTable> resourceGroups = new LinkedHashMap<>();
    private final Set<String> names = new LinkedHashSet<>();
    private int rules;
    private long groupPairs;
    private long size;

    private RdGatewayMigration(JsonTable file) {
        this.file = file;
    }

    /** The script that writes the file, for PowerShell on the RD Gateway server. */
    public static String script() {
        try (InputStream stream = Objects.requireNonNull(
                RdGatewayMigration.class.getResourceAsStream("export-rd-gateway.ps1"), "part of this jar")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException exception) {
            throw new UncheckedIOException("this jar cannot be read", exception);
        }
    }

    /** The rules for the policies in {@code json}. */
    public static Migration migrate(String json) throws ForeignFileException {
        if (json.stripLeading().startsWith("<")) {
            throw new ForeignFileException(
                    "is XML. Microsoft does not say what the XML of RD Gateway Manager's export means;"
                            + " run the script of gatehouse migrate rd-gateway --script on the server instead, which writes"
                            + " rd-gateway.json");
        }
        RdGatewayMigration migration = new RdGatewayMigration(JsonTable.read(json));
        migration.write();
        return new Migration(migration.out.text(), List.copyOf(migration.notes), Map.of());
    }

    private void note(Kind kind, String key, String text) {
        if (notes.add(new MigrationNote(kind, key, text))) {
            size += key.length() + text.length();
        }
    }

    private void write() throws ForeignFileException {
        if (!file.has("caps") || !file.has("raps")) {
            throw new ForeignFileException(
                    "has no \"caps\" and \"raps\" (expected what the script of gatehouse migrate rd-gateway --script writes)");
        }
        out.comment("Made from the policies of an RD Gateway by: gatehouse migrate rd-gateway")
                .comment("A part of a configuration. To make a whole one: gatehouse init --rules FILE. Groups without a"
                        + " [[domain]] of their name match nobody.");
        for (JsonTable server : file.tables("server")) {
            server(server);
        }
        for (JsonTable group : file.tables("groups")) {
            resourceGroups.put(folded(group.required("Name")), group);
        }
        List<JsonTable> raps = enabled("raps", "RAP");
        List<Ordered> caps = new ArrayList<>();
        for (JsonTable cap : enabled("caps", "CAP")) {
            caps.add(new Ordered(cap.number("Order"), cap));
        }
        if ((long) caps.size() * raps.size() > MOST_RULES) {
            throw new ForeignFileException(caps.size() + " CAPs and " + raps.size()
                    + " RAPs make too many rules (expected at most " + MOST_RULES + ")");
        }
        caps.sort(Comparator.comparingLong(Ordered::order));
        for (Ordered each : caps) {
            for (JsonTable rap : raps) {
                pair(each.cap(), rap);
                if (size > LARGEST_OUTPUT) {
                    throw new ForeignFileException("makes rules of more than " + LARGEST_OUTPUT + " characters");
                }
            }
        }
        if (rules == 0) {
            note(Kind.TO_DO, "policies", "no rule came of them, so nobody may connect to anything");
        }
        if (!notes.isEmpty()) {
            out.blank().comment("What is different from RD Gateway:");
            for (Kind kind : Kind.values()) {
                notes.stream().filter(each -> each.kind() == kind).forEach(each -> out.comment("- " + each));
            }
        }
    }

    /** The first CAP that is for a user decides. */
    private record Ordered(long order, JsonTable cap) {}

    private List<JsonTable> enabled(String key, String kind) throws ForeignFileException {
        List<JsonTable> enabled = new ArrayList<>();
        for (JsonTable each : file.tables(key)) {
            if (each.flag("Enabled", true)) {
                enabled.add(each);
            } else {
                note(Kind.NO_COUNTERPART, kind + " " + each.required("Name"), "is disabled there, and was left out");
            }
        }
        return enabled;
    }

    // ---- Settings of the server ------------------------------------------------------------------------------------

    private void server(JsonTable server) throws ForeignFileException {
        String consent = server.text("consentMessageText");
        if (!consent.isEmpty()) {
            out.blank()
                    .table("[tunnel]")
                    .key("consent-message", consent)
                    .key("consent-required", server.flag("OnlyConsentCapableClients", false));
        }
        if (!server.flag("UnlimitedConnections", true)) {
            long most = server.number("MaxConnections");
            if (most > 0) {
                out.blank().table("[limits]").key("channels", Math.toIntExact(Math.min(most, Integer.MAX_VALUE)));
            } else {
                note(Kind.NO_COUNTERPART, "MaxConnections", "0 lets nobody in there; here: gatehouse drain");
            }
        }
        if (!server.text("adminMessageText").isEmpty()) {
            note(Kind.NO_COUNTERPART, "adminMessageText", "messages to users: gatehouse sessions message");
        }
        if (server.flag("CentralCAPEnabled", false)) {
            note(
                    Kind.TO_DO,
                    "CentralCAPEnabled",
                    "the CAPs are on a server with NPS (RADIUS), and not in this file: their conditions are missing here");
        }
        if (server.flag("EnforceChannelBinding", false)) {
            note(
                    Kind.TO_DO,
                    "EnforceChannelBinding",
                    "set channel-binding = \"required\" in [auth.ntlm] and [auth.kerberos]");
        }
        if (server.flag("RequestSOH", false)) {
            note(
                    Kind.NO_COUNTERPART,
                    "RequestSOH",
                    "statements of health are not asked for; Windows has removed them, too");
        }
        if (server.number("SslBridging") > 0) {
            note(Kind.TO_DO, "SslBridging", "a device in front ends TLS: see docs/reverse-proxy.md");
        }
    }

    // ---- Rules -----------------------------------------------------------------------------------------------------

    /** What keeps the rule from being in force; empty when nothing does. */
    private String obstacle(JsonTable cap, JsonTable rap) throws ForeignFileException {
        if (!cap.list("ComputerGroupNames").isEmpty()) {
            return "the CAP is for the computers of " + String.join(", ", cap.list("ComputerGroupNames"))
                    + " only; nobody verifies here which computer a client is";
        }
        if (cap.flag("AllowOnlySDRServers", false)) {
            return "the CAP is for desktops only that enforce device redirection; that cannot be asked for here";
        }
        if (rap.text("ResourceGroupType").equalsIgnoreCase("CG")) {
            return "the RAP is for the computers of the group " + rap.text("ResourceGroupName")
                    + ", which the gateway cannot look up: write their names, or a pattern for them, into targets";
        }
        return targets(rap).isEmpty() ? "the RAP names no computer that could be taken over" : "";
    }

    private void pair(JsonTable cap, JsonTable rap) throws ForeignFileException {
        String name = cap.required("Name") + " / " + rap.required("Name");
        if (!cap.flag("PasswordAllowed", true) && !cap.flag("SmartcardAllowed", false)) {
            note(
                    Kind.NO_COUNTERPART,
                    "CAP " + cap.text("Name"),
                    "allows neither passwords nor smart cards, and was left out");
            return;
        }
        List<String> ofCap = groups(cap);
        List<String> ofRap = groups(rap);
        groupPairs += (long) ofCap.size() * ofRap.size();
        if (groupPairs > MOST_GROUP_PAIRS) {
            throw new ForeignFileException("the user groups of all CAPs and RAPs make too many pairs (expected at most "
                    + MOST_GROUP_PAIRS + ")");
        }
        GroupPairs who = GroupPairs.of(ofCap, ofRap);
        String obstacle = obstacle(cap, rap);
        if (!obstacle.isEmpty()) {
            note(Kind.TO_DO, name, "not in force: " + obstacle);
        }
        if (!who.common().isEmpty()) {
            rule(name, who.common(), List.of(), cap, rap, obstacle.isEmpty());
        }
        for (Map.Entry<String, List<String>> each : who.ofDomains().entrySet()) {
            String title = name + " (users of " + each.getKey() + ")";
            rule(title, each.getValue(), List.of(each.getKey()), cap, rap, obstacle.isEmpty());
        }
        if (!who.others().isEmpty()) {
            note(
                    Kind.TO_DO,
                    name,
                    "users must be in a group of the CAP and in one of the RAP, which one rule cannot ask for. Make a group in"
                            + " the directory whose members are in both: "
                            + String.join(", ", who.others())
                            + (who.more() > 0 ? " and " + who.more() + " more" : ""));
        }
    }

    private void rule(
            String name, List<String> groups, List<String> domains, JsonTable cap, JsonTable rap, boolean inForce)
            throws ForeignFileException {
        TomlWriter rule = new TomlWriter();
        List<String> targets = targets(rap);
        rule.table("[[policy.rule]]")
                .key("name", unique(name))
                .key("groups", groups)
                .keyUnlessEmpty("domains", domains)
                .keyUnlessEmpty("methods", methods(cap))
                .key("targets", targets.isEmpty() ? List.of("write them here") : targets);
        List<String> ports = ports(rap);
        if (!ports.equals(List.of("3389"))) {
            rule.key("ports", ports);
        }
        rule.keyUnlessEmpty("disable", disabled(cap));
        if (cap.number("IdleTimeout") > 0) {
            rule.key("idle-timeout", cap.number("IdleTimeout") + "m");
        }
        if (cap.number("SessionTimeout") > 0) {
            rule.key("session-timeout", cap.number("SessionTimeout") + "m");
            if (cap.number("SessionTimeoutAction") == 1) {
                rule.key("at-session-timeout", "reauthorise");
            }
        }
        size += rule.text().length();
        out.blank();
        if (inForce) {
            out.append(rule);
            rules++;
        } else {
            out.comment("Not in force; the reason stands at the end.").disabled(rule);
        }
    }

    private String unique(String name) {
        String line = name.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .limit(LONGEST_NAME)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String unique = line;
        for (int i = 2; !names.add(folded(unique)); i++) {
            unique = line + " " + i;
        }
        return unique;
    }

    /** Smart cards are certificates at the portal; a ticket does not say how its user signed in. */
    private List<String> methods(JsonTable cap) throws ForeignFileException {
        boolean password = cap.flag("PasswordAllowed", true);
        boolean card = cap.flag("SmartcardAllowed", false);
        String key = "CAP " + cap.text("Name");
        if (password && card) {
            return List.of();
        }
        if (password) {
            note(
                    Kind.CHANGED,
                    key,
                    "passwords only: here NTLM and HTTP Basic. A ticket (kerberos) and the portal (oidc, paa) do not say"
                            + " whether a password was typed: add them to methods if it may be otherwise");
            return List.of("ntlm", "basic");
        }
        note(
                Kind.CHANGED,
                key,
                "smart cards only: here client certificates, with which users sign in at the portal"
                        + " (docs/auth-certificate.md)");
        return List.of("certificate");
    }

    private static List<String> disabled(JsonTable cap) throws ForeignFileException {
        long type = cap.number("DeviceRedirectionType");
        if (type == 1) {
            return List.of("all");
        }
        if (type != 2) {
            return List.of();
        }
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("drive", "DiskDrivesDisabled");
        properties.put("printer", "PrintersDisabled");
        properties.put("port", "SerialPortsDisabled");
        properties.put("clipboard", "ClipboardDisabled");
        properties.put("pnp", "PlugAndPlayDevicesDisabled");
        List<String> disabled = new ArrayList<>();
        for (Map.Entry<String, String> each : properties.entrySet()) {
            if (cap.flag(each.getValue(), false)) {
                disabled.add(each.getKey());
            }
        }
        return List.copyOf(disabled);
    }

    private List<String> groups(JsonTable policy) throws ForeignFileException {
        List<String> groups = new ArrayList<>();
        if (policy.list("UserGroupNames").size() > MOST_GROUPS) {
            throw new ForeignFileException(
                    policy.required("Name") + " has too many user groups (expected at most " + MOST_GROUPS + ")");
        }
        for (String group : policy.list("UserGroupNames")) {
            int at = group.lastIndexOf('@');
            String name =
                    group.indexOf('\\') < 0 && at > 0 ? group.substring(at + 1) + "\\" + group.substring(0, at) : group;
            if (folded(name).startsWith("builtin\\")) {
                note(
                        Kind.TO_DO,
                        group,
                        "is a group of the Windows server itself; write a group of the directory, or its accounts");
            }
            groups.add(name);
        }
        return groups;
    }

    private List<String> targets(JsonTable rap) throws ForeignFileException {
        String type = rap.text("ResourceGroupType").toUpperCase(Locale.ROOT);
        if (type.equals("ALL")) {
            return List.of("*");
        }
        JsonTable group = resourceGroups.get(folded(rap.text("ResourceGroupName")));
        if (!type.equals("RG") || group == null) {
            return List.of();
        }
        List<String> resources = group.list("Resources");
        if (resources.size() > MOST_RESOURCES) {
            throw new ForeignFileException("resource group " + group.required("Name") + " has " + resources.size()
                    + " resources (expected at most " + MOST_RESOURCES + ")");
        }
        List<String> targets = new ArrayList<>();
        for (String resource : resources) {
            switch (TargetPattern.parse(resource)) {
                case Parsed.Valid<TargetPattern> _ -> targets.add(resource);
                case Parsed.Faulty<TargetPattern> _ ->
                    note(
                            Kind.TO_DO,
                            "resource group " + group.text("Name"),
                            Excerpt.of(resource) + " is no host name and no address, and was left out");
            }
        }
        return List.copyOf(targets);
    }

    private List<String> ports(JsonTable rap) throws ForeignFileException {
        List<String> ports = rap.list("PortNumbers");
        for (String port : ports) {
            if (PortRange.parse(port) instanceof Parsed.Faulty<PortRange>(String problem)) {
                throw new ForeignFileException("RAP " + rap.required("Name") + ": PortNumbers: " + problem);
            }
        }
        return ports.isEmpty() ? List.of("3389") : ports;
    }

    static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * Users who are in one group of each of two lists.
     *
     * @param common groups that are in both lists
     * @param ofDomains groups of one list whose domain's {@code Domain Users} is in the other, by the domain: of their
     *     members, the accounts of that domain
     * @param others pairs of groups whose members would have to be in both, the first of them
     * @param more how many others there are
     */
    record GroupPairs(List<String> common, Map<String, List<String>> ofDomains, List<String> others, int more) {
        static GroupPairs of(List<String> one, List<String> other) {
            Set<String> foldedOther = new LinkedHashSet<>();
            other.forEach(group -> foldedOther.add(folded(group)));
            List<String> common = one.stream()
                    .filter(group -> foldedOther.contains(folded(group)))
                    .toList();
            Set<String> foldedCommon = new LinkedHashSet<>();
            common.forEach(group -> foldedCommon.add(folded(group)));
            Map<String, List<String>> ofDomains = new LinkedHashMap<>();
            List<String> others = new ArrayList<>();
            int more = 0;
            for (String first : one) {
                for (String second : other) {
                    if (foldedCommon.contains(folded(first)) || foldedCommon.contains(folded(second))) {
                        continue;
                    }
                    if (holdsAllUsersOf(first, second)) {
                        add(ofDomains, second);
                    } else if (holdsAllUsersOf(second, first)) {
                        add(ofDomains, first);
                    } else if (others.size() < MOST_PAIRS_SHOWN) {
                        others.add(first + " and " + second);
                    } else {
                        more++;
                    }
                }
            }
            return new GroupPairs(common, ofDomains, others, more);
        }

        private static void add(Map<String, List<String>> ofDomains, String group) {
            List<String> groups = ofDomains.computeIfAbsent(domain(group), _ -> new ArrayList<>());
            if (!groups.contains(group)) {
                groups.add(group);
            }
        }

        private static String domain(String group) {
            return group.substring(0, Math.max(0, group.indexOf('\\')));
        }

        /** Every account of a domain is in its {@code Domain Users}, unless an administrator has taken it out. */
        private static boolean holdsAllUsersOf(String all, String group) {
            return !domain(all).isEmpty()
                    && folded(all).endsWith("\\" + DOMAIN_USERS)
                    && domain(all).equalsIgnoreCase(domain(group));
        }
    }
}
