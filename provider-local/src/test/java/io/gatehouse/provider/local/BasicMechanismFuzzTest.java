package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.Venue;
import java.net.InetAddress;
import java.util.List;

/**
 * Whatever a client sends as Basic is refused as malformed, or becomes a claim of a name that can be logged and looked
 * up.
 */
class BasicMechanismFuzzTest {
    private static final BasicMechanism BASIC =
            new BasicMechanism(new RealmChain(List.of()), new LocalNames("gw.example.com", Domains.NONE));
    private static final Peer PEER = new Peer(InetAddress.getLoopbackAddress(), true, false, List.of());

    @FuzzTest
    void everyTokenIsMalformedOrAClaim(byte[] token) {
        switch (BASIC.open(PEER, Venue.HTTP_AUTHORIZATION).next(Token.of(token))) {
            case Step.Claim(String account, Step.Verification verification) -> {
                assertThat(account).isNotBlank().hasSizeLessThanOrEqualTo(1024);
                assertThat(account.chars()).noneMatch(Character::isISOControl);
                assertThat(verification.verify(Runnable::run)).isEqualTo(new Outcome.Rejected(Reason.NOT_KNOWN, ""));
            }
            case Outcome.Rejected(Reason reason, String detail) -> {
                assertThat(reason).isEqualTo(Reason.MALFORMED);
                assertThat(detail).isNotBlank();
            }
            case Step.Challenge challenge -> throw new AssertionError(challenge);
            case Outcome.Accepted accepted -> throw new AssertionError(accepted);
        }
    }
}
