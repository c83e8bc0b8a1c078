package io.gatehouse.core.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.login.MutableClock;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.policy.Requester;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessGrantsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T00:00:00Z");
    private static final Target TARGET = new Target("10.1.0.1", 3389);
    private static final Identity ALICE = Identity.local("local", "ntlm", "alice", Set.of(), Set.of());

    private final MutableClock clock = new MutableClock();
    private final AccessGrants grants = new AccessGrants(clock);
    private final AccessPolicy none = new AccessPolicy(List.of(), _ -> false);

    private TemporaryGrant grant(String id, boolean once) {
        return new TemporaryGrant(
                id, "\\alice", "server7", TARGET, "why", NOON, NOON.plus(Duration.ofHours(1)), once, "bob");
    }

    private AccessRequest request(String id) {
        return new AccessRequest(id, "\\alice", "server7", TARGET, "why", Duration.ofHours(1), clock.instant());
    }

    private Requester alice() {
        return Requester.of(ALICE, InetAddress.getLoopbackAddress(), clock.instant());
    }

    private static boolean opens(AccessPolicy policy, Requester requester) {
        return policy.decide(requester, TARGET.host(), TARGET.port(), _ -> List.of()) instanceof Access.Allow;
    }

    @Test
    void theRuleOfAGrantEndsByItself() {
        grants.add(grant("0000000001", false));
        AccessPolicy ends = none.followedBy(grants.rules(AtHoursEnd.DISCONNECT));
        AccessPolicy letsFinish = none.followedBy(grants.rules(AtHoursEnd.CONTINUE));
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
        grants.add(grant("0000000001", false));
        clock.advance(Duration.ofMinutes(57));
        Access access = none.followedBy(grants.rules(AtHoursEnd.DISCONNECT))
                .decide(alice(), TARGET.host(), TARGET.port(), _ -> List.of());
        assertThat(((Access.Allow) access).reviewAfter()).contains(Duration.ofMinutes(3));
    }

    @Test
    void rulesOfATunnelAreAskedWithTheGrantsOfNow() {
        PolicyInForce inForce = new PolicyInForce(none);
        grants.add(grant("0000000001", false));
        inForce.grant(grants.rules(AtHoursEnd.DISCONNECT));
        AccessPolicy ofTunnel = inForce.get();
        assertThat(opens(inForce.withGrantsOfNow(ofTunnel), alice())).isTrue();
        grants.remove("0000000001");
        inForce.grant(grants.rules(AtHoursEnd.DISCONNECT));
        assertThat(opens(inForce.withGrantsOfNow(ofTunnel), alice())).isFalse();
    }

    @Test
    void aRequestThatCannotBeGrantedNowGoesOnWaiting() {
        for (int i = 0; i < AccessGrants.MOST_GRANTS_OF_A_USER; i++) {
            grants.add(grant("00000000" + (10 + i), false));
        }
        assertThat(grants.ask(request("00000000ff"))).isEmpty();
        assertThat(grants.approve(grant("00000000ff", false))).isPresent();
        assertThat(grants.requests()).hasSize(1);
        grants.remove("0000000010");
        assertThat(grants.approve(grant("00000000ff", false))).isEmpty();
        assertThat(grants.requests()).isEmpty();
        assertThat(grants.approve(grant("00000000ff", false)))
                .as("a second answer")
                .isPresent();
    }

    @Test
    void askingAgainTakesNoRequestAwayFromAnApproverWhoLooksAtIt() {
        assertThat(grants.ask(request("00000000aa"))).isEmpty();
        assertThat(grants.ask(request("00000000bb"))).isPresent();
        assertThat(grants.request("00000000aa")).isPresent();
        clock.advance(AccessGrants.UNCHANGED);
        assertThat(grants.ask(request("00000000bb"))).isEmpty();
        assertThat(grants.requests()).hasSize(1);
    }

    @Test
    void aGrantThatHasItsOneSessionHasItAfterARestart() {
        grants.add(grant("0000000001", true));
        grants.add(grant("0000000002", true));
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
        grants.add(grant("0000000001", false));
        clock.advance(Duration.ofHours(1));
        assertThat(grants.expire(_ -> true)).hasSize(1);
        assertThat(grants.expire(_ -> true)).as("told once").isEmpty();
        assertThat(grants.grants()).hasSize(1);
        assertThat(grants.text()).isEmpty();
        assertThat(grants.expire(_ -> false)).isEmpty();
        assertThat(grants.grants()).isEmpty();
    }
}
