package io.gatehouse.jetty;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalStep;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderSession;
import io.gatehouse.api.Secret;
import io.gatehouse.api.WebRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Signs browsers in as anybody whom the way back names, and as anybody whom the header {@code X-Front-User} names: what
 * the portal does with providers' words is tried here, not the words.
 */
public final class SiteProvider implements AuthProviderFactory<SiteProvider.Config> {
    /** Where the other site is. */
    public static final String SITE = "https://idp.test/";

    /** Nothing to configure. */
    public record Config() {}

    @Override
    public String name() {
        return "site";
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
                return List.of(new Site(), new Front());
            }

            @Override
            public Optional<AccountDirectory> accounts() {
                return Optional.of(new Accounts());
            }

            @Override
            public void close() {}
        };
    }

    /** Tells about accounts what a test says, and covers none before. */
    public static final class Accounts implements AccountDirectory {
        public static volatile Optional<AccountStatus> answer = Optional.empty();

        @Override
        public boolean covers(Identity identity) {
            return answer.isPresent();
        }

        @Override
        public AccountStatus check(Identity identity) {
            return answer.orElseThrow();
        }
    }

    private static Identity identity(String method, String user) {
        return Identity.local("site", method, user, Set.of("staff"), Set.of());
    }

    /** Whoever returns as "slow" is held until this is open. */
    public static final class Held {
        public static final AtomicInteger INSIDE = new AtomicInteger();
        public static volatile CountDownLatch gate = new CountDownLatch(0);

        private Held() {}
    }

    private static PortalStep hold() {
        Held.INSIDE.incrementAndGet();
        try {
            Held.gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Outcome.Rejected(Outcome.Reason.REFUSED, "held long enough");
    }

    private static final class Site implements PortalMechanism {
        private final AtomicInteger number = new AtomicInteger();

        @Override
        public String id() {
            return "sso";
        }

        @Override
        public String label() {
            return "Example & Sons";
        }

        @Override
        public PortalStep begin(WebRequest request, URI callback) {
            String state = "state-" + number.incrementAndGet();
            return new PortalStep.Detour(
                    URI.create(SITE + "authorize?redirect_uri="
                            + URLEncoder.encode(callback.toString(), StandardCharsets.UTF_8) + "&state=" + state),
                    Secret.ofText(state));
        }

        @Override
        public PortalStep resume(WebRequest request, Secret state, URI callback) {
            String user = request.parameters().getOrDefault("user", "");
            if (!state.text().equals(request.parameters().get("state"))) {
                return new Outcome.Rejected(Outcome.Reason.MALFORMED, "another state");
            }
            return switch (user) {
                case "broken" -> throw new IllegalStateException("a provider that breaks");
                case "slow" -> hold();
                case "unwelcome" -> new Outcome.Rejected(Outcome.Reason.REFUSED, "the claim groups is missing");
                default ->
                    new PortalStep.SignedIn(
                            identity("sso", user),
                            new ProviderSession(
                                    "subject-" + user,
                                    Optional.of("session-" + user),
                                    Optional.of(Secret.ofText("hint"))));
            };
        }

        @Override
        public Optional<URI> signOut(ProviderSession session, URI afterwards) {
            return Optional.of(URI.create(SITE + "logout?to=" + afterwards));
        }

        @Override
        public Logout backChannelLogout(WebRequest request) {
            String token = request.parameters().getOrDefault("logout_token", "");
            if (token.equals("broken")) {
                throw new IllegalStateException("a provider that breaks");
            }
            return token.startsWith("subject-")
                    ? new EndedSessions(Optional.of(token), Optional.empty())
                    : new Outcome.Rejected(Outcome.Reason.MALFORMED, "no logout token of this site");
        }
    }

    private static final class Front implements AssertionMechanism {
        @Override
        public String name() {
            return "front";
        }

        @Override
        public Optional<Outcome> assess(WebRequest request) {
            return request.header("X-Front-User").stream().findFirst().map(user -> switch (user) {
                case "down" -> new Outcome.Rejected(Outcome.Reason.UNAVAILABLE, "no keys");
                case "forged" -> new Outcome.Rejected(Outcome.Reason.REFUSED, "not from a trusted proxy");
                case "broken" -> throw new IllegalStateException("a provider that breaks");
                case "alice-of-nothing" ->
                    Outcome.Accepted.of(Identity.local("site", "header", "alice", Set.of(), Set.of()));
                default -> Outcome.Accepted.of(identity("header", user));
            });
        }
    }
}
