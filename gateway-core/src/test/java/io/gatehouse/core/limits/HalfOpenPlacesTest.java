package io.gatehouse.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.limits.HalfOpenPlaces.Entry;
import io.gatehouse.core.limits.HalfOpenPlaces.Limit;
import io.gatehouse.core.limits.HalfOpenPlaces.Place;
import io.gatehouse.core.limits.HalfOpenPlaces.PushedOut;
import io.gatehouse.core.limits.HalfOpenPlaces.Stage;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfOpenPlacesTest {
    private final HalfOpenPlaces<String> places = new HalfOpenPlaces<>(6, 4);
    private final Map<String, Place<String>> held = new HashMap<>();

    /** The connection that was given up for it; {@code taken} when none was, or {@code refused}. */
    private String enter(String name, String client, boolean known) {
        return switch (places.enter(name, InetAddress.ofLiteral(client), known, false)) {
            case Entry.Refused<String> _ -> "refused";
            case Entry.Taken<String>(Place<String> place, Optional<PushedOut<String>> pushedOut) -> {
                held.put(name, place);
                yield pushedOut.map(PushedOut::holder).orElse("taken");
            }
        };
    }

    private String enter(String name, String client) {
        return enter(name, client, false);
    }

    private void advance(String name, Stage stage) {
        places.advance(Objects.requireNonNull(held.get(name)), stage);
    }

    private void leave(String name) {
        places.leave(Objects.requireNonNull(held.get(name)));
    }

    @Test
    void whenAllIsTakenTheSourceThatHoldsMostGivesItsOldestUp() {
        enter("other 1", "198.51.100.1");
        enter("other 2", "203.0.113.1");
        for (int i = 1; i <= 4; i++) {
            assertThat(enter("attack " + i, "192.0.2.1")).isEqualTo("taken");
        }
        assertThat(enter("new 1", "198.51.101.1")).isEqualTo("attack 1");
        assertThat(enter("new 2", "198.51.102.1")).isEqualTo("attack 2");
        assertThat(places.count()).isEqualTo(6);
    }

    /** One connection from each of many addresses must not look like many who have one each. */
    @Test
    void theAddressesOfAnIpv4NetworkCountTogether() {
        enter("other 1", "198.51.100.1");
        enter("other 2", "198.51.100.1");
        for (int i = 1; i <= 4; i++) {
            enter("attack " + i, "192.0.2." + i);
        }
        assertThat(enter("new", "203.0.113.1")).isEqualTo("attack 1");
        assertThat(enter("attack 5", "192.0.2.5")).as("it gives up its own").isEqualTo("attack 2");
    }

    /** Providers give homes a /56 and sites a /48, each with many /64. */
    @Test
    void theNetworksOfAnIpv6SiteCountTogether() {
        enter("other 1", "2001:db8:1::1");
        enter("other 2", "2001:db8:1::1");
        enter("attack 1", "2001:db8:2:100::1");
        enter("attack 2", "2001:db8:2:201::1");
        enter("attack 3", "2001:db8:2:202::1");
        enter("attack 4", "2001:db8:2:300::1");
        assertThat(enter("new 1", "2001:db8:3::1"))
                .as("of the /56 with two, in the /48 with four")
                .isEqualTo("attack 2");
        assertThat(enter("new 2", "2001:db8:4::1")).isEqualTo("attack 1");
        assertThat(enter("new 3", "192.0.2.1"))
                .as("of two networks with two each, the oldest")
                .isEqualTo("other 1");
    }

    @Test
    void whoGotFurtherIsGivenUpLater() {
        enter("oldest", "192.0.2.1");
        enter("older", "192.0.2.1");
        enter("newer", "192.0.2.1");
        enter("newest", "192.0.2.1");
        enter("other 1", "198.51.100.1");
        enter("other 2", "198.51.101.1");
        advance("oldest", Stage.IN_TUNNEL);
        advance("older", Stage.ASKED);
        advance("newer", Stage.ENCRYPTED);
        advance("oldest", Stage.CONNECTED);
        assertThat(enter("new 1", "203.0.113.1")).isEqualTo("newest");
        assertThat(enter("new 2", "203.0.114.1")).isEqualTo("newer");
        assertThat(enter("new 3", "203.0.115.1")).isEqualTo("older");
        assertThat(enter("new 4", "203.0.116.1"))
                .as("all have one: who got least far, the oldest of them")
                .isEqualTo("other 1");
    }

    @Test
    void aSourceAtItsLimitHasAPlaceForANewcomerWhileOneOfItsOwnAskedNothing() {
        for (int i = 1; i <= 4; i++) {
            enter("connection " + i, "192.0.2.1");
        }
        advance("connection 1", Stage.ASKED);
        advance("connection 2", Stage.ASKED);
        assertThat(enter("connection 5", "192.0.2.1")).isEqualTo("connection 3");
        for (int i = 4; i <= 5; i++) {
            advance("connection " + i, Stage.ASKED);
        }
        assertThat(places.enter("connection 6", InetAddress.ofLiteral("192.0.2.1"), false, false))
                .isEqualTo(new Entry.Refused<String>(Limit.SOURCE));
        leave("connection 1");
        leave("connection 1");
        assertThat(enter("connection 6", "192.0.2.1")).isEqualTo("taken");
        assertThat(places.count()).isEqualTo(4);
    }

    @Test
    void strangersGiveWayToWhoSignedInLately() {
        for (int i = 1; i <= 6; i++) {
            enter("stranger " + i, "192.0." + i + ".1");
        }
        for (int i = 1; i <= 3; i++) {
            assertThat(enter("known " + i, "198.51.100.1", true)).isEqualTo("stranger " + i);
        }
        assertThat(enter("stranger 7", "192.0.7.1"))
                .as("though the known source holds most")
                .isEqualTo("stranger 4");
    }

    /** Somebody with one account must not be able to take all places for good. */
    @Test
    void beyondHalfOfThePlacesWhoSignedInLatelyHasNoPrivilege() {
        for (int i = 1; i <= 4; i++) {
            enter("known " + i, "198.51.100.1", true);
        }
        enter("stranger 1", "192.0.2.1");
        enter("stranger 2", "192.0.3.1");
        assertThat(enter("stranger 3", "192.0.4.1")).isEqualTo("known 1");
        assertThat(enter("stranger 4", "192.0.5.1")).isEqualTo("stranger 1");
    }

    @Test
    void whenTunnelsTakeAllConnectionsOnlyPlacesBeforeSignInAreGivenUp() {
        InetAddress client = InetAddress.ofLiteral("192.0.2.1");
        assertThat(places.enter("first", client, false, true)).isEqualTo(new Entry.Refused<String>(Limit.ALL));
        enter("second", "198.51.100.1", true);
        assertThat(places.enter("third", client, false, true))
                .as("what is reserved for the known is not given up")
                .isEqualTo(new Entry.Refused<String>(Limit.ALL));
        assertThat(places.enter("fourth", client, true, true)).isInstanceOf(Entry.Taken.class);
        assertThat(places.count()).isEqualTo(1);
    }

    @Test
    void roomIsMadeForAConnectionThatHoldsNoPlace() {
        assertThat(places.makeRoom()).isEmpty();
        enter("first", "192.0.2.1");
        enter("second", "198.51.100.1", true);
        assertThat(places.makeRoom()).contains(new PushedOut<>("first", Limit.ALL));
        assertThat(places.makeRoom()).contains(new PushedOut<>("second", Limit.ALL));
        assertThat(places.count()).isZero();
    }

    /** The order of networks must hold however connections come, advance and go. */
    @Test
    void thousandsComeAdvanceAndGo() {
        HalfOpenPlaces<Integer> many = new HalfOpenPlaces<>(500, 100);
        Map<Integer, Place<Integer>> there = new HashMap<>();
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            String client = random.nextBoolean()
                    ? "192.0." + random.nextInt(8) + "." + random.nextInt(4)
                    : "2001:db8:" + random.nextInt(4) + ":" + random.nextInt(600) + "::1";
            if (many.enter(i, InetAddress.ofLiteral(client), random.nextInt(4) == 0, false)
                    instanceof Entry.Taken<Integer>(Place<Integer> place, Optional<PushedOut<Integer>> pushedOut)) {
                pushedOut.ifPresent(
                        gone -> assertThat(there.remove(gone.holder())).isNotNull());
                there.put(i, place);
            }
            Place<Integer> some = there.get(random.nextInt(i + 1));
            if (some != null) {
                many.advance(some, random.nextBoolean() ? Stage.ENCRYPTED : Stage.ASKED);
            }
            int gone = random.nextInt(i + 1);
            Place<Integer> leaving = there.remove(gone);
            if (leaving != null) {
                many.leave(leaving);
            }
            assertThat(many.count()).isEqualTo(there.size());
        }
        there.values().forEach(many::leave);
        assertThat(many.count()).isZero();
    }
}
