package com.example.hello;

import io.gatehouse.api.*;
import io.gatehouse.api.Outcome.*;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Signs in every client that knows one password, by HTTP Basic. An example: do not use it. */
public final class HelloProviderFactory implements AuthProviderFactory<HelloProviderFactory.Config> {
    /** [auth.hello]: password = { file = "hello-password" } */
    public record Config(Secret password) {}

    @Override
    public String name() {
        return "hello";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public AuthProvider create(Config config, ProviderContext context) throws ProviderException {
        if (config.password().bytes().length < 12) {
            throw new ProviderException("the password is too short (expected at least 12 bytes)");
        }
        TokenMechanism basic = TokenMechanism.ofOneToken(
                Scheme.BASIC, Set.of(Venue.HTTP_AUTHORIZATION), token -> answer(config, token));
        return () -> List.of(basic);
    }

    /** The token is "user:password", base64 already removed. */
    private static Step answer(Config config, Token token) {
        String text = new String(token.bytes(), StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        if (colon < 0 || token.length() > 1024) {
            return new Rejected(Reason.MALFORMED, "no Basic token (expected user:password, at most 1024 bytes)");
        }
        Secret password = Secret.ofText(text.substring(colon + 1));
        // A claim, not an outcome: the core charges the guess budget first, and then asks. A verification may wait for
        // a back end, and computes password hashes in the CpuWork that it is given: cpu -> cpu.compute(() -> ...).
        return new Step.Claim(
                "guest",
                _ -> config.password().equals(password)
                        ? Accepted.of(Identity.local("hello", "hello", "guest", Set.of(), Set.of()))
                        : new Rejected(Reason.BAD_CREDENTIALS, "wrong password"));
    }
}
