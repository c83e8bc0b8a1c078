package io.gatehouse.provider.oidc;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.digest.RandomIds;
import io.gatehouse.formats.signin.RejectedException;
import java.security.SecureRandom;

/**
 * What a sign-in keeps while the browser is away, each of them 256 random bits in base64url.
 *
 * @param state comes back with the browser
 * @param nonce comes back in the ID token
 * @param verifier proves to the token endpoint that we began (RFC 7636)
 */
record SignInState(String state, String nonce, String verifier) {
    private static final int BYTES = 32;
    private static final String FORM = "[A-Za-z0-9_-]{43}";

    static SignInState random(SecureRandom random) {
        return new SignInState(word(random), word(random), word(random));
    }

    static String word(SecureRandom random) {
        return RandomIds.next(random, BYTES);
    }

    Secret encode() {
        return Secret.ofText(state + " " + nonce + " " + verifier);
    }

    static SignInState decode(Secret secret) throws RejectedException {
        String[] parts = secret.text().split(" ", -1);
        if (parts.length != 3 || !parts[0].matches(FORM) || !parts[1].matches(FORM) || !parts[2].matches(FORM)) {
            throw new RejectedException(
                    Reason.MALFORMED, "the state that came back from the browser was not made here");
        }
        return new SignInState(parts[0], parts[1], parts[2]);
    }

    @Override
    public String toString() {
        return "SignInState";
    }
}
