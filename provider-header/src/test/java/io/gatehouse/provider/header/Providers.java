package io.gatehouse.provider.header;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.ProviderTable;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Providers as a configuration file makes them. */
final class Providers {
    private static final Domains DOMAINS = new Domains(List.of(
            new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of("corp.example"), List.of(), List.of())));

    private Providers() {}

    static HeaderConfig config(String tables) {
        String file = """
                [[listener]]
                address = "127.0.0.1:0"
                [auth]
                order = ["header"]
                [auth.header]
                """ + tables;
        return switch (ConfigurationLoader.load(
                file, Path.of("/nowhere"), Map.of("header", ProviderTable.of(new HeaderProviderFactory())))) {
            case ConfigurationLoader.Loaded loaded ->
                (HeaderConfig) Objects.requireNonNull(
                        loaded.configuration().providers().get("header"));
            case ConfigurationLoader.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    static ProviderContext context(Clock clock, boolean behindTrustedProxies) {
        return new ProviderContext(
                clock,
                new SecureRandom(),
                "gw.example.com",
                DOMAINS,
                ServiceLocator.NONE,
                Metrics.NONE,
                behindTrustedProxies);
    }

    /** Those of a provider that stays open, for it asks for keys as it goes, and ends with the JVM. */
    static List<AssertionMechanism> mechanisms(String tables, Clock clock) throws ProviderException {
        AuthProvider provider = new HeaderProviderFactory().create(config(tables), context(clock, true));
        return provider.mechanisms().stream()
                .map(AssertionMechanism.class::cast)
                .toList();
    }

    /** The only mechanism of a configuration, behind trusted proxies. */
    static AssertionMechanism mechanism(String tables) throws ProviderException {
        return mechanisms(tables, Clock.systemUTC()).getFirst();
    }

    static Identity accepted(Optional<Outcome> outcome) {
        assertThat(outcome).containsInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) outcome.orElseThrow()).identity();
    }

    static Outcome.Rejected rejected(Optional<Outcome> outcome) {
        assertThat(outcome).containsInstanceOf(Outcome.Rejected.class);
        return (Outcome.Rejected) outcome.orElseThrow();
    }
}
