package io.gatehouse.jetty.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountListener;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.approval.ApprovalLimits;
import io.gatehouse.core.approval.ApprovalReply;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.ticket.ApprovalDemands;
import io.gatehouse.core.ticket.PortalPresence;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Whether sessions are renewed, and for how long, by what is known of their accounts. */
class ChannelReviewTest {
    private static final Duration UNCHECKED = Duration.ofHours(4);
    private static final Identity ALICE =
            new Identity("local", "ntlm", "alice", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of());
    private static final Rule RULE = new Rule(
            "all", Optional.empty(), Optional.of(Duration.ofHours(1)), AtSessionTimeout.REAUTHORISE, Optional.empty());
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("10.0.0.1");
    private static final Access.Allow OPEN = new Access.Allow(RULE, new Target("pc", 3389), List.of(ADDRESS));
    private static final AccessPolicy POLICY = new AccessPolicy(
            List.of(new PolicyRule(
                    RULE,
                    List.of(),
                    Set.of(),
                    Set.of(),
                    List.of(new TargetPattern.Name("pc")),
                    List.of(new PortRange(3389, 3389)),
                    0)),
            _ -> false);

    private static final ChannelReview.Admitted TUNNEL = new ChannelReview.Admitted(POLICY, 0, 0);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);
    private final MonotonicClock time = nanos::get;
    private final Approvals approvals = new Approvals(
            new ApprovalLimits(Duration.ofMinutes(5), Duration.ofMinutes(5), 10, 10, 10),
            Domains.NONE,
            Clock.systemUTC(),
            time,
            new SecureRandom(),
            (_, _) -> {});
    private final UserBlocks blocks = new UserBlocks(Clock.systemUTC());
    private Optional<AccountStatus> status = Optional.empty();
    private boolean complete = true;

    private final AccountChecks accounts = new AccountChecks(
            Map.of("local", new AccountDirectory() {
                @Override
                public boolean covers(Identity identity) {
                    return status.isPresent();
                }

                @Override
                public boolean isComplete() {
                    return complete;
                }

                @Override
                public AccountStatus check(Identity identity) {
                    return status.orElseThrow();
                }
            }),
            new Domains(List.of()),
            time,
            Duration.ofMinutes(15),
            new AccountListener() {
                @Override
                public void accountGone(Identity user, String reason) {}

                @Override
                public void directoryFailed(String provider, Throwable failure) {}
            });

    private static final PortalPresence NO_PORTAL = new PortalPresence() {
        @Override
        public List<Identity> sessions(Identity user, Optional<Source> at) {
            return List.of();
        }

        @Override
        public boolean hasDesktop(String desktop, Identity user, Target target) {
            return false;
        }
    };

    private final ChannelReview review = new ChannelReview(
            blocks, accounts, new ApprovalDemands(approvals, Optional.empty(), NO_PORTAL), time, UNCHECKED);
    private final long signedInAt = nanos.get();

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private static Requester alice() {
        return Requester.of(ALICE, ADDRESS, Instant.EPOCH);
    }

    /** How long the session may last: without a number for as long as its rule says. */
    private String renewed() {
        return renewed(POLICY, OPEN);
    }

    @Test
    void anAccountThatNobodyCanCheckIsGoodForFourHoursAfterItsSignIn() {
        pass(Duration.ofHours(3));
        assertThat(renewed()).isEqualTo("for 60 min");
        pass(Duration.ofHours(1).minusSeconds(1));
        assertThat(renewed()).isEqualTo("for 0 min");
        pass(Duration.ofSeconds(1));
        assertThat(renewed()).isEqualTo("the account could not be checked for 14400 s (unchecked-session-timeout)");
    }

    @Test
    void anAccountThatItsBackEndConfirmsIsGoodForAsLongAsItDoes() {
        status = Optional.of(new AccountStatus.Active(Optional.empty()));
        pass(Duration.ofDays(3));
        assertThat(renewed()).isEqualTo("as the rule says");
        status = Optional.of(new AccountStatus.Gone("disabled"));
        pass(Duration.ofMinutes(1));
        assertThat(renewed()).isEqualTo("the account is gone: disabled");
    }

    @Test
    void aBackEndThatIsSilentIsWaitedForFourHoursAfterItsLastWord() {
        status = Optional.of(new AccountStatus.Active(Optional.empty()));
        pass(Duration.ofHours(2));
        assertThat(renewed()).isEqualTo("as the rule says");
        status = Optional.of(new AccountStatus.Unavailable("down"));
        // Not so long at once that the checks forget the account.
        for (int i = 0; i < 7; i++) {
            pass(Duration.ofMinutes(30 - 1));
            assertThat(renewed()).startsWith("for ");
        }
        pass(Duration.ofMinutes(7));
        pass(Duration.ofMinutes(30));
        assertThat(renewed()).startsWith("the account could not be checked");
    }

    /** A KDC says that an account is there, and not what became of its groups. */
    @Test
    void aBackEndThatDoesNotTellEverythingIsNoConfirmation() {
        complete = false;
        status = Optional.of(new AccountStatus.Active(Optional.empty()));
        pass(Duration.ofHours(3));
        assertThat(renewed()).isEqualTo("for 60 min");
        pass(Duration.ofHours(1));
        assertThat(renewed()).startsWith("the account could not be checked");
    }

    @Test
    void aBlockedUserKeepsNothing() {
        Instant now = Clock.systemUTC().instant();
        blocks.block(new UserBlocks.Block(AccountNames.key(ALICE), now, now.plusSeconds(600), "ops", "lost laptop"));
        assertThat(review.now(POLICY, TUNNEL, alice(), OPEN))
                .isInstanceOfSatisfying(
                        ChannelReview.Answer.No.class,
                        no -> assertThat(no.why()).contains("blocked until", "by ops: lost laptop"));
        assertThat(renewed()).contains("blocked until");
    }

    private static final Rule ASKING = new Rule(
            "all",
            Optional.empty(),
            Optional.of(Duration.ofHours(1)),
            AtSessionTimeout.REAUTHORISE,
            Optional.empty(),
            false,
            Optional.of(new ApprovalTerms(
                    Optional.empty(), Set.of(), false, Duration.ofHours(8), WithoutNumber.ASK, "pc (3389)")));
    private static final AccessPolicy ASKING_POLICY = new AccessPolicy(
            List.of(new PolicyRule(
                    ASKING,
                    List.of(),
                    Set.of(),
                    Set.of(),
                    List.of(new TargetPattern.Name("pc")),
                    List.of(new PortRange(3389, 3389)),
                    0)),
            _ -> false);

    private String now(Rule open) {
        Access.Allow allow = new Access.Allow(open, new Target("pc", 3389), List.of(ADDRESS));
        return switch (review.now(ASKING_POLICY, TUNNEL, alice(), allow)) {
            case ChannelReview.Answer.Yes _ -> "yes";
            case ChannelReview.Answer.No no -> no.why();
        };
    }

    private void approve() {
        if (approvals.ask(ALICE, ADDRESS, ASKING, true, (_, _) -> {}) instanceof Approvals.Asked.Waiting(var ticket)) {
            approvals.answer(
                    ticket.question(), ALICE, new ApprovalReply.Shown(ticket.number()), Integer.MAX_VALUE, _ -> {});
        }
    }

    @Test
    void aRuleThatAsksForAnApprovalSinceAReloadKeepsNoChannelOpenWithoutIt() {
        assertThat(now(RULE)).isEqualTo("rule \"all\" asks for an approval that nobody has given");
        assertThat(now(ASKING)).as("open by the same rule").isEqualTo("yes");
        approve();
        assertThat(now(RULE)).isEqualTo("yes");
    }

    @Test
    void aSessionIsRenewedForAsLongAsItsApprovalLasts() {
        status = Optional.of(new AccountStatus.Active(Optional.empty()));
        approve();
        pass(Duration.ofHours(7));
        assertThat(renewedByAsking()).isEqualTo("as the rule says");
        pass(Duration.ofHours(1));
        assertThat(renewedByAsking()).startsWith("the approval by rule \"all\" does not last any more");
    }

    private String renewedByAsking() {
        return renewed(ASKING_POLICY, new Access.Allow(ASKING, new Target("pc", 3389), List.of(ADDRESS)));
    }

    private String renewed(AccessPolicy policy, Access.Allow open) {
        return switch (review.renewed(policy, TUNNEL, alice(), open, review.account(ALICE), signedInAt)) {
            case ChannelReview.Answer.Yes(Access.Allow _, Optional<Duration> longest) ->
                longest.map(most -> "for " + most.toMinutes() + " min").orElse("as the rule says");
            case ChannelReview.Answer.No no -> no.why();
        };
    }
}
