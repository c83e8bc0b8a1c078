package io.gatehouse.jetty;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.util.List;
import java.util.Set;

/** A provider that breaks where nobody is prepared for it. */
public final class FaultyProvider implements AuthProviderFactory<FaultyProvider.Config> {
    static volatile boolean broken;

    /** Nothing to configure. */
    public record Config() {}

    @Override
    public String name() {
        return "faulty";
    }

    @Override
    public Class<Config> configType() {
        return Config.class;
    }

    @Override
    public AuthProvider create(Config config, ProviderContext context) {
        return new AuthProvider() {
            @Override
            public List<Mechanism> mechanisms() {
                return List.of(new Faulty());
            }

            @Override
            public void close() {}
        };
    }

    private static final class Faulty implements TokenMechanism {
        @Override
        public Scheme scheme() {
            if (broken) {
                throw new AssertionError("a mechanism that has lost its scheme");
            }
            return Scheme.BEARER;
        }

        @Override
        public Set<Venue> venues() {
            return Set.of(Venue.HTTP_AUTHORIZATION);
        }

        @Override
        public Conversation open(Peer peer, Venue venue) {
            throw new IllegalStateException("nobody opens it");
        }
    }
}
