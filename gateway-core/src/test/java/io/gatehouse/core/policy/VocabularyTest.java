package io.gatehouse.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.core.net.PortRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tokens that were made under other rules than those that hold now. */
class VocabularyTest {
    private static final Identity MALLORY = Identity.local(
                    "local", "basic", "mallory", Set.of("staff", "contractors"), Set.of())
            .withClaims(Map.of("acr", Set.of("low"), "amr", Set.of("pwd")));
    private static final PolicyRule STAFF = rule("staff", RuleAction.ALLOW, Set.of("staff"), Map.of());
    private static final PolicyRule NO_CONTRACTORS =
            rule("no contractors", RuleAction.DENY, Set.of("contractors"), Map.of());
    private static final PolicyRule NOT_LOW = rule("not low", RuleAction.DENY, Set.of(), Map.of("acr", Set.of("low")));

    private static PolicyRule rule(
            String name, RuleAction action, Set<String> groups, Map<String, Set<String>> claims) {
        return new PolicyRule(
                new Rule(name, Optional.empty(), Optional.empty()),
                action,
                List.of(),
                groups,
                Set.of(),
                Set.of(),
                new Conditions(claims, false, List.of(), List.of(), Set.of(), Optional.empty(), AtHoursEnd.DISCONNECT),
                List.of(new TargetPattern.Any()),
                List.of(new PortRange(1, 65535)),
                0);
    }

    private static AccessPolicy policy(PolicyRule... rules) {
        return new AccessPolicy(List.of(rules), _ -> false);
    }

    private static String answer(AccessPolicy policy, Identity identity) {
        return switch (policy.decide(AccessPolicyTest.requester(identity), "10.1.0.1", 3389, _ -> List.of())) {
            case Access.Allow allow -> "allow " + allow.rule().name();
            case Access.Deny deny -> "deny: " + deny.why();
            case Access.Unresolved(String why) -> why;
        };
    }

    @Test
    void aTokenKeepsWhatRulesName() {
        Identity condensed = policy(STAFF, NOT_LOW).condensed(MALLORY);
        assertThat(condensed.groups()).containsExactly("staff");
        assertThat(condensed.claims()).isEqualTo(Map.of("acr", Set.of("low")));
        assertThat(answer(policy(STAFF), policy(STAFF).condensed(MALLORY))).isEqualTo("allow staff");
    }

    @Test
    void aRuleThatDeniesAGroupWhichNoRuleNamedBeforeDeniesTheTokensOfThatTime() {
        Identity condensed = policy(STAFF).condensed(MALLORY);
        AccessPolicy next = policy(NO_CONTRACTORS, STAFF);
        assertThat(answer(next, condensed))
                .isEqualTo(
                        "deny: rule \"no contractors\" may deny 10.1.0.1:3389, and the token does not say it: the rules"
                                + " named other groups when it was made (expected a new token or .rdp file)");
        assertThat(next.admit(AccessPolicyTest.requester(condensed))).isEmpty();
        assertThat(answer(next, MALLORY)).isEqualTo("deny: rule \"no contractors\" denies 10.1.0.1:3389");
        Identity alice = MALLORY.withGroups(Set.of("staff"), Set.of());
        assertThat(answer(next, alice)).as("of whom everything is known").isEqualTo("allow staff");
        assertThat(answer(next, next.condensed(alice))).isEqualTo("allow staff");
    }

    @Test
    void aRuleThatDeniesAClaimWhichNoRuleNamedBeforeDeniesTheTokensOfThatTime() {
        Identity condensed = policy(STAFF).condensed(MALLORY);
        assertThat(answer(policy(NOT_LOW, STAFF), condensed)).startsWith("deny: rule \"not low\" may deny");
        assertThat(answer(policy(NOT_LOW, STAFF), policy(NOT_LOW, STAFF).condensed(MALLORY)))
                .isEqualTo("deny: rule \"not low\" denies 10.1.0.1:3389");
    }

    /** Nobody needs a new token because of rules that allow something else. */
    @Test
    void aRuleThatAllowsAnotherGroupTakesNothingFromTokens() {
        Identity condensed = policy(STAFF).condensed(MALLORY);
        PolicyRule contractors = rule("contractors", RuleAction.ALLOW, Set.of("contractors"), Map.of());
        assertThat(answer(policy(contractors, STAFF), condensed)).isEqualTo("allow staff");
        assertThat(answer(policy(contractors), condensed)).startsWith("deny: no rule is for this user");
    }

    /** The reload takes nothing from users about whom the rules of their tokens asked the same. */
    @Test
    void aDenialWhoseGroupsWereNamedBeforeIsNotInDoubtWhenAnotherRuleNamesMore() {
        Identity mallory = policy(NO_CONTRACTORS, STAFF).condensed(MALLORY);
        Identity alice = policy(NO_CONTRACTORS, STAFF).condensed(MALLORY.withGroups(Set.of("staff"), Set.of()));
        PolicyInForce inForce = new PolicyInForce(policy(NO_CONTRACTORS, STAFF));
        PolicyRule cad = rule("cad", RuleAction.ALLOW, Set.of("cad"), Map.of());
        inForce.replace(policy(cad, NO_CONTRACTORS, STAFF));
        assertThat(answer(inForce.get(), alice)).isEqualTo("allow staff");
        assertThat(answer(inForce.get(), mallory)).isEqualTo("deny: rule \"no contractors\" denies 10.1.0.1:3389");
        inForce.replace(policy(cad, NO_CONTRACTORS, NOT_LOW, STAFF));
        assertThat(answer(inForce.get(), alice)).startsWith("deny: rule \"not low\" may deny");
        PolicyRule noInterns = rule("no interns", RuleAction.DENY, Set.of("contractors", "interns"), Map.of());
        inForce.replace(policy(noInterns, STAFF));
        assertThat(answer(inForce.get(), alice)).startsWith("deny: rule \"no interns\" may deny");
        inForce.replace(policy(NO_CONTRACTORS, STAFF));
        assertThat(answer(inForce.get(), alice)).isEqualTo("allow staff");
    }

    @Test
    void theGroupsThatABackEndTellsLaterAreAllOfThem() {
        AccessPolicy next = policy(NO_CONTRACTORS, STAFF);
        Identity told = policy(STAFF)
                .condensed(MALLORY)
                .with(new Membership(Set.of("staff"), Identity.GroupNames.AS_IN_RULES, Set.of()));
        assertThat(answer(next, told)).isEqualTo("allow staff");
        assertThat(answer(policy(NOT_LOW, STAFF), told))
                .as("but no claims")
                .startsWith("deny: rule \"not low\" may deny");
    }

    @Test
    void whatIsLackingStaysLackingInASecondToken() {
        Identity condensed = policy(STAFF).condensed(MALLORY);
        AccessPolicy next = policy(NO_CONTRACTORS, STAFF);
        assertThat(answer(next, next.condensed(condensed))).startsWith("deny: rule \"no contractors\" may deny");
    }
}
