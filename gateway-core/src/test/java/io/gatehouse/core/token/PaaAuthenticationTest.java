package io.gatehouse.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Token;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountListener;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.account.UserBlocks;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaaAuthenticationTest {
    private static final Clock CLOCK = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
    private static final Duration LONG = Duration.ofHours(1);

    private final List<String> asked = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final PaaKeys keys = PaaKeys.generate(PaaKeys.Algorithm.HS256, new SecureRandom());
    private final PaaTokens tokens = new PaaTokens(() -> keys, "gw.example.com", CLOCK);
    private Clock now = CLOCK;

    private final AccountChecks checks = new AccountChecks(
            Map.of("oidc", new AccountDirectory() {
                @Override
                public boolean covers(Identity identity) {
                    return true;
                }

                @Override
                public AccountStatus check(Identity identity) {
                    asked.add(identity.user());
                    return new AccountStatus.Gone("removed");
                }
            }),
            Domains.NONE,
            () -> 0,
            Duration.ofMinutes(15),
            new AccountListener() {
                @Override
                public void accountGone(Identity user, String reason) {
                    ended.add(user.user());
                    ledger().revokeUser(AccountScope.atProvider(user));
                }

                @Override
                public void directoryFailed(String provider, Throwable failure) {
                    throw new AssertionError(failure);
                }
            });

    private final PaaLedger ledger = new PaaLedger(
            new PaaLedger.Limits(Duration.ofSeconds(10), LONG, 3, LONG, LONG, false),
            new Clock() {
                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now.instant();
                }
            },
            () -> 0);

    private final PaaAuthentication authentication =
            new PaaAuthentication(tokens, ledger, AddressCheck.OFF, Domains.NONE, checks, new UserBlocks(CLOCK));

    private PaaLedger ledger() {
        return ledger;
    }

    private PaaAuthentication.Answer use(PaaToken token) {
        Token cookie = Token.of(tokens.mint(token).getBytes(StandardCharsets.UTF_16LE));
        return authentication.authenticate(
                cookie, new Peer(InetAddress.getLoopbackAddress(), true, false, List.of()), () -> {});
    }

    private static Optional<Reason> refusal(PaaAuthentication.Answer answer) {
        return answer instanceof PaaAuthentication.Answer.Refused refused
                ? Optional.of(refused.rejected().reason())
                : Optional.empty();
    }

    @Test
    void theBackEndIsAskedForGoodTokensOnly() {
        now = Clock.offset(CLOCK, Duration.ofMinutes(6));
        assertThat(refusal(use(Samples.token()))).contains(Reason.EXPIRED);
        assertThat(asked).isEmpty();
        assertThat(ended).isEmpty();

        now = CLOCK;
        assertThat(refusal(use(Samples.token()))).contains(Reason.LOCKED);
        assertThat(ended).containsExactly("alice");
        asked.clear();
        assertThat(refusal(use(Samples.token()))).contains(Reason.EXPIRED);
        assertThat(asked)
                .as("a token that was revoked when the account was gone")
                .isEmpty();
    }
}
