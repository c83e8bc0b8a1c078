package io.gatehouse.dist;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Metrics;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.text.Parsed;
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
import picocli.CommandLine.Option;

/** The options that say what a token is for. */
final class TokenRequest {
    private static final int ID_BYTES = 16;
    private static final int RDP = 3389;
    private static final int HTTPS = 443;

    @Option(
            names = "--user",
            required = true,
            paramLabel = "NAME",
            description = "the user, as rules name users: alice, 'DOMAIN\\alice' or alice@REALM")
    private String user = "";

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            split = ",",
            description = "a group of the user that rules name; may be given more than once")
    private List<String> groups = List.of();

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
        return parseTarget(targets.getFirst());
    }

    Minted mint(Configuration configuration, Clock clock) throws CommandException {
        Paa settings = TokenKeys.settings(configuration);
        PaaKeys keys = TokenKeys.read(settings.keys(), clock);
        SecureRandom random = new SecureRandom();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        PaaToken token = new PaaToken(
                id(random),
                "shell-" + id(random),
                identity(),
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

    private Identity identity() throws CommandException {
        return switch (AccountPattern.parse(user)) {
            case Parsed.Valid<AccountPattern>(AccountPattern account) ->
                switch (account) {
                    case AccountPattern.Plain(String name) -> identity(name, Optional.empty(), Optional.empty());
                    case AccountPattern.InDomain(String domain, String name) ->
                        identity(name, Optional.of(domain), Optional.empty());
                    case AccountPattern.WithSuffix(String name, String suffix) ->
                        identity(name, Optional.of(suffix), Optional.of(user));
                };
            case Parsed.Faulty<AccountPattern>(String problem) -> throw CommandException.wrong("--user " + problem);
        };
    }

    private Identity identity(String name, Optional<String> domain, Optional<String> upn) {
        return new Identity(
                        PaaAuthentication.METHOD,
                        PaaAuthentication.METHOD,
                        name,
                        domain,
                        upn,
                        Set.of(),
                        Set.of(),
                        Set.of())
                .withGroupsAsInRules(Set.copyOf(groups));
    }

    private Set<Target> parsedTargets() throws CommandException {
        Set<Target> parsed = new LinkedHashSet<>();
        for (String text : targets) {
            parsed.add(parseTarget(text));
        }
        return parsed;
    }

    private static Target parseTarget(String text) throws CommandException {
        int colon = text.lastIndexOf(':');
        boolean withPort = colon >= 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String port = withPort ? text.substring(colon + 1) : Integer.toString(RDP);
        boolean portIsGood = port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= 65535;
        return switch (TargetName.parse(withPort ? text.substring(0, colon) : text)) {
            case Parsed.Valid<TargetName>(TargetName name)
            when portIsGood -> new Target(name.host(), Integer.parseInt(port));
            case Parsed.Valid<TargetName> _ ->
                throw CommandException.wrong("--target " + text + ": port (expected 1 to 65535)");
            case Parsed.Faulty<TargetName>(String problem) ->
                throw CommandException.wrong("--target " + text + ": " + problem);
        };
    }

    private static String id(SecureRandom random) {
        return RandomIds.next(random, ID_BYTES);
    }
}
