package io.gatehouse.provider.oidc;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.IssuerClient;
import io.gatehouse.jwt.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** RFC 6749 4.1.3: changes a code into tokens. Safe for use by many threads. */
final class TokenEndpoint {
    private static final int OK = 200;

    private final ClientCredentials credentials;
    private final IssuerClient http;

    TokenEndpoint(ClientCredentials credentials, IssuerClient http) {
        this.credentials = credentials;
        this.http = http;
    }

    /**
     * What a code was changed into.
     *
     * @param id the ID token, not yet believed
     * @param access the access token
     */
    record Tokens(String id, String access) {}

    Tokens redeem(URI endpoint, String code, String verifier, URI callback)
            throws RejectedException, UnavailableException {
        try {
            AuthorizationCodeGrant grant =
                    new AuthorizationCodeGrant(new AuthorizationCode(code), callback, new CodeVerifier(verifier));
            Optional<ClientAuthentication> authentication = credentials.authentication(endpoint);
            HTTPRequest request = (authentication.isPresent()
                            ? new TokenRequest.Builder(endpoint, authentication.get(), grant)
                            : new TokenRequest.Builder(endpoint, credentials.id(), grant))
                    .build()
                    .toHTTPRequest();
            return read(http.send(endpoint, headers(request), Optional.ofNullable(request.getBody())));
        } catch (IOException e) {
            throw new UnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, String> headers(HTTPRequest request) {
        Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
        Optional.ofNullable(request.getAuthorization()).ifPresent(value -> headers.put("Authorization", value));
        return headers;
    }

    /** Strictly, and without a look into the ID token, which is not believed yet. */
    private static Tokens read(IssuerClient.Reply reply) throws RejectedException, UnavailableException {
        Map<String, Object> answer = json(reply);
        if (reply.status() != OK) {
            throw refused(answer, reply.status());
        }
        if (!(answer.get("token_type") instanceof String type) || !type.equalsIgnoreCase("Bearer")) {
            throw new UnavailableException("the token endpoint answered no token_type Bearer");
        }
        return new Tokens(text(answer, "id_token"), text(answer, "access_token"));
    }

    private static Map<String, Object> json(IssuerClient.Reply reply) throws UnavailableException {
        try {
            return JSONObjectUtils.parse(reply.body());
        } catch (ParseException | RuntimeException broken) {
            throw new UnavailableException(
                    "the token endpoint answered %d and no JSON object".formatted(reply.status()), broken);
        }
    }

    private static String text(Map<String, Object> answer, String name) throws UnavailableException {
        if (answer.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new UnavailableException("the token endpoint answered no " + name + "; it answered: "
                + PrintableText.line(String.join(", ", new TreeSet<>(answer.keySet()))));
    }

    private static RejectedException refused(Map<String, Object> answer, int status) {
        String code = answer.get("error") instanceof String text ? text : "no error code";
        String description = answer.get("error_description") instanceof String text ? ": " + text : "";
        return new RejectedException(
                "invalid_grant".equals(code) ? Reason.REFUSED : Reason.UNAVAILABLE,
                "the token endpoint answered %d: %s".formatted(status, PrintableText.line(code + description)));
    }
}
