package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a provider's table may look like. */
record Sample(
        @ConfigDefault("accounts.txt") Path accounts,
        @ConfigDefault("when-offered") Binding channelBinding,
        Optional<Secret> password,
        @ConfigDefault("[]") List<BackEnd> backEnds) {

    static final Map<String, ProviderTable> TABLES = Map.of(
            "sample",
            new ProviderTable(Sample.class, Set.of("ntlm", "basic")),
            "strict",
            new ProviderTable(Strict.class, Set.of("strict")));

    enum Binding {
        OFF,
        WHEN_OFFERED,
        REQUIRED
    }

    record BackEnd(String host, @ConfigDefault("1") int weight) {}

    record Strict(String url, Secret secret) {
        Strict {
            if (url.startsWith("ftp:")) {
                throw new IllegalArgumentException("url " + url + " (expected https)");
            }
        }
    }
}
