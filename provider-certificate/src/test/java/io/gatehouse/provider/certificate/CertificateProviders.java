package io.gatehouse.provider.certificate;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.WebRequest;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.ProviderTable;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.testkit.directory.ClientAuthority.Issued;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Providers as a configuration file makes them, and requests to them. */
final class CertificateProviders {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
    private static final Domains DOMAINS = new Domains(List.of(
            new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of("corp.example"), List.of(), List.of())));

    private CertificateProviders() {}

    static AuthProvider provider(String tables, Clock clock) throws ProviderException {
        return provider(tables, clock, true, true);
    }

    static AuthProvider provider(String tables, Clock clock, boolean behindTrustedProxies, boolean asksForCertificates)
            throws ProviderException {
        String file = """
                [[listener]]
                address = "127.0.0.1:0"
                [auth]
                order = ["certificate"]
                [auth.certificate]
                """ + tables;
        CertificateConfig config = switch (ConfigurationLoader.load(
                file, Path.of("/nowhere"), Map.of("certificate", ProviderTable.of(new CertificateProviderFactory())))) {
            case ConfigurationLoader.Loaded loaded ->
                (CertificateConfig) Objects.requireNonNull(
                        loaded.configuration().providers().get("certificate"));
            case ConfigurationLoader.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
        return new CertificateProviderFactory()
                .create(
                        config,
                        new ProviderContext(
                                clock,
                                new SecureRandom(),
                                "gw.example.com",
                                DOMAINS,
                                ServiceLocator.NONE,
                                Metrics.NONE,
                                behindTrustedProxies,
                                asksForCertificates));
    }

    /** That of a provider that ends with the JVM. */
    static CertificateMechanism mechanism(String tables, Clock clock) throws ProviderException {
        return (CertificateMechanism) provider(tables, clock).mechanisms().getFirst();
    }

    /** The certificates of PEM files, in their order. */
    static List<X509Certificate> chain(Path... files) throws ProviderException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Path file : files) {
            chain.addAll(CertificateFile.read(file));
        }
        return chain;
    }

    /** What comes of a TLS connection with these certificates. */
    static Outcome direct(CertificateMechanism mechanism, List<X509Certificate> chain) {
        return mechanism
                .assess(new WebRequest(
                        new Peer(CLIENT, true, false, List.of()), CLIENT, false, Map.of(), Map.of(), chain))
                .orElseThrow();
    }

    static Outcome direct(CertificateMechanism mechanism, Issued issued) throws ProviderException {
        return direct(mechanism, chain(issued.certificate()));
    }

    /** Why they are refused, with the kind of failure. */
    static String refusal(Outcome outcome) {
        return outcome instanceof Outcome.Rejected rejected
                ? rejected.reason().label() + ": " + rejected.detail()
                : "accepted: " + outcome;
    }

    /** Headers as pairs of name and value, from the trusted proxy. */
    static WebRequest fromProxy(String... headers) {
        return new WebRequest(new Peer(CLIENT, true, true, List.of()), PROXY, true, headers(headers), Map.of());
    }

    /** The same from somebody else, who also shows a certificate of theirs. */
    static WebRequest fromStranger(List<X509Certificate> own, String... headers) {
        return new WebRequest(new Peer(CLIENT, true, false, List.of()), CLIENT, false, headers(headers), Map.of(), own);
    }

    private static Map<String, List<String>> headers(String... headers) {
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.computeIfAbsent(headers[i].toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(headers[i + 1]);
        }
        return map;
    }
}
