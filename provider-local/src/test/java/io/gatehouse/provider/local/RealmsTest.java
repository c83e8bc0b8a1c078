package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.ProviderContext;
import io.gatehouse.provider.local.pam.PamConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealmsTest {
    private static final PamConfig PAM =
            new PamConfig("gatehouse", Optional.empty(), Duration.ofSeconds(15), 8, 1000, true);

    private static ThrowingCallable opening(Optional<PamConfig> pam, RealmKind... realms) {
        return () -> Realms.open(
                new LocalConfig(List.of(realms), Path.of("/nonexistent/accounts"), pam, Optional.empty()),
                new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw"));
    }

    @Test
    void aRealmWithoutItsTableIsRefused() {
        assertThatThrownBy(opening(Optional.empty(), RealmKind.PAM))
                .hasMessage("realms names \"pam\", but [auth.local.pam] is missing");
    }

    @Test
    void aTableWhoseRealmIsOffByAccidentIsRefused() {
        assertThatThrownBy(opening(Optional.of(PAM), RealmKind.ACCOUNTS))
                .hasMessage(
                        "[auth.local.pam] is there, but realms does not name \"pam\" (add it, or remove the table)");
    }

    @Test
    void noRealmAndTheSameRealmTwiceAreRefused() {
        assertThatThrownBy(opening(Optional.empty()))
                .hasMessage("realms is empty (expected at least one of accounts, pam, ldap)");
        assertThatThrownBy(opening(Optional.empty(), RealmKind.ACCOUNTS, RealmKind.ACCOUNTS))
                .hasMessage("realms names \"accounts\" twice");
    }

    @Test
    void theAccountFileIsOpenedWhenItsRealmIsOn() {
        assertThatThrownBy(opening(Optional.empty(), RealmKind.ACCOUNTS)).hasMessageContaining("does not exist");
    }

    private static ThrowingCallable opening(PamConfig pam) {
        return opening(Optional.of(pam), RealmKind.PAM);
    }

    @Test
    void aPamServiceThatDoesNotExistIsRefused(@TempDir Path services) {
        assertThatThrownBy(opening(
                        new PamConfig("gatehouse", Optional.of(services), Duration.ofSeconds(15), 8, 1000, true)))
                .hasMessage("pam.service \"gatehouse\": " + services.resolve("gatehouse") + " does not exist");
        assertThatThrownBy(opening(
                        new PamConfig("gatehouse-missing", Optional.empty(), Duration.ofSeconds(15), 8, 1000, true)))
                .hasMessage("pam.service \"gatehouse-missing\": /etc/pam.d/gatehouse-missing does not exist");
        assertThatThrownBy(opening(
                        new PamConfig("../shadow", Optional.of(services), Duration.ofSeconds(15), 8, 1000, true)))
                .hasMessage("pam.service \"../shadow\" (expected lower case letters, digits, dots, - and _)");
    }

    @Test
    void pamNumbersOutOfBoundsAreRefused(@TempDir Path services) {
        Optional<Path> folder = Optional.of(services);
        assertThatThrownBy(opening(new PamConfig("a", folder, Duration.ofSeconds(15), 0, 1000, true)))
                .hasMessage("pam.concurrent-verifications 0 (expected 1 to 64)");
        assertThatThrownBy(opening(new PamConfig("a", folder, Duration.ofSeconds(15), 65, 1000, true)))
                .hasMessage("pam.concurrent-verifications 65 (expected 1 to 64)");
        assertThatThrownBy(opening(new PamConfig("a", folder, Duration.ZERO, 8, 1000, true)))
                .hasMessage("pam.timeout of 0 ms (expected 1 ms to 2 minutes)");
        assertThatThrownBy(opening(new PamConfig("a", folder, Duration.ofMinutes(3), 8, 1000, true)))
                .hasMessage("pam.timeout of 180000 ms (expected 1 ms to 2 minutes)");
        assertThatThrownBy(opening(new PamConfig("a", folder, Duration.ofSeconds(15), 8, -1, true)))
                .hasMessage("pam.minimum-uid -1 (expected at least 0)");
    }
}
