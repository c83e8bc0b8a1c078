package io.gatehouse.provider.oidc;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.jwt.IssuerClient;
import io.gatehouse.jwt.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.Map;

/** OpenID Connect Core 5.3: claims that an identity provider tells to whoever has the user's access token. */
final class Userinfo {
    private Userinfo() {}

    /**
     * Fetches them.
     *
     * @param subject the {@code sub} of the ID token, which must be theirs
     */
    static Map<String, Object> fetch(IssuerClient http, Endpoints endpoints, String accessToken, String subject)
            throws RejectedException, UnavailableException {
        URI endpoint =
                endpoints.userinfo().orElseThrow(() -> new UnavailableException("discovery: no userinfo_endpoint"));
        try {
            IssuerClient.Reply reply = http.send(
                    endpoint,
                    Map.of("Accept", "application/json", "Authorization", "Bearer " + accessToken),
                    java.util.Optional.empty());
            if (reply.status() != 200) {
                throw new UnavailableException("userinfo answered " + reply.status() + " (expected 200)");
            }
            Map<String, Object> claims = JSONObjectUtils.parse(reply.body());
            if (!subject.equals(claims.get("sub"))) {
                throw new RejectedException(Reason.REFUSED, "userinfo is about another sub than the ID token");
            }
            return claims;
        } catch (IOException e) {
            throw new UnavailableException(String.valueOf(e.getMessage()), e);
        } catch (ParseException | IllegalArgumentException e) {
            throw new UnavailableException("userinfo is no JSON object (signed answers are not supported)", e);
        }
    }
}
