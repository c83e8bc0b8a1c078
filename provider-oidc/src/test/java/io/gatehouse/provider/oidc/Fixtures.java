package io.gatehouse.provider.oidc;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalStep;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.WebRequest;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.ProviderTable;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the tests of this package share. */
final class Fixtures {
    static final URI CALLBACK = URI.create("https://gw.example.test/signin/idp/callback");

    static final Domains DOMAINS = new Domains(
            List.of(new Domain("CORP", Optional.of("AD.CORP.TEST"), List.of("corp.test"), List.of(), List.of())));

    private Fixtures() {}

    /** A table that works, with further lines. */
    static String table(String issuer, String... lines) {
        return """
                [[auth.oidc.provider]]
                id = "idp"
                issuer = "%s"
                client-id = "gatehouse"
                local-users = true
                """.formatted(issuer) + String.join("\n", lines) + "\n";
    }

    /** Binds tables of providers as the gateway does. */
    static OidcConfig config(String tables) {
        return config(tables, Path.of("/nowhere"));
    }

    static OidcConfig config(String tables, Path directory) {
        String text = """
                [[listener]]
                address = "127.0.0.1:0"
                [auth]
                order = ["oidc"]
                [[policy.rule]]
                name = "all"
                targets = ["*"]
                """ + tables;
        return switch (ConfigurationLoader.load(
                text, directory, Map.of("oidc", ProviderTable.of(new OidcProviderFactory())))) {
            case ConfigurationLoader.Loaded loaded ->
                (OidcConfig) java.util.Objects.requireNonNull(
                        loaded.configuration().providers().get("oidc"));
            case ConfigurationLoader.Invalid invalid ->
                throw new AssertionError(invalid.problems().toString());
        };
    }

    static ProviderContext context(Clock clock) {
        return context(clock, Metrics.NONE);
    }

    static ProviderContext context(Clock clock, Metrics metrics) {
        return new ProviderContext(clock, new SecureRandom(), "gw", DOMAINS, ServiceLocator.NONE, metrics);
    }

    static AuthProvider provider(OidcConfig config, Clock clock) throws ProviderException {
        return new OidcProviderFactory().create(config, context(clock));
    }

    static <M extends Mechanism> M mechanism(AuthProvider provider, Class<M> kind) {
        return provider.mechanisms().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    static WebRequest request(Map<String, String> parameters) {
        InetAddress address = InetAddress.getLoopbackAddress();
        return new WebRequest(new Peer(address, true, false, List.of()), address, false, Map.of(), parameters);
    }

    static Map<String, String> query(URI uri) {
        return Arrays.stream(uri.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    static PortalStep.Detour begin(PortalMechanism mechanism) {
        PortalStep step = mechanism.begin(request(Map.of()), CALLBACK);
        if (step instanceof PortalStep.Detour detour) {
            return detour;
        }
        throw new AssertionError(step.toString());
    }

    static Outcome.Rejected rejected(Object step) {
        if (step instanceof Outcome.Rejected rejected) {
            return rejected;
        }
        throw new AssertionError("not rejected: " + step);
    }
}
