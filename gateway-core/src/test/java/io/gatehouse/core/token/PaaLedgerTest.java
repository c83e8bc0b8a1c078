package io.gatehouse.core.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.PaaLedger.Ticket;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Reuse window 10 s, reconnect window 2 min, 3 times, 8 h in all; tokens live 5 min. */
class PaaLedgerTest {
    private static final Source HOME = source("192.0.2.1");
    private static final Source ELSEWHERE = source("192.0.2.2");

    private Instant now = Samples.NOW;
    private long tick = Long.MAX_VALUE - 1_000_000; // a monotonic clock may overflow
    private Source from = HOME;
    private PaaLedger ledger = ledger(false);
    private final PaaToken token = Samples.token();
    private final AtomicInteger cut = new AtomicInteger();

    @Test
    void clientOpensSeveralTunnelsForOneConnection() {
        ticket();
        later(Duration.ofSeconds(1));
        ticket();
        later(Duration.ofSeconds(9));
        ticket();
    }

    @Test
    void expiredTokenIsRefusedOnItsFirstUse() {
        later(Duration.ofMinutes(5));
        assertThat(refusal()).isEqualTo("expired at 2026-11-22T10:05:00Z");
    }

    @Test
    void usedTokenIsRefusedOnceItsTunnelsAreLongGone() {
        ticket().close();
        later(Duration.ofMinutes(2).plusSeconds(1));
        assertThat(refusal())
                .isEqualTo("used before, and its last tunnel ended at 2026-11-22T10:00:00Z, too long ago to come back");
    }

    @Test
    void liveSessionComesBackWithAnExpiredToken() {
        ticket();
        later(Duration.ofHours(7));
        ticket();
    }

    @Test
    void sessionThatJustDroppedComesBack() {
        Ticket first = ticket();
        later(Duration.ofHours(2));
        first.close();
        later(Duration.ofMinutes(2));
        ticket();
    }

    @Test
    void itComesBackOnlySoOften() {
        Ticket tunnel = ticket();
        for (int i = 0; i < 3; i++) {
            later(Duration.ofMinutes(1));
            tunnel.close();
            tunnel = ticket();
        }
        later(Duration.ofMinutes(1));
        assertThat(refusal()).isEqualTo("came back 3 times already");
    }

    @Test
    void itComesBackOnlyForSoLong() {
        ticket();
        later(Duration.ofHours(8).plusSeconds(1));
        assertThat(refusal()).isEqualTo("used before, at 2026-11-22T10:00:00Z, too long ago to come back");
    }

    @Test
    void oneTokenOpensABoundedNumberOfTunnels() {
        for (int i = 0; i < 16; i++) {
            ticket();
        }
        assertThat(refusal()).isEqualTo("opens 16 tunnels already");
    }

    @Test
    void revokedTokenEndsItsTunnelsAndOpensNoMore() {
        ticket();
        ticket();
        ledger.revoke(token.id());
        assertThat(cut).hasValue(2);
        assertThat(refusal()).isEqualTo("revoked");
    }

    /** A user who moved to another provider keeps the tokens of that one when the account at the former is gone. */
    @Test
    void tokensAreRevokedAtOneProviderOrAtAll() {
        PaaToken moved = Samples.token("moved", "session", "kerberos");
        ticket();
        assertThat(ledger.use(moved, from, cut::incrementAndGet)).isInstanceOf(PaaLedger.Use.Admitted.class);
        ledger.revokeUser(AccountScope.atProvider(token.identity()));
        assertThat(cut).hasValue(1);
        assertThat(refusal()).isEqualTo("all tokens of the user were revoked at 2026-11-22T10:00:00Z");
        assertThat(ledger.refusal(moved, from)).isEmpty();

        ledger.revokeUser(AccountScope.everywhere(token.identity()));
        assertThat(cut).hasValue(2);
        assertThat(ledger.refusal(moved, from)).isPresent();
    }

    /** The end of a user before the start of a gateway leaves the tokens that the user got since. */
    @Test
    void tokensAreRevokedUntilATimeAndALaterOneHolds() {
        Instant made = token.issuedAt();
        ledger.revokeUser(AccountScope.everywhere(token.identity()), made.minusSeconds(1));
        assertThat(ledger.refusal(token, from)).isEmpty();
        ledger.revokeUser(AccountScope.everywhere(token.identity()), made);
        assertThat(ledger.refusal(token, from)).isPresent();
        ledger.revokeUser(AccountScope.everywhere(token.identity()), made.minusSeconds(1));
        assertThat(ledger.refusal(token, from)).as("an earlier one").isPresent();
    }

