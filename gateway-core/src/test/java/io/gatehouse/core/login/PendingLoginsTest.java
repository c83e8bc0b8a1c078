package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.PEER;
import static io.gatehouse.core.login.FakeMechanism.address;
import static io.gatehouse.core.login.FakeMechanism.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Venue;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.login.PendingLogins.Leg;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PendingLoginsTest {
    private static final PendingLogins.Key KEY = key("{A}", Leg.OUT, "192.0.2.1");

    private final MutableClock clock = new MutableClock();
    private final FakeMechanism ntlm = FakeMechanism.ntlm();
    private final PendingLogins logins = new PendingLogins(clock, 2, 2);
    private final LoginServices services = new LoginServices(
            new GuessBudget(clock, 4, 4, Duration.ofMinutes(1)),
            (_, _) -> Runnable::run,
            Domains.NONE,
            (_, failure) -> {
                throw new AssertionError(failure);
            });

    private static PendingLogins.Key key(String id, Leg leg, String address) {
        return PendingLogins.Key.of(Optional.of(id), leg, address(address)).orElseThrow();
    }

    private LoginAttempt halfDone() {
        LoginAttempt attempt = new LoginAttempt(ntlm, PEER, Venue.HTTP_AUTHORIZATION, services);
        assertThat(attempt.next(token("NTLMSSP\0\1\0\0\0"))).isInstanceOf(LoginStep.Continue.class);
        return attempt;
    }

    @Test
    void anAttemptIsHandedOutOnceAndStaysOpen() {
        LoginAttempt attempt = halfDone();
        logins.put(KEY, attempt);
        assertThat(logins.take(key("{a}", Leg.OUT, "192.0.2.1"))).containsSame(attempt);
        assertThat(logins.take(KEY)).isEmpty();
        assertThat(ntlm.closed).isZero();
    }

    @Test
    void anotherLegAddressOrConnectionHasNoPartInIt() {
        logins.put(KEY, halfDone());
        assertThat(logins.take(key("{A}", Leg.IN, "192.0.2.1"))).isEmpty();
        assertThat(logins.take(key("{A}", Leg.OUT, "192.0.2.2"))).isEmpty();
        assertThat(logins.take(key("{B}", Leg.OUT, "192.0.2.1"))).isEmpty();
        assertThat(logins.take(KEY)).isPresent();
    }

    @Test
    void anAttemptLivesThirtySeconds() {
        logins.put(KEY, halfDone());
        clock.advance(Duration.ofSeconds(29));
        logins.expire();
        assertThat(ntlm.closed).isZero();
        clock.advance(Duration.ofSeconds(2));
        assertThat(logins.take(KEY)).isEmpty();
        logins.expire();
        assertThat(ntlm.closed).isEqualTo(1);
    }

    /** Somebody who sets the machine's date back an hour must not keep half-done attempts for an hour. */
    @Test
    void theDateOfTheMachineDoesNotMatter() {
        logins.put(KEY, halfDone());
        clock.set(clock.instant().plus(Duration.ofHours(1)));
        logins.expire();
        assertThat(ntlm.closed).isZero();
        clock.set(clock.instant().minus(Duration.ofHours(2)));
        clock.advance(Duration.ofSeconds(31));
        logins.expire();
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void theOneThatIsReplacedIsClosed() {
        LoginAttempt second = halfDone();
        logins.put(KEY, halfDone());
        logins.put(KEY, second);
        assertThat(ntlm.closed).isEqualTo(1);
        assertThat(logins.take(KEY)).containsSame(second);
    }

    @Test
    void theTableIsBoundedAndClosesWhatItPushesOut() {
        for (int i = 0; i < 10; i++) {
            logins.put(key("{" + i + "}", Leg.OUT, "192.0.2.1"), halfDone());
        }
        logins.expire();
        assertThat(ntlm.closed).isEqualTo(8);
    }

    /** Whoever begins sign-ins and never ends them must not push those of others out. */
    @Test
    void oneClientCannotPushTheAttemptsOfOthersOut() {
        PendingLogins large = new PendingLogins(clock, 10_000, 100);
        for (int i = 0; i < 30_000; i++) {
            large.put(key("before" + i, Leg.OUT, "192.0.2.66"), halfDone());
        }
        LoginAttempt attempt = halfDone();
        large.put(KEY, attempt);
        for (int i = 0; i < 300; i++) {
            large.put(key("after" + i, Leg.OUT, "192.0.2.66"), halfDone());
        }
        assertThat(large.take(KEY)).containsSame(attempt);
        assertThat(large.take(key("after200", Leg.OUT, "192.0.2.66"))).isPresent();
        assertThat(ntlm.closed).isEqualTo(30_200);
    }

    @Test
    void anIpv6NetworkIsOneClient() {
        PendingLogins large = new PendingLogins(clock, 10, 1);
        large.put(key("{A}", Leg.OUT, "2001:db8::1"), halfDone());
        large.put(key("{A}", Leg.OUT, "2001:db8::2"), halfDone());
        large.put(key("{A}", Leg.OUT, "2001:db8:0:1::1"), halfDone());
        assertThat(ntlm.closed).isEqualTo(1);
        assertThat(large.take(key("{A}", Leg.OUT, "2001:db8::1"))).isEmpty();
    }

    @Test
    void closingClosesAll() {
        logins.put(KEY, halfDone());
        logins.put(key("{B}", Leg.IN, "192.0.2.1"), halfDone());
        logins.close();
        assertThat(ntlm.closed).isEqualTo(2);
    }

    @Test
    void withoutAShortConnectionIdThereIsNoKey() {
        assertThat(PendingLogins.Key.of(Optional.empty(), Leg.OUT, PEER.address()))
                .isEmpty();
        assertThat(PendingLogins.Key.of(Optional.of(" "), Leg.OUT, PEER.address()))
                .isEmpty();
        assertThat(PendingLogins.Key.of(Optional.of("x".repeat(65)), Leg.OUT, PEER.address()))
                .isEmpty();
        assertThat(PendingLogins.Key.of(Optional.of("x".repeat(64)), Leg.OUT, PEER.address()))
                .isPresent();
    }
}
