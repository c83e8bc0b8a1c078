package io.gatehouse.jetty;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Signs everybody in by Basic, and lets a test do something when a sign-in is decided and nothing has begun with it:
 * what happens at that moment is what races with it.
 */
public final class HookedProvider implements AuthProviderFactory<HookedProvider.Config> {
    /** What happens between a sign-in and what it is for. */
    public static volatile Runnable afterSignIn = () -> {};

    /** Nothing to configure. */
    public record Config() {}

    @Override
    public String name() {
        return "hooked";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public AuthProvider create(Config config, ProviderContext context) {
        return () -> List.of(new Hooked());
    }

    private static final class Hooked implements TokenMechanism {
        @Override
        public Scheme scheme() {
            return Scheme.BASIC;
        }

        @Override
        public Set<Venue> venues() {
            return Set.of(Venue.HTTP_AUTHORIZATION, Venue.PORTAL_FORM);
        }

        @Override
        public Conversation open(Peer peer, Venue venue) {
            return new Conversation() {
                @Override
                public Step next(Token token) {
                    String user = new String(token.bytes(), StandardCharsets.UTF_8).replaceFirst(":.*", "");
                    return new Step.Claim(
                            user,
                            _ -> Outcome.Accepted.of(
                                    Identity.local("hooked", "basic", user, Set.of("staff"), Set.of())));
                }

                @Override
                public void close() {
                    afterSignIn.run();
                }
            };
        }
    }
}