    @Test
    void tokensAreRevokedByThePrincipalNameOfTheirUserUsedOrNot() {
        ticket();
        Domain corp = new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of(), List.of(), List.of());
        ledger.revokeUser(AccountScope.everywhere(NamedAccount.ofKey("corp\\alice.smith", new Domains(List.of(corp)))));
        assertThat(cut).as("another's").hasValue(0);
        PaaToken other = Samples.tokenOf("asmith", "Alice.Smith@corp.example.com");
        assertThat(ledger.refusal(other, from)).isPresent();
        assertThat(ledger.refusal(token, from)).isEmpty();
    }

    @Test
    void endedSignInEndsAllItsTokensUsedOrNot() {
        ticket();
        ledger.revokeSession(token.session());
        assertThat(cut).hasValue(1);
        assertThat(refusal()).isEqualTo("the sign-in that the token belongs to was ended");
        assertThat(use(Samples.token("another", token.session()))).isInstanceOf(PaaLedger.Use.Refused.class);
        assertThat(use(Samples.token("foreign", "of another sign-in"))).isInstanceOf(PaaLedger.Use.Admitted.class);
    }

    @Test
    void revocationOfOneTokenLeavesTheOthers() {
        ticket();
        ledger.revoke("another");
        assertThat(cut).hasValue(0);
        ticket();
    }

    @Test
    void tunnelIsToldOfTheFirstRevocationOnly() {
        ticket();
        ledger.revoke(token.id());
        ledger.revokeSession(token.session());
        ledger.revoke(token.id());
        assertThat(cut).hasValue(1);
    }

    @Test
    void tunnelThatEndedIsNotCutAgain() {
        Ticket tunnel = ticket();
        tunnel.close();
        tunnel.close();
        ledger.revoke(token.id());
        assertThat(cut).hasValue(0);
    }

    @Test
    void tokensAreForgottenOnlyWhenTheyCannotBeUsedAnyMore() {
        ticket().close();
        later(Duration.ofMinutes(4));
        use(Samples.token("second", "session")); // no sweep may forget the first: it has not expired
        assertThat(ledger.size()).isEqualTo(2);
        later(Duration.ofMinutes(2));
        assertThat(ledger.size()).isEqualTo(1);
        assertThat(refusal()).startsWith("expired at");
    }

    // Sources

    @Test
    void aCopyOpensNothingFromAnotherAddressWhileTheSessionLives() {
        ticket();
        from = ELSEWHERE;
        assertThat(use(token))
                .isEqualTo(new PaaLedger.Use.Refused(
                        Reason.REFUSED,
                        "used first from 192.0.2.1 and now from 192.0.2.2 (a copy, or a user who roams; roaming = true"
                                + " lets them)"));
        later(Duration.ofHours(1));
        assertThat(refusal()).startsWith("used first from 192.0.2.1");
        from = HOME;
        ticket();
    }

    @Test
    void theSourceOfTheFirstUseIsBoundAndNotThatOfTheBrowser() {
        from = ELSEWHERE;
        ticket();
        from = HOME;
        assertThat(refusal()).startsWith("used first from 192.0.2.2");
    }

    @Test
    void anIpv6HostMayChangeItsAddressWithinItsNetwork() {
        from = source("2001:db8:1:2::1");
        ticket();
        from = source("2001:db8:1:2:ffff::7");
        ticket();
        from = source("2001:db8:1:3::1");
        assertThat(refusal())
                .startsWith("used first from 2001:db8:1:2:0:0:0:0/64 and now from 2001:db8:1:3:0:0:0:0/64");
    }

    @Test
    void whoMayRoamComesBackFromAnotherAddressAndTheAuditLogIsTold() {
        ledger = ledger(true);
        assertThat(((PaaLedger.Use.Admitted) use(token)).remark()).isEmpty();
        from = ELSEWHERE;
        later(Duration.ofMinutes(1));
        assertThat(((PaaLedger.Use.Admitted) use(token)).remark()).contains("the token was used first from 192.0.2.1");
        from = HOME;
        assertThat(((PaaLedger.Use.Admitted) use(token)).remark()).isEmpty();
    }

    // Restarts and clocks

    @Test
    void aTokenThatWasMadeBeforeTheGatewayStartedMayHaveBeenUsedAndIsRefused() {
        ticket();
        later(Duration.ofSeconds(30));
        ledger = ledger(false);
        assertThat(refusal())
                .isEqualTo(
                        "made at 2026-11-22T10:00:00Z, before the gateway started at 2026-11-22T10:00:30Z: it may have"
                                + " been used before");
    }

    @Test
    void aStepBackOfTheTimeOfDayDoesNotEndASessionOrProlongOne() {
        Ticket tunnel = ticket();
        now = now.minus(Duration.ofHours(1));
        ticket().close();
        tunnel.close();
        later(Duration.ofMinutes(2).plusSeconds(1));
        assertThat(refusal()).startsWith("used before, and its last tunnel ended at");
    }

    @Test
    void aStepForwardOfTheTimeOfDayDoesNotEndASession() {
        ticket().close();
        now = now.plus(Duration.ofHours(9));
        ticket();
    }

    @Test
    void aStepBackOfTheTimeOfDayDoesNotMakeAForgottenTokenFresh() {
        ticket().close();
        later(Duration.ofMinutes(10));
        assertThat(ledger.size()).isZero();
        now = now.minus(Duration.ofHours(1));
        assertThat(refusal()).isEqualTo("used before, too long ago to come back");
    }

    @Test
    void aStepBackOfTheTimeOfDayDoesNotBringARevokedSignInBack() {
        ledger.revokeSession(token.session());
        later(Duration.ofMinutes(10));
        ledger.size();
        now = now.minus(Duration.ofMinutes(10));
        assertThat(refusal()).isEqualTo("the sign-in that the token belongs to was ended");
    }

    /** Ends the gateway, which leaves what it knows, and starts another one after {@code absence}. */
    private void restart(Duration absence) {
        String left = TokenMemoryText.write(ledger.leave());
        later(absence);
        tick += 4_000_000_000_000_000_000L; // another process may have any other monotonic clock
        ledger = ledger(false);
        assertThat(ledger.resume(read(left))).isEmpty();
    }

    private static TokenMemory.Ended read(String text) {
        return TokenMemoryText.parse(text) instanceof Parsed.Valid<TokenMemory>(TokenMemory.Ended ended)
                ? ended
                : fail(text);
    }

    @Test
    void aSessionComesBackAfterARestartAsOftenAsItMay() {
        ticket();
        later(Duration.ofMinutes(1));
        ticket();
        restart(Duration.ofSeconds(30));
        ticket();
        restart(Duration.ofSeconds(30));
        ticket();
        restart(Duration.ofSeconds(30));
        assertThat(refusal()).isEqualTo("came back 3 times already");
    }

    @Test
    void aTokenThatWasNotUsedIsGoodAfterARestartUntilItExpires() {
        restart(Duration.ofMinutes(2));
        restart(Duration.ofMinutes(2));
        assertThat(ledger.refusal(token, from)).isEmpty();
        restart(Duration.ofMinutes(2));
        assertThat(refusal()).isEqualTo("expired at 2026-11-22T10:05:00Z");
    }

    @Test
    void aTokenThatWasUsedIsNotFreshAfterARestart() {
        ticket().close();
        restart(Duration.ofSeconds(30));
        from = ELSEWHERE;
        assertThat(refusal()).startsWith("used first from 192.0.2.1 and now from 192.0.2.2");
    }

    @Test
    void theTimeOfARestartCountsForEveryWindow() {
        ticket();
        restart(Duration.ofMinutes(2).plusSeconds(1));
        assertThat(refusal())
                .isEqualTo("used before, and its last tunnel ended at 2026-11-22T10:00:00Z, too long ago to come back");
        later(Duration.ofMinutes(4));
        assertThat(ledger.size()).isZero();
        restart(Duration.ofSeconds(1));
        now = now.minus(Duration.ofMinutes(10));
        assertThat(refusal()).isEqualTo("used before, too long ago to come back");
    }

    @Test
    void whatWasRevokedStaysSoAfterARestart() {
        PaaToken second = Samples.token("second", "second session");
        PaaToken third = Samples.token("third", "third session", "kerberos");
        ticket().close();
        ledger.revoke(token.id());
        ledger.revokeSession(second.session());
        ledger.revokeUser(AccountScope.atProvider(third.identity()));
        restart(Duration.ofSeconds(30));
        assertThat(refusal()).isEqualTo("revoked");
        assertThat(ledger.refusal(second, from).orElseThrow().why())
                .isEqualTo("the sign-in that the token belongs to was ended");
        assertThat(ledger.refusal(third, from).orElseThrow().why())
                .isEqualTo("all tokens of the user were revoked at 2026-11-22T10:00:00Z");
    }

    @Test
    void aUserWhoseTokenCameFromBeforeARestartIsRevokedByName() {
        ticket();
        restart(Duration.ofSeconds(30));
        ticket();
        ledger.revokeUser(AccountScope.everywhere(token.identity()));
        assertThat(cut).hasValue(1);
    }

    /** Nobody can have known of its use. */
    @Test
    void aTokenThatWasMadeWhileNoGatewayRanIsRefusedAlsoByLaterGateways() {
        now = Samples.NOW.minusSeconds(10);
        ledger = ledger(false);
        restart(Duration.ofSeconds(20));
        String why = "made at 2026-11-22T10:00:00Z, and what was used is not known from 2026-11-22T09:59:50Z to"
                + " 2026-11-22T10:00:10Z, when no gateway ran";
        assertThat(refusal()).isEqualTo(why);
        restart(Duration.ofSeconds(1));
        assertThat(refusal()).isEqualTo(why);
        for (int i = 0; i < 40; i++) {
            restart(Duration.ofSeconds(1));
        }
        assertThat(refusal()).startsWith("made at 2026-11-22T10:00:00Z, before the gateway started at");
    }

    @Test
    void whatWasLeftIsNotUsedWhenTheClockWasSetBackOrLongAfter() {
        ticket();
        TokenMemory.Ended left = ledger.leave();
        now = now.minusSeconds(1);
        ledger = ledger(false);
        assertThat(ledger.resume(left))
                .contains(
                        "written at 2026-11-22T10:00:00Z, and it is 2026-11-22T09:59:59Z: the" + " clock was set back");
        now = left.saved().plus(Duration.ofMinutes(5)).plusNanos(1);
        ledger = ledger(false);
        assertThat(ledger.resume(left)).contains("written at 2026-11-22T10:00:00Z, which is longer ago than 5 minutes");
        assertThat(refusal()).startsWith("expired at");
    }

    /** Its date has no fraction of a second. */
    @Test
    void aTokenFromThePartOfASecondBeforeTheStartIsRefused() {
        now = now.plusMillis(900);
        ledger = ledger(false);
        assertThat(ledger.begin()).isEqualTo(Duration.ofMillis(100));
        assertThat(refusal())
                .isEqualTo("made at 2026-11-22T10:00:00Z, before the gateway started at 2026-11-22T10:00:01Z: it may"
                        + " have been used before");
        now = now.plusMillis(100);
        PaaToken after = new PaaToken(
                "after", "session", token.identity(), token.targets(), now, token.expires(), Optional.empty());
        assertThat(ledger.refusal(after, from)).isEmpty();
    }

    private PaaLedger ledger(boolean roaming) {
        return new PaaLedger(
                new PaaLedger.Limits(
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(2),
                        3,
                        Duration.ofHours(8),
                        Duration.ofMinutes(5),
                        roaming),
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
                        return now;
                    }
                },
                () -> tick);
    }

    private static Source source(String address) {
        return new Source(InetAddress.ofLiteral(address));
    }

    private Ticket ticket() {
        return switch (use(token)) {
            case PaaLedger.Use.Admitted(Ticket ticket, Optional<String> _) -> ticket;
            case PaaLedger.Use.Refused(Reason _, String why) -> throw new AssertionError(why);
        };
    }

    private String refusal() {
        return switch (use(token)) {
            case PaaLedger.Use.Admitted _ -> "admitted";
            case PaaLedger.Use.Refused(Reason _, String why) -> why;
        };
    }

    private PaaLedger.Use use(PaaToken used) {
        return ledger.use(used, from, cut::incrementAndGet);
    }

    private void later(Duration time) {
        now = now.plus(time);
        tick += time.toNanos();
    }
}
