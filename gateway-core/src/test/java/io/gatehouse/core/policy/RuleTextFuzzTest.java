package io.gatehouse.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Every text in a rule is a value that prints as itself, or a problem in words; names of users and clients can do no
 * harm.
 */
class RuleTextFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void everyTextIsReadOrExplained(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        readAgain(text, TargetPattern::parse);
        readAgain(text, ClaimValue::parse);
        readAgain(text, ClientNamePattern::parse);
        readAgain(text, DnsSuffix::parse);
        readAgain(text, PersonalHost::parse);
        readAgain(text, TimeZoneName::parse);
        readAgain(text, HoursSpan::parse).ifPresent(span -> {
            Instant at = Instant.ofEpochSecond(Integer.toUnsignedLong(text.hashCode()));
            assertThat(new Hours(List.of(span), ZoneId.of("Europe/Berlin")).nextChange(at))
                    .hasValueSatisfying(change -> assertThat(change).isAfter(at));
        });
    }

    private static <T> Optional<T> readAgain(String text, Function<String, Parsed<T>> parser) {
        return switch (parser.apply(text)) {
            case Parsed.Valid<T>(T value) -> {
                assertThat(parser.apply(value.toString())).isEqualTo(new Parsed.Valid<>(value));
                yield Optional.of(value);
            }
            case Parsed.Faulty<T>(String problem) -> {
                assertThat(problem).isNotBlank().hasSizeLessThan(4096);
                yield Optional.empty();
            }
        };
    }

    /** Whatever a user is called, their own host is below the domain that the rule names. */
    @FuzzTest(maxDuration = "20s")
    void aPersonalHostStaysInItsDomain(byte[] bytes) {
        String name = new String(bytes, StandardCharsets.UTF_8);
        if (name.isBlank()) {
            return;
        }
        Identity identity =
                new Identity("ntlm", "ntlm", name, Optional.of(name), Optional.empty(), Set.of(), Set.of(), Set.of());
        new PersonalHost("pc-{user}.{domain}.example.com")
                .of(identity)
                .map(TargetName::host)
                .ifPresent(host -> assertThat(host).matches("pc-[a-z0-9-]+\\.[a-z0-9-]+\\.example\\.com"));
    }

    @FuzzTest(maxDuration = "20s")
    void clientNamesMatchAsARegularExpressionWould(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int half = text.length() / 2;
        String pattern = text.substring(0, half).replace('a', '*');
        String name = text.substring(half);
        if (ClientNamePattern.parse(pattern) instanceof Parsed.Valid<ClientNamePattern>(ClientNamePattern read)
                && pattern.length() < 12
                && name.length() < 24
                && text.chars().allMatch(c -> c < 0x80 && !Character.isUpperCase(c))) {
            String expression = java.util.Arrays.stream(pattern.split("\\*", -1))
                    .map(java.util.regex.Pattern::quote)
                    .collect(java.util.stream.Collectors.joining(".*"));
            assertThat(read.matches(name))
                    .isEqualTo(java.util.regex.Pattern.compile(expression, java.util.regex.Pattern.DOTALL)
                            .matcher(name)
                            .matches());
        }
    }
}
