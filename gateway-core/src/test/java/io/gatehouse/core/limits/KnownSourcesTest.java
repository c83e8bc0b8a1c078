package io.gatehouse.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KnownSourcesTest {
    private long now;
    private final KnownSources known = new KnownSources(() -> now);

    @Test
    void aSourceIsKnownForAWeekAfterSomebodySignedIn() {
        InetAddress home = InetAddress.ofLiteral("2001:db8::1");
        assertThat(known.isKnown(home)).isFalse();
        known.signedIn(home);
        now += Duration.ofDays(6).toNanos();
        assertThat(known.isKnown(InetAddress.ofLiteral("2001:db8::2"))).isTrue();
        assertThat(known.isKnown(InetAddress.ofLiteral("2001:db8:0:1::1"))).isFalse();
        known.signedIn(home);
        now += Duration.ofDays(6).toNanos();
        assertThat(known.isKnown(home)).isTrue();
        now += Duration.ofDays(1).toNanos();
        assertThat(known.isKnown(home)).isFalse();
    }
}
