package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Tables {@code [auth.ntlm.netlogon]}, with the defaults. */
final class TestConfigs {
    private TestConfigs() {}

    static NetlogonConfig withPassword(String password) {
        return config("gw1", Optional.of(Secret.ofText(password)), Optional.empty());
    }

    static NetlogonConfig withKeytab(Path keytab) {
        return config("GW1", Optional.empty(), Optional.of(keytab));
    }

    static NetlogonConfig config(String computer, Optional<Secret> password, Optional<Path> keytab) {
        return new NetlogonConfig(
                computer,
                password,
                keytab,
                Optional.empty(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                4,
                100,
                Optional.empty(),
                Optional.empty());
    }
}
