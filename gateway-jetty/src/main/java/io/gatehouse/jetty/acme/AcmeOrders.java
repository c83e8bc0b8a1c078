package io.gatehouse.jetty.acme;

import io.gatehouse.api.Secret;
import io.gatehouse.core.config.AcmeChallenge;
import io.gatehouse.core.config.AcmeConfig;
import io.gatehouse.core.config.AcmeKeyType;
import io.gatehouse.jetty.edge.AlpnChallenges;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.RenewalInfo;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/**
 * What the gateway says to an ACME server, by acme4j, of which no other class knows: so it is loaded only where
 * certificates come from such a server, and when it is asked for the first one. One thread at a time.
 */
final class AcmeOrders implements AcmeServer {
    static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(30);
    /** For what the server does by itself: validating a name, issuing a certificate. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** When a limit of the server is reached, and it does not say for how long (RFC 8555 section 6.6). */
    private static final Duration AFTER_A_LIMIT = Duration.ofHours(1);

    private static final int RSA_BITS = 2048;

    private final AcmeConfig config;
    private final List<String> names;
    private final AcmeFolder folder;
    private final SSLContext trust;
    private final AlpnChallenges alpn;
    private final Optional<HttpChallenges> http;
    private final Clock clock;
    private final Duration timeout;
    private @Nullable Session session;

    /** Trusts the authorities of the configuration instead of those of the library. */
    private static final class TrustingProvider extends GenericAcmeProvider {
        private final SSLContext trust;

        private TrustingProvider(SSLContext trust) {
            this.trust = trust;
        }

        @Override
        public HttpClient createHttpClient(NetworkSettings settings) {
            return HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .connectTimeout(settings.getTimeout())
                    .proxy(settings.getProxySelector())
                    .sslContext(trust)
                    .build();
        }

        @Override
        public Connection connect(URI server, NetworkSettings settings, HttpClient client) {
            return new AcmeConnection(createHttpConnector(settings, client), settings.getTimeout());
        }
    }

    AcmeOrders(
            AcmeConfig config,
            List<String> names,
            AcmeFolder folder,
            SSLContext trust,
            AlpnChallenges alpn,
            Optional<HttpChallenges> http,
            Clock clock,
            Duration timeout) {
        this.config = config;
        this.names = List.copyOf(names);
        this.folder = folder;
        this.trust = trust;
        this.alpn = alpn;
        this.http = http;
        this.clock = clock;
        this.timeout = timeout;
    }

    private Session session() {
        Session known = session;
        if (known == null) {
            URI directory = config.directory().uri();
            known = new Session(directory, new TrustingProvider(trust));
            known.networkSettings().setTimeout(timeout);
            known.networkSettings().setProxySelector(ProxySelector.getDefault());
            known.setLocale(Locale.ENGLISH);
            session = known;
        }
        return known;
    }

    @Override
    public Issued obtain(Optional<X509Certificate> replaced, Ordering ordering)
            throws AcmeFailedException, InterruptedException {
        try {
            Login login = login();
            Order order = order(login, replaced);
            for (Authorization authorization : order.getAuthorizations()) {
                if (authorization.getStatus() != Status.VALID) {
                    prove(authorization);
                }
            }
            KeyPair key = key();
            if (order.waitUntilReady(PATIENCE) != Status.READY) {
                throw new AcmeFailedException("the order is " + order.getStatus() + " after its names were validated"
                        + error(order.getError()));
            }
            ordering.begins();
            try {
                order.execute(key);
            } catch (AcmeServerException e) {
                ordering.isRefused();
                throw e;
            }
            Status outcome = order.waitForCompletion(PATIENCE);
            if (outcome == Status.INVALID) {
                ordering.isRefused();
            }
            if (outcome != Status.VALID) {
                throw new AcmeFailedException("the server issued no certificate" + error(order.getError()));
            }
            return new Issued(order.getCertificate().getCertificateChain(), key.getPrivate());
        } catch (AcmeRateLimitedException e) {
            throw failed(e, Optional.of(e.getRetryAfter().orElse(clock.instant().plus(AFTER_A_LIMIT))));
        } catch (AcmeUserActionRequiredException e) {
            throw new AcmeFailedException(
                    "the administrator must do something: " + text(e) + " (" + e.getInstance() + ")",
                    Optional.empty(),
                    e);
        } catch (AcmeException | IOException | GeneralSecurityException | RuntimeException e) {
            throw failed(e, Optional.empty());
        }
    }

    private AcmeFailedException failed(Exception e, Optional<Instant> notBefore) {
        return new AcmeFailedException(config.directory() + ": " + text(e), notBefore, e);
    }

