package io.gatehouse.provider.local;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.provider.local.pam.PamConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tables {@code [auth.local]} for tests, and providers made of them. */
final class Configurations {
    private Configurations() {}

    /** The account file only. */
    static LocalConfig accounts(Path file) {
        return new LocalConfig(List.of(RealmKind.ACCOUNTS), file, Optional.empty(), Optional.empty());
    }

    /** PAM only, with services of a folder and users that need not exist. */
    static LocalConfig pam(Path services) {
        return new LocalConfig(
                List.of(RealmKind.PAM), Path.of("none"), Optional.of(pamTable(services)), Optional.empty());
    }

    /** The account file, and then PAM. */
    static LocalConfig accountsAndPam(Path file, Path services) {
        return new LocalConfig(
                List.of(RealmKind.ACCOUNTS, RealmKind.PAM), file, Optional.of(pamTable(services)), Optional.empty());
    }

    private static PamConfig pamTable(Path services) {
        return new PamConfig("gatehouse", Optional.of(services), Duration.ofSeconds(30), 4, 1000, false);
    }

    /** A provider of the gateway gw.example.com. */
    static AuthProvider provider(LocalConfig config) throws Exception {
        return new LocalProviderFactory()
                .create(config, new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw.example.com"));
    }
}
