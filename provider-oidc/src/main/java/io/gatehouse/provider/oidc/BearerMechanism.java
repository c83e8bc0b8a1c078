package io.gatehouse.provider.oidc;

import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.SignedTokens;
import io.gatehouse.jwt.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * RFC 6750: takes access tokens of all identity providers that the configuration lets do so. There is no claim: nothing
 * is guessed, a token is signed or it is not.
 */
final class BearerMechanism implements TokenMechanism {
    static final String METHOD = "bearer";

    private final List<IdentityProvider> providers;

    BearerMechanism(List<IdentityProvider> providers) {
        this.providers = List.copyOf(providers);
    }

    @Override
    public Scheme scheme() {
        return Scheme.BEARER;
    }

    @Override
    public Set<Venue> venues() {
        return Set.of(Venue.HTTP_AUTHORIZATION);
    }

    @Override
    public Conversation open(Peer peer, Venue venue) {
        return new OneToken();
    }

    private final class OneToken implements Conversation {
        private boolean ended;

        @Override
        public Step next(Token token) {
            if (ended) {
                return new Outcome.Rejected(Reason.MALFORMED, "token after the end of the exchange");
            }
            ended = true;
            try {
                SignedJWT parsed = SignedTokens.parse(new String(token.bytes(), StandardCharsets.ISO_8859_1));
                return judge(parsed, issuer(parsed));
            } catch (RejectedException e) {
                return e.rejection();
            }
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    private Outcome judge(SignedJWT token, String issuer) {
        return providers.stream()
                .filter(each -> each.config().issuer().equals(issuer))
                .findFirst()
                .map(provider -> provider.counters().count(judge(token, provider)))
                .orElseGet(() -> new Outcome.Rejected(
                        Reason.NOT_FOR_US,
                        "iss %s is no identity provider whose access tokens are taken"
                                .formatted(PrintableText.quoted(issuer))));
    }

    private static Outcome judge(SignedJWT token, IdentityProvider provider) {
        try {
            Claims claims = provider.accessTokens().orElseThrow().verify(token, provider.keys());
            return Outcome.Accepted.of(provider.identities().identity(claims, METHOD));
        } catch (RejectedException e) {
            return e.rejection();
        } catch (UnavailableException e) {
            return new Outcome.Rejected(Reason.UNAVAILABLE, "the identity provider: " + e.getMessage());
        }
    }

    /** Whose token it says it is; only this identity provider's keys can then prove it. */
    private static String issuer(SignedJWT token) throws RejectedException {
        try {
            return Optional.ofNullable(token.getJWTClaimsSet().getIssuer()).orElse("");
        } catch (ParseException e) {
            throw new RejectedException(Reason.MALFORMED, "claims: " + PrintableText.line(e));
        }
    }

    @Override
    public String toString() {
        return "BearerMechanism" + providers;
    }
}
