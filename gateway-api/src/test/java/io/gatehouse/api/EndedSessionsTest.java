package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.PortalMechanism.EndedSessions;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenID Connect Back-Channel Logout 1.0, section 2.4: by sid, by sub, or by both. */
class EndedSessionsTest {
    @ParameterizedTest
    @CsvSource({
        // the report's sub and sid; the session's sub and sid
        "alice, one, alice, one, true",
        "alice, one, alice, two, false",
        "alice, , alice, one, true",
        "alice, , bob, one, false",
        ", one, alice, one, true",
        ", one, alice, two, false",
        // The session never learned its sid.
        "alice, one, alice, , true",
        "alice, one, bob, , false",
        "alice, , alice, , true",
        ", one, alice, , false",
    })
    void theSessionsThatAReportEnds(
            String subject, String session, String knownSubject, String knownSession, boolean covered) {
        EndedSessions ended = new EndedSessions(Optional.ofNullable(subject), Optional.ofNullable(session));
        assertThat(ended.cover(new ProviderSession(knownSubject, Optional.ofNullable(knownSession), Optional.empty())))
                .isEqualTo(covered);
    }
}
