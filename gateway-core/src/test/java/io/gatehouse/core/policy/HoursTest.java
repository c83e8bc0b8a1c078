package io.gatehouse.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.text.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When hours begin and end; whether they contain a time is in the cases of {@code PolicyCasesTest}. */
class HoursTest {
    private static Hours hours(String zone, String... spans) {
        return new Hours(
                Arrays.stream(spans)
                        .map(text -> AccessPolicyTest.value(HoursSpan.parse(text)))
                        .toList(),
                ZoneId.of(zone));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-27T12:00:00Z, 2026-11-27T17:00:00Z", // a Friday: it ends
        "2026-11-27T17:00:00Z, 2026-11-30T07:00:00Z", // it begins again on Monday
        "2026-11-30T06:59:59Z, 2026-11-30T07:00:00Z",
        "2026-07-24T12:00:00Z, 2026-07-24T16:00:00Z" // summer time
    })
    void theNextChangeIsTheNextTimeOfAClockOnTheWall(Instant at, Instant change) {
        assertThat(hours("Europe/Berlin", "Mon-Fri 08:00-18:00").nextChange(at)).contains(change);
    }

    @Test
    void hoursOverMidnightEndOnTheNextDay() {
        Hours night = hours("UTC", "Fri 22:00-06:00");
        assertThat(night.nextChange(Instant.parse("2026-11-27T23:00:00Z")))
                .contains(Instant.parse("2026-11-28T06:00:00Z"));
        assertThat(night.nextChange(Instant.parse("2026-11-28T06:00:00Z")))
                .contains(Instant.parse("2026-12-04T22:00:00Z"));
    }

    /** On 29 March 2026 it is 03:00 after 01:59:59, on 25 October 02:00 after 02:59:59. */
    @Test
    void hoursOfTheNightInWhichClocksChangeBeginAndEndOnce() {
        Hours early = hours("Europe/Berlin", "01:00-02:30");
        assertThat(early.nextChange(Instant.parse("2026-03-29T00:30:00Z")))
                .contains(Instant.parse("2026-03-29T01:00:00Z"));
        assertThat(early.nextChange(Instant.parse("2026-10-25T00:00:00Z")))
                .contains(Instant.parse("2026-10-25T00:30:00Z"));
        assertThat(early.nextChange(Instant.parse("2026-10-25T00:30:00Z")))
                .contains(Instant.parse("2026-10-26T00:00:00Z"));
    }

    @Test
    void aZoneThatLeftOutADayLeavesOutItsHours() {
        // Samoa had no 30 December 2011.
        Hours friday = hours("Pacific/Apia", "Fri 08:00-18:00");
        assertThat(friday.nextChange(Instant.parse("2011-12-30T09:59:00Z")))
                .contains(Instant.parse("2012-01-05T18:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "08:00",
                "Mon",
                "Mon 8:00-18:00",
                "Mon 08:00-25:00",
                "Mon 24:00-25:00",
                "Mon 08:60-09:00",
                "Mon 08:00-08:00",
                "Mon-Fry 08:00-18:00",
                "Mon - Fri 08:00-18:00",
                "Mon,  Tue 08:00-18:00",
                "Monday 08:00-18:00",
                "Mon 08:00–18:00",
                "Mon 08:00-18:00 ",
                "24:00-06:00"
            })
    void whatIsNoHoursIsExplained(String text) {
        assertThat(HoursSpan.parse(text))
                .isInstanceOf(Parsed.Faulty.class)
                .asString()
                .contains("expected");
    }

    @Test
    void theRulesAreAskedAgainWhenTheyMaySaySomethingElse() {
        Requester alice = AccessPolicyTest.requester(
                io.gatehouse.api.Identity.local("local", "ntlm", "alice", Set.of(), Set.of()));
        // Noon in UTC, a Sunday.
        assertThat(reviewAfter(alice, rule(RuleAction.ALLOW, "Sun 08:00-12:05", AtHoursEnd.DISCONNECT)))
                .contains(Duration.ofMinutes(5));
        assertThat(reviewAfter(alice, rule(RuleAction.ALLOW, "Sun 08:00-18:00", AtHoursEnd.DISCONNECT)))
                .as("a clock may be set meanwhile")
                .contains(Duration.ofMinutes(10));
        assertThat(reviewAfter(alice, rule(RuleAction.ALLOW, "Sun 08:00-12:05", AtHoursEnd.CONTINUE)))
                .isEmpty();
        assertThat(reviewAfter(
                        alice,
                        rule(RuleAction.DENY, "Sun 12:03-13:00", AtHoursEnd.DISCONNECT),
                        rule(RuleAction.ALLOW, "Sun 08:00-12:05", AtHoursEnd.DISCONNECT)))
                .as("a rule that denies begins before the other ends")
                .contains(Duration.ofMinutes(3));
    }

    @Test
    void openChannelsOfARuleThatContinuesAreStillItsOwn() {
        AccessPolicy policy = policy(rule(RuleAction.ALLOW, "Sun 08:00-11:00", AtHoursEnd.CONTINUE));
        Requester late = AccessPolicyTest.requester(
                io.gatehouse.api.Identity.local("local", "ntlm", "alice", Set.of(), Set.of()));
        assertThat(decide(policy, late)).isInstanceOf(Access.Deny.class);
        assertThat(decide(policy, late.withChannelSince(Instant.parse("2026-11-29T10:59:00Z"))))
                .isInstanceOf(Access.Allow.class);
        assertThat(decide(policy, late.withChannelSince(Instant.parse("2026-11-29T11:00:00Z"))))
                .isInstanceOf(Access.Deny.class);
    }

    private static Access decide(AccessPolicy policy, Requester requester) {
        return policy.decide(requester, "10.1.0.1", 3389, _ -> List.of());
    }

    private static Optional<Duration> reviewAfter(Requester requester, PolicyRule... rules) {
        return ((Access.Allow) decide(policy(rules), requester)).reviewAfter();
    }

    private static AccessPolicy policy(PolicyRule... rules) {
        return new AccessPolicy(List.of(rules), _ -> false);
    }

    private static PolicyRule rule(RuleAction action, String hours, AtHoursEnd end) {
        return new PolicyRule(
                new Rule(hours, Optional.empty(), Optional.empty()),
                action,
                List.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                new Conditions(
                        java.util.Map.of(),
                        false,
                        List.of(),
                        List.of(),
                        Set.of(),
                        Optional.of(hours("UTC", hours)),
                        end),
                List.of(new TargetPattern.Any()),
                List.of(new io.gatehouse.core.net.PortRange(1, 65535)),
                0);
    }
}
