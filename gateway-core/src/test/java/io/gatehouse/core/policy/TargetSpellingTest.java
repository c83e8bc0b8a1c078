package io.gatehouse.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One name has one spelling, and no spelling of a local address gets past a rule that allows everything. */
class TargetSpellingTest {
    private static final Pattern UNICODE = Pattern.compile("\\\\u([0-9a-f]{4})");
    private static final Identity ALICE = Identity.local("local", "ntlm", "alice", Set.of(), Set.of());
    private static final AccessPolicy EVERYTHING = new AccessPolicy(
            List.of(new PolicyRule(
                    new Rule("all", Optional.<Duration>empty(), Optional.<Duration>empty()),
                    List.of(),
                    Set.of(),
                    Set.of(),
                    List.of(new TargetPattern.Any()),
                    List.of(new PortRange(1, 65535)),
                    0)),
            listener -> false);

    record Row(String spelling, String host, String access) {}

    static List<Row> rows() throws IOException {
        try (InputStream stream = TargetSpellingTest.class.getResourceAsStream("spellings.txt")) {
            String text = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("# "))
                    .map(TargetSpellingTest::row)
                    .toList();
        }
    }

    private static Row row(String line) {
        String[] cells = line.split(" \\| ", -1);
        String spelling = UNICODE.matcher(cells[0])
                .replaceAll(match ->
                        Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(match.group(1), 16))));
        return new Row(spelling.translateEscapes(), cells[1], cells[2]);
    }

    @Test
    void tableHasEnoughSpellings() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(210).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void spellingIsNormalisedOrRefused(Row row) {
        String host = switch (TargetName.parse(row.spelling)) {
            case Parsed.Valid<TargetName>(TargetName name) -> name.host();
            case Parsed.Faulty<TargetName> _ -> "!";
        };
        assertThat(host).isEqualTo(row.host);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void wildcardRuleCoversNoLocalAddress(Row row) {
        Access access =
                EVERYTHING.decide(AccessPolicyTest.requester(ALICE), row.spelling, 3389, TargetSpellingTest::resolve);
        assertThat(access instanceof Access.Allow ? "allow" : "deny")
                .describedAs(access.toString())
                .isEqualTo(row.access);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void normalisedNameIsItsOwnNormalForm(Row row) {
        if (TargetName.parse(row.spelling) instanceof Parsed.Valid<TargetName>(TargetName name)) {
            assertThat(TargetName.parse(name.host())).isEqualTo(new Parsed.Valid<>(name));
        }
    }

    private static List<InetAddress> resolve(String host) {
        boolean local = Stream.of("localhost", "rebind.example.com").anyMatch(host::equals);
        return List.of(AddressLiteral.parse(local ? "127.0.0.1" : "203.0.113.7").orElseThrow());
    }
}
