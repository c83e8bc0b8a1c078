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

class RealmsTest {
    private static final PamConfig PAM =
            new PamConfig("gatehouse", Optional.empty(), Duration.ofSeconds(15), 8, 1000, true);

    private static ThrowingCallable opening(Optional<PamConfig> pam, RealmKind... realms) {
        return () -> Realms.open(
                new LocalConfig(List.of(realms), Path.of("/nonexistent/accounts"), 4, pam),
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
}
