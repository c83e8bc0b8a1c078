package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.text.AccountNames;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What rules of the configuration file say, case by case: {@code policy-cases.txt}. */
class PolicyCasesTest {
    private static final String TABLES = """
            [[listener]]
            address = "127.0.0.1:0"
            [[domain]]
            name = "CORP"
            realm = "corp.example.com"
            [[domain]]
            name = "PARTNER"
            realm = "partner.example.com"
            [auth]
            order = ["other"]
            [[desktop]]
            name = "win11"
            host = "pc1.lab.example.com"
            [policy]
            """;
    private static final Map<String, List<InetAddress>> NAMES = Map.ofEntries(
            name("pc1.lab.example.com", "10.1.0.1"),
            name("pc2.lab.example.com", "10.1.0.2"),
            name("srv1.lab.example.com", "10.1.0.3"),
            name("pc-alice.lab.example.com", "10.1.0.5"),
            name("pp-alice.lab.example.com", "10.1.0.6"),
            name("lc-alice.lab.example.com", "10.1.0.7"),
            name("old-alice.lab.example.com", "10.1.0.8"),
            name("alice.corp.vdi.example.com", "10.1.1.1"),
            name("alice.partner.vdi.example.com", "10.1.1.2"),
            name("hidden.lab.example.com", "10.9.0.1"),
            name("two.lab.example.com", "10.9.0.9", "10.1.0.9"),
            name("web.dmz.example.com", "10.2.0.1"),
            name("public.example.com", "192.0.2.1"),
            name("local.lab.example.com", "127.0.0.1"),
            name("metadata.lab.example.com", "169.254.169.254"),
            name("localhost", "127.0.0.1"),
            name("xn--strae-oqa.example.com", "10.3.0.1"),
            name("pc.xn--bcher-kva.example", "10.3.0.2"));

    /** The table of a provider that has none. */
    public record NoSettings() {}

    /** A line of the file under its rules. */
    record Case(String title, String rules, String line) {
        @Override
        public String toString() {
            return title + ": " + line;
        }
    }

    private static Map.Entry<String, List<InetAddress>> name(String host, String... addresses) {
        return Map.entry(
                host,
                Arrays.stream(addresses)
                        .map(address -> AddressLiteral.parse(address).orElseThrow())
                        .toList());
    }

    static List<Case> cases() throws IOException {
        try (InputStream stream = PolicyCasesTest.class.getResourceAsStream("policy-cases.txt")) {
            String text = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
            List<Case> cases = new ArrayList<>();
            for (String set : text.substring(text.indexOf("\n=== ")).split("\n=== ", -1)) {
                int divider = set.indexOf("---\n");
                if (divider >= 0) {
                    int title = set.indexOf('\n');
                    set.substring(divider + 4)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .forEach(line -> cases.add(
                                    new Case(set.substring(0, title), set.substring(title + 1, divider), line)));
                }
            }
            return cases;
        }
    }

    @Test
    void thereAreEnoughCases() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(150).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theRulesSayWhatTheFileExpects(Case each) {
        Configuration configuration = configuration(each.rules());
        AccessPolicy policy = configuration.policy(_ -> false);
        String[] question = each.line().split(" -> | \\| ", -1);
        String host = question[1];
        int port = 3389;
        if (host.matches("[^:]+:[0-9]+")) {
            port = Integer.parseInt(host.substring(host.indexOf(':') + 1));
            host = host.substring(0, host.indexOf(':'));
        }
        Requester requester = requester(configuration, question[0].split(" ", -1));

        Access access = policy.decide(requester, host, port, PolicyCasesTest::resolve);

        assertThat(text(access, question[2])).contains(question[2]);
        // Whoever is let in somewhere was let in before.
        if (access instanceof Access.Allow) {
            assertThat(policy.admit(requester)).isPresent();
        }
    }

    /** With the addresses only where they are asked for. */
    private static String text(Access access, String expected) {
        return switch (access) {
            case Access.Allow allow -> {
                String addresses = " "
                        + allow.addresses().stream().map(AddressLiteral::text).collect(Collectors.joining(","));
                String rule = "allow " + allow.rule().name();
                yield expected.equals(rule) ? rule : rule + addresses;
            }
            case Access.Deny deny ->
                expected.startsWith("deny ") && deny.why().contains(expected.substring(5))
                        ? expected
                        : "deny " + deny.why();
            case Access.Unresolved _ -> "unresolved";
        };
    }

    private static Configuration configuration(String rules) {
        return switch (ConfigurationLoader.load(
                TABLES + rules,
                Path.of("/nowhere"),
                Map.of(
                        "other",
                        new ProviderTable(NoSettings.class, Set.of("ntlm", "basic", "oidc", "bearer", "kerberos"))))) {
            case ConfigurationLoader.Loaded loaded -> loaded.configuration();
            case ConfigurationLoader.Invalid invalid ->
                throw new AssertionError(invalid.problems().toString());
        };
    }

    private static Requester requester(Configuration configuration, String... words) {
        Map<String, Set<String>> claims = new HashMap<>();
        Map<String, String> values = new HashMap<>();
        for (String word : List.of(words).subList(1, words.length)) {
            String[] pair = word.split("=", 2);
            if (pair[0].equals("claim")) {
                String[] claim = pair[1].split("=", 2);
                claims.computeIfAbsent(claim[0], _ -> new HashSet<>()).add(claim[1].replace('_', ' '));
            } else {
                values.put(pair[0], pair[1]);
            }
        }
        String[] account = words[0].split("/", 2);
        int backslash = account[0].indexOf('\\');
        Identity identity = new Identity(
                        "other",
                        values.getOrDefault("method", "ntlm"),
                        account[0].substring(backslash + 1),
                        backslash < 0 ? Optional.empty() : Optional.of(account[0].substring(0, backslash)),
                        Optional.empty(),
                        account.length < 2 ? Set.of() : Set.of(account[1].split(",", -1)),
                        Set.of(),
                        values.containsKey("mfa") ? Set.of(Identity.Proof.MULTI_FACTOR) : Set.of())
                .withClaims(claims);
        String from = values.getOrDefault("from", "192.0.2.7");
        return new Requester(
                AccountNames.canonical(identity, configuration.domains()),
                AddressLiteral.parse(from),
                Optional.ofNullable(values.get("client")),
                Optional.ofNullable(values.get("desktop")),
                Optional.ofNullable(values.get("at"))
                        .map(at -> ZonedDateTime.parse(at).toInstant())
                        .orElse(Instant.parse("2026-11-27T12:00:00Z")),
                Optional.empty());
    }

    private static List<InetAddress> resolve(String host) throws UnknownHostException {
        List<InetAddress> addresses = NAMES.get(host);
        if (addresses == null) {
            throw new UnknownHostException(host);
        }
        return addresses;
    }
}
