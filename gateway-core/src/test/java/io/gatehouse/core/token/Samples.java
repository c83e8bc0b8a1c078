package io.gatehouse.core.token;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tokens for tests. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private static final Identity ALICE = new Identity(
                    "oidc",
                    "oidc",
                    "alice",
                    Optional.of("CORP"),
                    Optional.of("alice@corp.example.com"),
                    Set.of(),
                    Set.of("S-1-5-21-1-2-3-1104"),
                    Set.of(Identity.Proof.MULTI_FACTOR))
            .withGroupsAsInRules(Set.of("staff"))
            .withClaims(Map.of("acr", Set.of("phr"), "amr", Set.of("pwd", "otp")))
            .extracted(new Identity.Extract(Optional.of("0a1b"), Optional.of("2c3d")));

    private Samples() {}

    static PaaToken token() {
        return token("4c1Q9tE2", "session");
    }

    static PaaToken token(String id, String session) {
        return token(id, session, ALICE);
    }

    /** A token of alice whom another provider signed in. */
    static PaaToken token(String id, String session, String provider) {
        return token(
                id,
                session,
                new Identity(
                        provider,
                        provider,
                        ALICE.user(),
                        ALICE.domain(),
                        ALICE.upn(),
                        ALICE.groups(),
                        ALICE.sids(),
                        ALICE.proofs()));
    }

    /** A token of another user of CORP. */
    static PaaToken tokenOf(String user, String upn) {
        return token(
                "of-" + user,
                "another session",
                new Identity(
                        "kerberos",
                        "kerberos",
                        user,
                        Optional.of("CORP"),
                        Optional.of(upn),
                        Set.of(),
                        Set.of(),
                        Set.of()));
    }

    private static PaaToken token(String id, String session, Identity identity) {
        return new PaaToken(
                id,
                session,
                identity,
                Set.of(new Target("win11.lab", 3389), new Target("2001:db8::7", 3390)),
                NOW,
                NOW.plus(Duration.ofMinutes(5)),
                Optional.empty(),
                Optional.of("win11"));
    }
}
