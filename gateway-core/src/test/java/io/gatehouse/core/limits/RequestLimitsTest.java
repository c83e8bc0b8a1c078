package io.gatehouse.core.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.MonotonicClock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestLimitsTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    /** Readings of a clock may be negative, and wrap. */
    private long now = Long.MAX_VALUE - 1_000_000;

    private final MonotonicClock clock = () -> now;
    private final RequestLimits limits = new RequestLimits(clock, 60, 8);

    private int allowed(InetAddress address) {
        int count = 0;
        while (limits.count(address)) {
            count++;
        }
        return count;
    }

    @Test
    void sourceHasAMinutesRequestsAndGetsThemBackEvenly() {
        assertThat(allowed(ONE)).isEqualTo(60);
        assertThat(allowed(OTHER)).isEqualTo(60);
        now += Duration.ofMillis(999).toNanos();
        assertThat(allowed(ONE)).isZero();
        now += Duration.ofMillis(1).toNanos();
        assertThat(allowed(ONE)).isEqualTo(1);
        now += Duration.ofSeconds(10).toNanos();
        assertThat(allowed(ONE)).isEqualTo(10);
        now += Duration.ofHours(1).toNanos();
        assertThat(allowed(ONE)).isEqualTo(60);
    }

    @Test
    void networkOfIpv6IsOneSource() {
        assertThat(allowed(InetAddress.ofLiteral("2001:db8::1"))).isEqualTo(60);
        assertThat(allowed(InetAddress.ofLiteral("2001:db8::ffff:1"))).isZero();
        assertThat(allowed(InetAddress.ofLiteral("2001:db8:0:1::1"))).isEqualTo(60);
    }

    @Test
    void sourceHasAQuarterOfThePlaces() {
        List<RequestLimits.Permit> places = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            places.add(limits.enter(ONE).orElseThrow());
        }
        assertThat(limits.enter(ONE)).isEmpty();
        assertThat(limits.enter(OTHER)).isPresent();
        assertThat(limits.underWay()).isEqualTo(3);
        places.getFirst().close();
        places.getFirst().close();
        assertThat(limits.underWay()).isEqualTo(2);
        assertThat(limits.enter(ONE)).isPresent();
        assertThat(limits.enter(ONE)).isEmpty();
    }

    @Test
    void allSourcesTogetherHaveSoManyPlaces() {
        for (int i = 0; i < 8; i++) {
            assertThat(limits.enter(InetAddress.ofLiteral("192.0.2." + i))).isPresent();
        }
        assertThat(limits.enter(InetAddress.ofLiteral("192.0.2.100"))).isEmpty();
    }

    @Test
    void onePlaceIsStillOneForASource() {
        assertThat(new RequestLimits(clock, 1, 1).enter(ONE)).isPresent();
        assertThatThrownBy(() -> new RequestLimits(clock, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RequestLimits(clock, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
