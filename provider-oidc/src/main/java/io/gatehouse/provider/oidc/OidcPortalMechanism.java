package io.gatehouse.provider.oidc;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.claims.ACR;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalStep;
import io.gatehouse.api.ProviderSession;
import io.gatehouse.api.Secret;
import io.gatehouse.api.WebRequest;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.SignedTokens;
import io.gatehouse.jwt.UnavailableException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;

/** Signs browsers in at an identity provider: authorization code flow with PKCE, and both ways of signing out. */
final class OidcPortalMechanism implements PortalMechanism {
    static final String METHOD = "oidc";

    private static final int LONGEST_CODE = 8192;

    private final IdentityProvider provider;
    private final SecureRandom random;

    OidcPortalMechanism(IdentityProvider provider, SecureRandom random) {
        this.provider = provider;
        this.random = random;
    }

    @Override
    public String id() {
        return provider.config().id();
    }

    @Override
    public String label() {
        return provider.config().buttonLabel();
    }

    @Override
    public PortalStep begin(WebRequest request, URI callback) {
        try {
            return begin(callback, provider.endpoints());
        } catch (UnavailableException e) {
            return provider.counters().count((PortalStep) unavailable(e));
        }
    }

    private PortalStep begin(URI callback, Endpoints endpoints) {
        SignInState kept = SignInState.random(random);
        OidcConfig.Provider config = provider.config();
        AuthenticationRequest.Builder request = new AuthenticationRequest.Builder(
                        ResponseType.CODE,
                        new Scope(config.scopes().toArray(String[]::new)),
                        new ClientID(config.clientId()),
                        callback)
                .endpointURI(endpoints.authorization())
                .state(new State(kept.state()))
                .nonce(new Nonce(kept.nonce()))
                .codeChallenge(new CodeVerifier(kept.verifier()), CodeChallengeMethod.S256);
        if (!config.acrValues().isEmpty()) {
            request.acrValues(config.acrValues().stream().map(ACR::new).toList());
        }
        return new PortalStep.Detour(request.build().toURI(), kept.encode());
    }

    @Override
    public PortalStep resume(WebRequest request, Secret state, URI callback) {
        PortalStep step;
        try {
            step = signIn(request.parameters(), SignInState.decode(state), callback);
        } catch (RejectedException e) {
            step = e.rejection();
        } catch (UnavailableException e) {
            step = unavailable(e);
        }
        return provider.counters().count(step);
    }

    private PortalStep signIn(Map<String, String> answer, SignInState kept, URI callback)
            throws RejectedException, UnavailableException {
        if (!IdTokens.isSame(answer.getOrDefault("state", ""), kept.state())) {
            throw new RejectedException(Reason.REFUSED, "the state is not the one of this sign-in");
        }
        Endpoints endpoints = provider.endpoints();
        requireIssuer(answer, endpoints);
        requireNoError(answer);
        String code = answer.getOrDefault("code", "");
        if (code.isEmpty() || code.length() > LONGEST_CODE) {
            throw new RejectedException(
                    Reason.MALFORMED,
                    "code of %d characters (expected 1 to %d)".formatted(code.length(), LONGEST_CODE));
        }
        TokenEndpoint.Tokens tokens =
                provider.tokenEndpoint().redeem(endpoints.token(), code, kept.verifier(), callback);
        Claims claims =
                provider.idTokens().verify(tokens.id(), kept.nonce(), Optional.of(tokens.access()), provider.keys());
        if (provider.config().userinfo()) {
            claims = claims.with(Userinfo.fetch(provider.http(), endpoints, tokens.access(), claims.subject()));
        }
        Identity identity = provider.identities().identity(claims, METHOD);
        return new PortalStep.SignedIn(
                identity,
                new ProviderSession(
                        claims.subject(),
                        Optional.ofNullable(claims.set().getClaim("sid"))
                                .filter(String.class::isInstance)
                                .map(String.class::cast),
                        Optional.of(Secret.ofText(tokens.id()))));
    }

    /**
     * RFC 9207 2.4: an answer of another identity provider must not be taken for this one's. An error without
     * {@code iss} signs nobody in, and is the better reason.
     */
    private void requireIssuer(Map<String, String> answer, Endpoints endpoints) throws RejectedException {
        String expected = provider.config().issuer();
        Optional<String> issuer = Optional.ofNullable(answer.get("iss"));
        if (issuer.isEmpty()
                ? endpoints.namesItself() && !answer.containsKey("error")
                : !issuer.get().equals(expected)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the answer's iss is %s (expected %s)"
                            .formatted(PrintableText.quoted(issuer.orElse("")), PrintableText.quoted(expected)));
        }
    }

    private static void requireNoError(Map<String, String> answer) throws RejectedException {
        String error = answer.get("error");
        if (error != null) {
            String description = answer.getOrDefault("error_description", "");
            throw new RejectedException(
                    error.equals("server_error") || error.equals("temporarily_unavailable")
                            ? Reason.UNAVAILABLE
                            : Reason.REFUSED,
                    "the identity provider answered %s %s"
                            .formatted(PrintableText.quoted(error), PrintableText.quoted(description)));
        }
    }

    @Override
    public Optional<URI> signOut(ProviderSession session, URI afterwards) {
        try {
            Optional<URI> endpoint = provider.endpoints().endSession();
            if (endpoint.isEmpty() || session.hint().isEmpty()) {
                return Optional.empty();
            }
            SignedJWT hint = SignedTokens.parse(session.hint().get().text());
            return Optional.of(new LogoutRequest(
                            endpoint.get(),
                            hint,
                            null,
                            new ClientID(provider.config().clientId()),
                            afterwards,
                            new State(SignInState.word(random)),
                            null)
                    .toURI());
        } catch (UnavailableException | RejectedException _) {
            return Optional.empty(); // signed out here at least
        }
    }

    @Override
    public Logout backChannelLogout(WebRequest request) {
        try {
            String token = request.parameters().getOrDefault("logout_token", "");
            return provider.logoutTokens().verify(token, provider.keys());
        } catch (UnavailableException e) {
            return unavailable(e);
        } catch (RejectedException e) {
            return e.rejection();
        }
    }

    private static Outcome.Rejected unavailable(UnavailableException e) {
        return new Outcome.Rejected(Reason.UNAVAILABLE, "the identity provider: " + e.getMessage());
    }

    @Override
    public String toString() {
        return "OidcPortalMechanism[" + id() + "]";
    }
}
