package io.gatehouse.dist;

import io.gatehouse.api.Metrics;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.token.PaaAuthentication;
import io.gatehouse.core.token.PaaKeys;
import io.gatehouse.core.token.PaaToken;
import io.gatehouse.core.token.PaaTokens;
import io.gatehouse.formats.digest.RandomIds;
import io.gatehouse.jetty.Gateway;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what a token is for. */
final class TokenRequest {
    private static final int ID_BYTES = 16;
    private static final int HTTPS = 443;

    @Mixin
    private final AccountOptions account = new AccountOptions();

    @Option(
            names = {"-t", "--target"},
            required = true,
            paramLabel = "HOST[:PORT]",
            description = "a target that it opens, if the rules allow it; may be given more than once")
    private List<String> targets = List.of();

    /** A token as text, and its content. */
    record Minted(PaaToken token, String text) {}

    /** The first target. */
    Target target() throws CommandException {
        return AccountOptions.target(targets.getFirst());
    }

    Minted mint(Configuration configuration, Clock clock) throws CommandException {
        Paa settings = TokenKeys.settings(configuration);
        PaaKeys keys = TokenKeys.read(settings.keys(), clock);
        SecureRandom random = new SecureRandom();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        PaaToken token = new PaaToken(
                id(random),
                "shell-" + id(random),
                account.given(PaaAuthentication.METHOD, PaaAuthentication.METHOD)
                        .extracted(configuration.policy(_ -> false).extract()),
                parsedTargets(),
                now,
                now.plus(settings.lifetime()),
                Optional.empty());
        try {
            return new Minted(token, new PaaTokens(() -> keys, gateway(configuration, clock), clock).mint(token));
        } catch (IllegalArgumentException exception) {
            throw CommandException.wrong(String.valueOf(exception.getMessage()));
        }
    }

    /** The name of the gateway, which its tokens are for. */
    static String gateway(Configuration configuration, Clock clock) {
        return Gateway.providerContext(configuration, clock, Metrics.NONE).serverName();
    }

    /**
     * How clients reach the gateway: what the portal puts into its files, or else its name, and the port of the first
     * listener with TLS when it is not that of HTTPS.
     */
    static String clientAddress(Configuration configuration, Clock clock) {
        Optional<ServerAddress> configured = configuration.gateway().portal().flatMap(PortalConfig::gateway);
        if (configured.isPresent()) {
            return configured.get().toString();
        }
        String port = configuration.gateway().listener().stream()
                .filter(listener -> listener.tls().isPresent())
                .map(listener -> listener.address().port())
                .findFirst()
                .filter(found -> found != HTTPS)
                .map(found -> ":" + found)
                .orElse("");
        return gateway(configuration, clock) + port;
    }

    private Set<Target> parsedTargets() throws CommandException {
        Set<Target> parsed = new LinkedHashSet<>();
        for (String text : targets) {
            parsed.add(AccountOptions.target(text));
        }
        return parsed;
    }

    private static String id(SecureRandom random) {
        return RandomIds.next(random, ID_BYTES);
    }
}
