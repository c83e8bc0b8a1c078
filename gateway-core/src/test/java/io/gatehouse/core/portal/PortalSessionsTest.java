package io.gatehouse.core.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PortalSessionsTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Identity ALICE = Identity.local("local", "basic", "alice", Set.of(), Set.of());
    private static final Identity BOB = Identity.local("local", "basic", "bob", Set.of(), Set.of());

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final InstantSource source = now::get;
    private final List<PortalSession> ended = new ArrayList<>();
    private final PortalSessions sessions = new PortalSessions(
            new PortalSessions.Limits(Duration.ofHours(8), Duration.ofHours(24), 2, 3),
            source.withZone(ZoneOffset.UTC),
            new SecureRandom(),
            ended::add);

    private PortalSession begin(Identity user) {
        return sessions.begin(user, Optional.empty()).orElseThrow();
    }

    private void later(Duration time) {
        now.set(now.get().plus(time));
    }

    @Test
    void aSessionIsFoundByItsIdAndNothingElse() {
        PortalSession session = begin(ALICE);
        assertThat(session.id()).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(session.csrf());
        assertThat(session.toString()).doesNotContain(session.id(), session.csrf());
        assertThat(sessions.find(session.id())).contains(session);
        assertThat(sessions.find(session.csrf())).isEmpty();
        assertThat(sessions.find("")).isEmpty();
    }

    /** By where its browser asked from last, an IPv6 network being one place; not after it has ended. */
    @Test
    void sessionsOfAnAccountAreFoundByProviderAndPlace() {
        InetAddress home = InetAddress.ofLiteral("2001:db8::1");
        Source samePlace = new Source(InetAddress.ofLiteral("2001:db8::2"));
        PortalSession session = begin(ALICE);
        begin(BOB);
        assertThat(sessions.of(ALICE, Optional.empty())).containsExactly(session);
        assertThat(sessions.of(ALICE, Optional.of(samePlace))).isEmpty();
        sessions.find(session.id(), home);
        assertThat(sessions.of(ALICE, Optional.of(samePlace))).containsExactly(session);
        assertThat(sessions.of(ALICE.withProofs(Set.of(Identity.Proof.MULTI_FACTOR)), Optional.of(samePlace)))
                .hasSize(1);
        assertThat(sessions.of(Identity.local("ldap", "basic", "alice", Set.of(), Set.of()), Optional.empty()))
                .isEmpty();
        sessions.find(session.id(), InetAddress.ofLiteral("192.0.2.7"));
        assertThat(sessions.of(ALICE, Optional.of(samePlace))).isEmpty();
        later(Duration.ofHours(8));
        assertThat(sessions.of(ALICE, Optional.empty())).as("idle").isEmpty();
        sessions.end(begin(ALICE));
        assertThat(sessions.of(ALICE, Optional.empty())).as("signed out").isEmpty();
    }

    @Test
    void silenceEndsIt() {
        PortalSession session = begin(ALICE);
        later(Duration.ofHours(7));
        assertThat(sessions.find(session.id())).isPresent();
        later(Duration.ofHours(8));
        assertThat(sessions.find(session.id())).isEmpty();
        assertThat(ended).isEmpty();
    }

    @Test
    void timeEndsItHoweverBusy() {
        PortalSession session = begin(ALICE);
        for (int i = 0; i < 3; i++) {
            later(Duration.ofHours(7));
            assertThat(sessions.find(session.id())).isPresent();
        }
        later(Duration.ofHours(3));
        assertThat(sessions.find(session.id())).isEmpty();
    }

    @Test
    void oneTooManyOfAUserDisplacesTheOneThatWasSilentLongest() {
        PortalSession first = begin(ALICE);
        later(Duration.ofMinutes(1));
        PortalSession second = begin(ALICE);
        later(Duration.ofMinutes(1));
        sessions.find(first.id());
        begin(ALICE);
        assertThat(sessions.find(first.id())).isPresent();
        assertThat(sessions.find(second.id())).isEmpty();
        assertThat(sessions.count(ALICE)).isEqualTo(2);
    }

    @Test
    void thereAreSoManyInAll() {
        begin(ALICE);
        begin(ALICE);
        begin(BOB);
        assertThat(sessions.begin(BOB, Optional.empty())).isEmpty();
        later(Duration.ofHours(9));
        assertThat(sessions.begin(BOB, Optional.empty())).isPresent();
    }

    @Test
    void signingOutTellsOnce() {
        PortalSession session = begin(ALICE);
        sessions.end(session);
        sessions.end(session);
        assertThat(ended).containsExactly(session);
        assertThat(sessions.find(session.id())).isEmpty();
    }

    @Test
    void everywhereMeansAllOfOneUser() {
        PortalSession one = begin(ALICE);
        PortalSession two = begin(ALICE);
        PortalSession other = begin(BOB);
        sessions.endAll(ALICE);
        assertThat(ended).containsExactlyInAnyOrder(one, two);
        assertThat(sessions.find(other.id())).isPresent();
    }
}
