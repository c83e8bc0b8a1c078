package io.gatehouse.core.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.login.MutableClock;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.Admission;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.Conditions;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.RuleAction;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.tsgu.RedirectionFlag;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessGrantsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T00:00:00Z");
    private static final Target TARGET = new Target("10.1.0.1", 3389);
    private static final Identity ALICE = Identity.local("local", "ntlm", "alice", Set.of(), Set.of());

    private final MutableClock clock = new MutableClock();
    private final AccessGrants grants = new AccessGrants(clock);
    private final AccessPolicy none = new AccessPolicy(List.of(), _ -> false);

    private Optional<String> ask(AccessRequest request) {
        Optional<String> problem = grants.ask(request);
        grants.release(request.id());
        return problem;
    }

    private Optional<String> add(TemporaryGrant grant) {
        Optional<String> problem = grants.add(grant);
        grants.release(grant.id());
        return problem;
    }

    private Optional<String> approve(TemporaryGrant grant) {
        Optional<String> problem = grants.approve(grant);
        grants.release(grant.id());
        return problem;
    }

    private TemporaryGrant grant(String id, boolean once) {
        return grant(id, "server7", once);
    }

    private static TemporaryGrant grant(String id, String desktop, boolean once) {
        return new TemporaryGrant(
                id, "\\alice", desktop, TARGET, "why", NOON, NOON.plus(Duration.ofHours(1)), once, "bob");
    }

    private static GrantTerms terms(AtHoursEnd atEnd) {
        return new GrantTerms(Set.of(), false, 0, Optional.empty(), Optional.empty(), atEnd);
    }

    private AccessRequest request(String id) {
        return new AccessRequest(id, ALICE, "server7", TARGET, "why", Duration.ofHours(1), clock.instant());
    }

    private Requester alice() {
        return Requester.of(ALICE, InetAddress.getLoopbackAddress(), clock.instant());
    }

    private static boolean opens(AccessPolicy policy, Requester requester) {
        return policy.decide(requester, TARGET.host(), TARGET.port(), _ -> List.of()) instanceof Access.Allow;
    }

    @Test
    void theRuleOfAGrantEndsByItself() {
        add(grant("0000000001", false));
        AccessPolicy ends = none.followedBy(grants.rules(terms(AtHoursEnd.DISCONNECT)));
        AccessPolicy letsFinish = none.followedBy(grants.rules(terms(AtHoursEnd.CONTINUE)));
        clock.advance(Duration.ofMinutes(59));
        assertThat(opens(ends, alice())).isTrue();
        assertThat(opens(letsFinish, alice())).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(opens(ends, alice())).isFalse();
        assertThat(opens(letsFinish, alice())).isFalse();
        assertThat(opens(ends, alice().withChannelSince(NOON))).isFalse();
        assertThat(opens(letsFinish, alice().withChannelSince(NOON))).isTrue();
        assertThat(opens(letsFinish, alice().withChannelSince(NOON.plus(Duration.ofHours(1)))))
                .isFalse();
    }

    @Test
    void aChannelIsLookedAtAgainWhenItsGrantEnds() {
        add(grant("0000000001", false));
        clock.advance(Duration.ofMinutes(57));
        Access access = none.followedBy(grants.rules(terms(AtHoursEnd.DISCONNECT)))
                .decide(alice(), TARGET.host(), TARGET.port(), _ -> List.of());
        assertThat(((Access.Allow) access).reviewAfter()).contains(Duration.ofMinutes(3));
    }

    @Test
    void rulesOfATunnelAreAskedWithTheGrantsOfNow() {
        PolicyInForce inForce = new PolicyInForce(none);
        add(grant("0000000001", false));
        inForce.grant(grants.rules(terms(AtHoursEnd.DISCONNECT)));
        AccessPolicy ofTunnel = inForce.get();
        assertThat(opens(inForce.withGrantsOfNow(ofTunnel), alice())).isTrue();
        grants.remove("0000000001");
        inForce.grant(grants.rules(terms(AtHoursEnd.DISCONNECT)));
        assertThat(opens(inForce.withGrantsOfNow(ofTunnel), alice())).isFalse();
    }

    @Test
    void aRequestThatCannotBeGrantedNowGoesOnWaiting() {
        for (int i = 0; i < AccessGrants.MOST_GRANTS_OF_A_USER; i++) {
            add(grant("00000000" + (10 + i), "pc" + i, false));
        }
        assertThat(ask(request("00000000ff"))).isEmpty();
        assertThat(approve(grant("00000000ff", false))).isPresent();
        assertThat(grants.requests()).hasSize(1);
        grants.remove("0000000010");
        assertThat(approve(grant("00000000ff", false))).isEmpty();
        assertThat(grants.requests()).isEmpty();
        assertThat(approve(grant("00000000ff", false))).as("a second answer").isPresent();
    }

    /** What is not in the audit log yet is in the file, and opens nothing. */
    @Test
    void whatIsNewIsNobodysToSeeUntilItIsReleased() {
        assertThat(grants.ask(request("00000000aa"))).isEmpty();
        assertThat(grants.requests()).isEmpty();
        assertThat(grants.request("00000000aa")).isEmpty();
        assertThat(grants.take("00000000aa")).isEmpty();
        assertThat(grants.approve(grant("00000000aa", false))).isPresent();
        assertThat(grants.text()).contains("\nrequest\t00000000aa");
        grants.release("00000000aa");
        assertThat(grants.approve(grant("00000000aa", false))).isEmpty();
        assertThat(grants.requests()).as("answered").isEmpty();
        assertThat(grants.grants()).isEmpty();
        assertThat(grants.rules(terms(AtHoursEnd.DISCONNECT))).isEmpty();
        assertThat(grants.text()).contains("\ngrant\t00000000aa");
        grants.release("00000000aa");
        assertThat(grants.rules(terms(AtHoursEnd.DISCONNECT))).hasSize(1);
    }

    private AccessRequest request(int number, String user, String desktop) {
        Identity asker = Identity.local("local", "ntlm", user, Set.of(), Set.of());
        return new AccessRequest(
                "%010x".formatted(number), asker, desktop, TARGET, "why", Duration.ofHours(1), clock.instant());
    }

    @Test
    void requestsAndGrantsHaveBounds() {
        for (int number = 0; number < AccessGrants.MOST_REQUESTS; number++) {
            assertThat(ask(request(number, "user" + number / AccessGrants.MOST_REQUESTS_OF_A_USER, "pc" + number)))
                    .isEmpty();
            if (number == AccessGrants.MOST_REQUESTS_OF_A_USER) {
                assertThat(ask(request(5000, "user0", "another")))
                        .as("of a user")
                        .isPresent();
            }
        }
        assertThat(ask(request(5001, "new", "pc"))).as("in all").isPresent();
        for (int number = 0; number < AccessGrants.MOST_GRANTS; number++) {
            AccessRequest asked = request(number, "user" + number, "pc");
            assertThat(add(asked.granted(NOON, NOON.plus(Duration.ofHours(1)), false, "bob")))
                    .isEmpty();
        }
        AccessRequest more = request(5002, "new", "pc");
        assertThat(add(more.granted(NOON, NOON.plus(Duration.ofHours(1)), false, "bob")))
                .isPresent();
        clock.advance(AccessGrants.UNANSWERED);
        assertThat(grants.requests()).as("for a day").hasSize(AccessGrants.MOST_REQUESTS);
        clock.advance(Duration.ofSeconds(1));
        assertThat(grants.requests()).isEmpty();
        assertThat(ask(request(5003, "user0", "pc"))).isEmpty();
    }

    @Test
    void aGrantTakesThePlaceOfTheOneBefore() {
        for (int i = 0; i < AccessGrants.MOST_GRANTS_OF_A_USER; i++) {
            assertThat(add(grant("00000000" + (10 + i), "pc" + i, false))).isEmpty();
        }
        TemporaryGrant later = grant("00000000ff", "pc3", true);
        assertThat(grants.add(later)).as("none more than before").isEmpty();
        assertThat(grants.has("0000000013")).as("until it is released").isTrue();
        String meanwhile = grants.text();
        assertThat(grants.release(later.id())).extracting(TemporaryGrant::id).containsExactly("0000000013");
        assertThat(grants.grants()).hasSize(AccessGrants.MOST_GRANTS_OF_A_USER).contains(later);
        assertThat(grants.has("0000000013")).isFalse();
        AccessGrants after = new AccessGrants(clock);
        assertThat(after.restore(meanwhile)).isEmpty();
        assertThat(after.grants()).as("after a crash").isEqualTo(grants.grants());
    }

    @Test
    void askingAgainTakesNoRequestAwayFromAnApproverWhoLooksAtIt() {
        assertThat(ask(request("00000000aa"))).isEmpty();
        assertThat(ask(request("00000000bb"))).isPresent();
        assertThat(grants.request("00000000aa")).isPresent();
        clock.advance(AccessGrants.UNCHANGED);
        assertThat(ask(request("00000000bb"))).isEmpty();
        assertThat(grants.requests()).hasSize(1);
    }

    @Test
    void aUserLearnsThatARequestWasRefusedUntilTheyAskAgain() {
        assertThat(ask(request("00000000aa"))).isEmpty();
        assertThat(grants.deny("00000000aa")).isPresent();
        assertThat(grants.deny("00000000aa")).as("a second answer").isEmpty();
        assertThat(grants.denied("\\alice")).extracting(AccessRequest::id).containsExactly("00000000aa");
        assertThat(grants.denied("\\bob")).isEmpty();
        assertThat(ask(request("00000000bb"))).isEmpty();
        assertThat(grants.denied("\\alice")).isEmpty();
        clock.advance(AccessGrants.UNANSWERED);
        assertThat(grants.deny("00000000bb")).isPresent();
        clock.advance(AccessGrants.UNANSWERED);
        assertThat(grants.denied("\\alice")).as("a day after the refusal").hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(grants.denied("\\alice")).isEmpty();
    }

    @Test
    void aGrantThatHasItsOneSessionHasItAfterARestart() {
        add(grant("0000000001", true));
        add(grant("0000000002", "server8", true));
        grants.use("0000000001");
        AccessGrants after = new AccessGrants(clock);
        assertThat(after.restore(grants.text())).isEmpty();
        assertThat(after.isInUse("0000000001")).isTrue();
        assertThat(after.isInUse("0000000002")).isFalse();
        assertThat(after.grants()).allMatch(TemporaryGrant::once).hasSize(2);
        grants.remove("0000000001");
        assertThat(grants.isInUse("0000000001")).isFalse();
    }

    @Test
    void aGrantWhoseSessionGoesOnStaysRevocable() {
        add(grant("0000000001", false));
        clock.advance(Duration.ofHours(1));
        assertThat(grants.expire(_ -> true)).hasSize(1);
        assertThat(grants.expire(_ -> true)).as("told once").isEmpty();
        assertThat(grants.grants()).hasSize(1);
        assertThat(grants.text()).isEqualTo("gatehouse grants, 0 lines\n");
        assertThat(grants.expire(_ -> false)).isEmpty();
        assertThat(grants.grants()).isEmpty();
    }

    @Test
    void whatIsAskedOfEveryGrantIsAskedAsByARule() {
        add(grant("0000000001", false));
        GrantTerms terms = new GrantTerms(
                Set.of("ntlm"),
                true,
                RedirectionFlag.DISABLE_CLIPBOARD.bit(),
                Optional.of(Duration.ofMinutes(20)),
                Optional.of(Duration.ofHours(2)),
                AtHoursEnd.DISCONNECT);
        AccessPolicy policy = none.followedBy(grants.rules(terms));
        Identity proved = ALICE.withProofs(Set.of(Identity.Proof.MULTI_FACTOR));
        Identity basic = Identity.local("local", "basic", "alice", Set.of(), proved.proofs());
        assertThat(opens(policy, alice())).as("without a second factor").isFalse();
        assertThat(opens(policy, alice().of(basic))).as("by another method").isFalse();
        assertThat(opens(policy, alice().of(proved))).isTrue();
        Admission admission = policy.admit(alice().of(proved)).orElseThrow();
        assertThat(admission.redirectionFlags()).isEqualTo(RedirectionFlag.DISABLE_CLIPBOARD.bit());
        assertThat(admission.idleTimeoutMinutes()).isEqualTo(20);
        assertThat(policy.decide(alice().of(proved), TARGET.host(), TARGET.port(), _ -> List.of()))
                .isInstanceOfSatisfying(
                        Access.Allow.class,
                        allow -> assertThat(allow.rule().sessionTimeout()).contains(Duration.ofHours(2)));
    }

    /** An hour that was granted while the clock was ahead must not last for all that time. */
    @Test
    void whatWasMadeWhileTheClockWasAheadEndsWhenItIsSetBack() {
        clock.advance(Duration.ofDays(30));
        assertThat(ask(request("00000000aa"))).isEmpty();
        add(new TemporaryGrant(
                "0000000001",
                "\\alice",
                "server7",
                TARGET,
                "why",
                clock.instant(),
                clock.instant().plus(Duration.ofHours(1)),
                false,
                "bob"));
        clock.advance(Duration.ofMinutes(-4));
        assertThat(grants.grants()).as("by a little").hasSize(1);
        assertThat(grants.requests()).hasSize(1);
        clock.advance(Duration.ofDays(-30));
        assertThat(grants.grants()).isEmpty();
        assertThat(grants.requests()).isEmpty();
        assertThat(grants.expire(_ -> true)).hasSize(1);
        assertThat(grants.has("0000000001")).as("whatever is open by it").isFalse();
    }

    @Test
    void aGrantThatHasEndedOpensNothingWhenTheClockIsSetBack() {
        add(grant("0000000001", false));
        clock.advance(Duration.ofHours(1));
        assertThat(grants.expire(_ -> true)).hasSize(1);
        clock.advance(Duration.ofMinutes(-1));
        assertThat(grants.expire(_ -> true)).as("told already").isEmpty();
        assertThat(opens(none.followedBy(grants.rules(terms(AtHoursEnd.CONTINUE))), alice()))
                .isFalse();
    }

    /** Names come from identity providers, which may put anything into them. */
    @Test
    void everyNameOutlivesARestart() {
        Identity odd = new Identity(
                        "oidc",
                        "oidc",
                        "al\tice\n% 100%25+\u202e",
                        Optional.of("CORP"),
                        Optional.of("alice@corp.example.com"),
                        Set.of(),
                        Set.of("S-1-5-21-7"),
                        Set.of())
                .withGroupsAsInRules(Set.of("CORP\\a, b", "c%2Cd"))
                .withClaims(Map.of("email", Set.of("a,=b@example.com"), "upn", Set.of("x@example.com")));
        AccessRequest asked = new AccessRequest(
                "00000000aa", odd, "server7", TARGET, "why, 100%", Duration.ofHours(1), clock.instant());
        assertThat(ask(asked)).isEmpty();
        TemporaryGrant granted = new AccessRequest("00000000bb", odd, "server7", TARGET, "x", Duration.ofHours(1), NOON)
                .granted(NOON, NOON.plus(Duration.ofHours(1)), false, "b\tob");
        add(granted);
        AccessGrants after = new AccessGrants(clock);
        assertThat(after.restore(grants.text())).isEmpty();
        assertThat(after.requests()).containsExactly(asked);
        assertThat(after.grants()).containsExactly(granted);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            the id          | 1  | x
            the same id     | 1  | 00000000aa
            the time        | 3  | tomorrow
            one session     | 4  | maybe
            the account     | 5  | alice
            nobody          | 5  | CORP\\
            the host        | 7  | *
            the port        | 8  | 0
            another port    | 8  | 65536
            an escape       | 10 | %zz
            a hidden letter | 10 | a\u202eb
            """)
    void aFileThatWasChangedByHandIsRefusedAsAWhole(String what, int field, String value) {
        add(grant("00000000bb", false));
        assertThat(ask(request("00000000aa"))).isEmpty();
        List<String> lines = grants.text().lines().toList();
        String[] fields = lines.get(1).split("\t", -1);
        fields[field] = value;
        AccessGrants after = new AccessGrants(clock);
        assertThat(after.restore(lines.getFirst() + "\n" + String.join("\t", fields) + "\n" + lines.getLast() + "\n"))
                .as(what)
                .isPresent();
        assertThat(after.grants()).isEmpty();
        assertThat(after.requests()).isEmpty();
        assertThat(after.restore(grants.text())).isEmpty();
        assertThat(after.grants()).hasSize(1);
    }

    @Test
    void aFileThatWasCutAnywhereIsRefused() {
        add(grant("00000000bb", false));
        assertThat(ask(request("00000000aa"))).isEmpty();
        String whole = grants.text();
        for (int length = 1; length < whole.length(); length++) {
            assertThat(new AccessGrants(clock).restore(whole.substring(0, length)))
                    .as("after " + length + " characters")
                    .isPresent();
        }
        assertThat(new AccessGrants(clock).restore(whole)).isEmpty();
        assertThat(new AccessGrants(clock).restore("")).isEmpty();
    }

    @Test
    void aFileWithoutACountIsReadAsBefore() {
        add(grant("00000000bb", false));
        assertThat(ask(request("00000000aa"))).isEmpty();
        String whole = grants.text();
        AccessGrants after = new AccessGrants(clock);
        assertThat(after.restore(whole.substring(whole.indexOf('\n') + 1))).isEmpty();
        assertThat(after.grants()).hasSize(1);
        assertThat(after.requests()).hasSize(1);
    }

    /** A rule may deny by address what a grant allows by name. */
    @Test
    void aRuleThatDeniesByAddressWins() throws Exception {
        Target named = new Target("server7.example.com", 3389);
        add(new AccessRequest("00000000aa", ALICE, "server7", named, "why", Duration.ofHours(1), NOON)
                .granted(NOON, NOON.plus(Duration.ofHours(1)), false, "bob"));
        PolicyRule deny = new PolicyRule(
                new Rule("not the vault", Optional.empty(), Optional.empty()),
                RuleAction.DENY,
                List.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Conditions.NONE,
                List.of(((Parsed.Valid<TargetPattern>) TargetPattern.parse("10.1.0.0/24")).value()),
                List.of(new PortRange(1, 65535)),
                0);
        AccessPolicy policy =
                new AccessPolicy(List.of(deny), _ -> false).followedBy(grants.rules(terms(AtHoursEnd.DISCONNECT)));
        for (int block = 0; block < 2; block++) {
            InetAddress address = InetAddress.getByAddress(new byte[] {10, 1, (byte) block, 7});
            assertThat(
                            policy.decide(alice(), named.host(), named.port(), _ -> List.of(address))
                                    instanceof Access.Allow)
                    .as("at " + address)
                    .isEqualTo(block == 1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            alice                  | CORP        | -                         | -                    | true
            ALICE                  | corp        | -                         | -                    | true
            alice@corp.example.com | -           | -                         | -                    | true
            alice                  | -           | -                         | -                    | true
            alice                  | UNKNOWN     | -                         | -                    | true
            alice@example.net      | -           | -                         | -                    | true
            alice/admin            | CORP        | -                         | -                    | true
            a.smith                | CORP        | alice@corp.example.com    | -                    | true
            a.smith                | CORP        | Alice.Smith@example.net   | -                    | true
            asmith                 | -           | -                         | alice.smith@example.net | true
            asmith                 | LAB         | -                         | alice.smith@example.net | true
            alice.smith            | example.net | -                         | -                    | true
            a-s                    | -           | -                         | AS@mail.example.com  | true
            alice                  | LAB         | -                         | -                    | false
            alice                  | LAB         | alice@lab.example.com     | -                    | false
            asmith                 | LAB         | -                         | bob@example.net      | false
            bob                    | CORP        | -                         | -                    | false
            bob                    | -           | -                         | -                    | false
            """)
    void aUserDoesNotApproveTheirOwnRequestByAnotherName(
            String user, String domain, String upn, String email, boolean own) {
        Domain corp = new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of(), List.of(), List.of());
        Domain lab = new Domain("LAB", Optional.of("LAB.EXAMPLE.COM"), List.of(), List.of(), List.of());
        GrantSettings settings = new GrantSettings(
                Set.of("server7"),
                Optional.empty(),
                new AccountSelection(List.of(), Set.of("staff")),
                Duration.ofHours(8),
                false,
                terms(AtHoursEnd.DISCONNECT),
                new Domains(List.of(corp, lab)));
        AccessRequest request = new AccessRequest(
                "00000000aa",
                settings.condensed(identity("alice", Optional.of("CORP"), Optional.of("alice.smith@example.net"))
                        .withClaims(Map.of("email", Set.of("as@mail.example.com"), "amr", Set.of("otp")))),
                "server7",
                TARGET,
                "why",
                Duration.ofHours(1),
                NOON);
        Identity who = identity(user, Optional.ofNullable(domain), Optional.ofNullable(upn))
                .withClaims(email == null ? Map.of() : Map.of("email", Set.of(email)));
        assertThat(settings.isOwn(who, request)).isEqualTo(own);
        assertThat(request.asker().claims()).as("names alone are kept").containsOnlyKeys("email");
    }

    private static Identity identity(String user, Optional<String> domain, Optional<String> upn) {
        return new Identity("any", "any", user, domain, upn, Set.of(), Set.of(), Set.of());
    }
}
