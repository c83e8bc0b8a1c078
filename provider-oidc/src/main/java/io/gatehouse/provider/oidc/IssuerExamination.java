package io.gatehouse.provider.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.jwt.IssuerClient;
import io.gatehouse.jwt.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks one identity provider what can be asked without a user: its discovery document, its keys, the time, and whether
 * it knows the gateway as a client.
 */
final class IssuerExamination implements Examination {
    /** Never issued by anybody. */
    private static final String NO_CODE = "gatehouse-doctor";

    private static final URI CALLBACK = URI.create("https://localhost/gatehouse-doctor");

    private final IdentityProvider provider;
    private final Clock clock;

    IssuerExamination(IdentityProvider provider, Clock clock) {
        this.provider = provider;
        this.clock = clock;
    }

    @Override
    public String subject() {
        return "identity provider " + provider.config().id();
    }

    @Override
    public Duration patience() {
        return provider.config().timeout().multipliedBy(4).plusSeconds(2);
    }

    private String where() {
        return "provider \"" + provider.config().id() + "\": ";
    }

    @Override
    public List<Finding> examine() {
        Endpoints endpoints;
        try {
            endpoints = provider.endpoints();
        } catch (UnavailableException e) {
            return List.of(discovery(String.valueOf(e.getMessage())));
        }
        List<Finding> findings = new ArrayList<>();
        keys(endpoints.keys()).ifPresent(findings::add);
        client(endpoints.token()).ifPresent(findings::add);
        return findings;
    }

    private Finding discovery(String why) {
        return why.contains("issuer")
                ? Finding.fault(
                        "oidc.issuer",
                        where() + why,
                        "write issuer in [[auth.oidc.provider]] exactly as the identity provider says it, with or"
                                + " without the slash at its end")
                : Finding.fault(
                        "oidc.discovery",
                        where() + why,
                        "correct issuer; curl it with /.well-known/openid-configuration behind it from this machine;"
                                + " for a certificate that is not trusted, name its authority in ca");
    }

    private Optional<Finding> keys(URI address) {
        try {
            IssuerClient.Reply reply = provider.http().send(address, Map.of("Accept", "*/*"), Optional.empty());
            if (reply.status() != 200 || JWKSet.parse(reply.body()).getKeys().isEmpty()) {
                return Optional.of(keysProblem(address + " answered " + reply.status() + " without a key"));
            }
            return reply.date().flatMap(this::clockProblem);
        } catch (IOException | ParseException e) {
            return Optional.of(keysProblem(String.valueOf(e.getMessage())));
        }
    }

    private Finding keysProblem(String why) {
        return Finding.fault(
                "oidc.keys",
                where() + "its keys cannot be fetched: " + why,
                "let this machine reach jwks_uri of the discovery document");
    }

    /** The head of an HTTP answer has whole seconds. */
    private Optional<Finding> clockProblem(String date) {
        try {
            Instant theirs = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
            Duration offset = Duration.between(clock.instant(), theirs);
            Duration allowed = provider.config().clockSkew();
            return offset.abs().compareTo(allowed.plusSeconds(2)) <= 0
                    ? Optional.empty()
                    : Optional.of(Finding.fault(
                            "oidc.clock",
                            where() + "the clock of this machine is "
                                    + offset.abs().toSeconds() + " seconds "
                                    + (offset.isNegative() ? "ahead of" : "behind") + " that of the identity provider"
                                    + " (expected at most " + Skew.text(allowed) + ")",
                            "synchronise both clocks (timedatectl set-ntp true)"));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /**
     * RFC 6749 section 5.2: a client that the identity provider does not know is told so, whatever the code; one that
     * it knows, that the code is wrong.
     */
    private Optional<Finding> client(URI address) {
        try {
            provider.tokenEndpoint().redeem(address, NO_CODE, NO_CODE.repeat(3), CALLBACK);
            return Optional.empty();
        } catch (RejectedException e) {
            String answer = String.valueOf(e.getMessage());
            return answer.contains("invalid_client") || answer.contains("unauthorized_client")
                    ? Optional.of(Finding.fault(
                            "oidc.client",
                            where() + "the identity provider does not take the gateway for client "
                                    + provider.config().clientId() + ": " + answer,
                            "correct client-id, client-secret (or client-key) and client-authentication"))
                    : Optional.empty();
        } catch (UnavailableException e) {
            return Optional.of(Finding.fault(
                    "oidc.token-endpoint",
                    where() + "the token endpoint cannot be used: " + e.getMessage(),
                    "let this machine reach token_endpoint of the discovery document"));
        }
    }
}
