package io.gatehouse.testkit.identity;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A user of {@link Keycloak}'s realm.
 *
 * @param groups as the claim {@code groups} names them
 * @param otpSecret what the user's phone shares with Keycloak, which then asks for a code after the password
 */
public record KeycloakUser(String name, String password, Set<String> groups, Optional<String> otpSecret) {
    /** In the group {@code staff}; signs in with a password. */
    public static final KeycloakUser ALICE =
            new KeycloakUser("alice", "alice's password at Keycloak", Set.of("staff"), Optional.empty());

    /** In the groups {@code staff} and {@code admins}; signs in with a password and a code. */
    public static final KeycloakUser BOB = new KeycloakUser(
            "bob",
            "bob's password at Keycloak",
            Set.of("staff", "admins"),
            Optional.of("bob shares this with his phone"));

    /** In no group; signs in with a password. */
    public static final KeycloakUser CAROL =
            new KeycloakUser("carol", "carol's password at Keycloak", Set.of(), Optional.empty());

    public KeycloakUser {
        groups = Set.copyOf(groups);
    }

    /** What the user's phone shows at this time; Keycloak takes each code once. */
    public String code(Instant time) {
        byte[] secret = otpSecret
                .orElseThrow(() -> new IllegalStateException(name + " has no phone"))
                .getBytes(StandardCharsets.UTF_8);
        return OneTimeCode.at(secret, time);
    }
}