    /** With the first cause that says something: "network error" alone helps nobody. */
    private static String text(Throwable failure) {
        String outer = String.valueOf(failure.getMessage());
        if (failure.getCause() == null) {
            return outer;
        }
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && !outer.contains(cause.getMessage())) {
                return outer + ": " + cause.getMessage();
            }
        }
        return outer + ": " + failure.getCause();
    }

    private static String error(Optional<Problem> problem) {
        return problem.map(each -> ": " + each).orElse("");
    }

    /** The account of the key, which the server makes when it does not know the key. */
    private Login login() throws AcmeException, IOException, GeneralSecurityException {
        AccountBuilder account =
                new AccountBuilder().useKeyPair(folder.accountKey()).agreeToTermsOfService();
        config.email().ifPresent(account::addEmail);
        if (config.eabKid().isPresent() && config.eabHmacKey().isPresent()) {
            Secret key = config.eabHmacKey().get();
            account.withKeyIdentifier(config.eabKid().get(), key.text().strip());
        }
        return account.createLogin(session());
    }

    private Order order(Login login, Optional<X509Certificate> replaced) throws AcmeException {
        OrderBuilder order = login.newOrder().domains(names);
        if (replaced.isPresent() && suggestsRenewals()) {
            try {
                return login.newOrder().domains(names).replaces(replaced.get()).create();
            } catch (AcmeRateLimitedException e) {
                throw e;
            } catch (AcmeException | RuntimeException e) {
                return order.create(); // of another authority, or replaced already: RFC 9773 section 5
            }
        }
        return order.create();
    }

    private boolean suggestsRenewals() throws AcmeException {
        return session().resourceUrlOptional(Resource.RENEWAL_INFO).isPresent();
    }

    private void prove(Authorization authorization) throws AcmeException, AcmeFailedException, InterruptedException {
        switch (config.challenge()) {
            case HTTP_01 -> {
                Http01Challenge challenge = challenge(authorization, Http01Challenge.class);
                HttpChallenges answers = http.orElseThrow();
                answers.open(challenge.getToken(), challenge.getAuthorization());
                try {
                    validate(authorization, challenge);
                } finally {
                    answers.close(challenge.getToken());
                }
            }
            case TLS_ALPN_01 -> {
                TlsAlpn01Challenge challenge = challenge(authorization, TlsAlpn01Challenge.class);
                String name = authorization.getIdentifier().getDomain();
                KeyPair key = rsa();
                alpn.open(name, challenge.createCertificate(key, authorization.getIdentifier()), key.getPrivate());
                try {
                    validate(authorization, challenge);
                } finally {
                    alpn.close(name);
                }
            }
        }
    }

    private <T extends Challenge> T challenge(Authorization authorization, Class<T> type) throws AcmeFailedException {
        return authorization
                .findChallenge(type)
                .orElseThrow(() -> new AcmeFailedException(
                        "the server does not offer the challenge " + word() + " for " + name(authorization)));
    }

    private void validate(Authorization authorization, Challenge challenge)
            throws AcmeException, AcmeFailedException, InterruptedException {
        challenge.trigger();
        if (authorization.waitForCompletion(PATIENCE) != Status.VALID) {
            Optional<Problem> why = authorization.getChallenges().stream()
                    .filter(each -> each.getType().equals(challenge.getType()))
                    .findFirst()
                    .flatMap(Challenge::getError);
            String reach = config.challenge() == AcmeChallenge.HTTP_01
                    ? "port 80 of the name must lead to http-address of [acme]"
                    : "port 443 of the name must lead to a listener with tls = { acme = true }";
            throw new AcmeFailedException(word() + " for " + name(authorization) + " failed" + error(why) + " (" + reach
                    + ", and the name must be in the public DNS)");
        }
    }

    private String word() {
        return switch (config.challenge()) {
            case HTTP_01 -> Http01Challenge.TYPE;
            case TLS_ALPN_01 -> TlsAlpn01Challenge.TYPE;
        };
    }

    private static String name(Authorization authorization) {
        return authorization.getIdentifier().getDomain();
    }

    private KeyPair key() throws GeneralSecurityException {
        if (config.keyType() == AcmeKeyType.RSA2048) {
            return rsa();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has RSA", impossible);
        }
    }

    @Override
    public Suggestion suggestedRenewal(X509Certificate certificate, double chance) throws AcmeFailedException {
        try {
            if (!suggestsRenewals()) {
                return Suggestion.NONE;
            }
            // Nobody signs in for it: any account will do.
            Login login = session().login(config.directory().uri().toURL(), folder.accountKey());
            RenewalInfo info = login.bindRenewalInfo(certificate);
            Optional<Instant> askAgain = info.fetch();
            Instant start = info.getSuggestedWindowStart();
            Duration window = Duration.between(start, info.getSuggestedWindowEnd());
            Optional<Instant> renewal = Optional.of(start.plus(Duration.ofMillis((long) (window.toMillis() * chance))));
            return new Suggestion(renewal.filter(_ -> !window.isNegative()), askAgain);
        } catch (AcmeException | IOException | GeneralSecurityException | RuntimeException e) {
            throw failed(e, Optional.empty());
        }
    }
}
