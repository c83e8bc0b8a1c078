package io.gatehouse.jetty;

import io.gatehouse.api.Grant;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.jetty.admin.UserControl;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.portal.PortalHandler;
import io.gatehouse.jetty.ticket.TicketDesk;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends everything that a user has: tunnels, portal sessions, the tokens and device tickets that were made for them, and
 * grants. A part that fails does not keep the others from ending, and whoever asked learns of it.
 */
final class UserEnding implements UserControl {
    private static final Logger LOG = LoggerFactory.getLogger(UserEnding.class);

    private final Part tunnels;
    private final Part sessions;
    private final Part tokens;
    private final Part tickets;
    private final Part grants;
    private final ToIntBiFunction<Session, String> one;

    /** Ends what an account has of one kind. */
    @FunctionalInterface
    interface Part {
        /**
         * Ends it.
         *
         * @param until what the account got by then; empty for all that it has now
         */
        Result end(AccountScope account, Optional<Instant> until, String why);
    }

    /**
     * What came of a part.
     *
     * @param ended how much ended
     * @param problem why that is not all, or does not outlive a restart; empty text when it does
     */
    record Result(int ended, String problem) {
        static Result of(int ended) {
            return new Result(ended, "");
        }

        static Result of(int ended, String notKept, String keepError) {
            return new Result(ended, keepError.isEmpty() ? "" : notKept + ": " + keepError);
        }
    }

    /**
     * The ending of users by its parts.
     *
     * @param one ends one session, for the reason that the audit log gets, and says how many tunnels ended
     */
    UserEnding(
            Part tunnels, Part sessions, Part tokens, Part tickets, Part grants, ToIntBiFunction<Session, String> one) {
        this.tunnels = tunnels;
        this.sessions = sessions;
        this.tokens = tokens;
        this.tickets = tickets;
        this.grants = grants;
        this.one = one;
    }

    /**
     * The ending of users of a gateway.
     *
     * @param portal has the sessions
     * @param ledger revokes the tokens
     * @param desk revokes the device tickets
     * @param access ends the grants
     * @param approvals are taken back with the tokens
     */
    static UserEnding of(
            Tunnels tunnels,
            Optional<PortalHandler> portal,
            Optional<PaaLedger> ledger,
            Optional<TicketDesk> desk,
            Optional<GrantDesk> access,
            Approvals approvals) {
        return new UserEnding(
                (account, _, why) -> Result.of(tunnels.endAll(account, why)),
                (account, _, why) -> Result.of(
                        portal.map(handler -> handler.endUser(account, why)).orElse(0)),
                (account, until, why) -> {
                    ledger.ifPresent(tokens -> until.ifPresentOrElse(
                            then -> tokens.revokeUser(account, then), () -> tokens.revokeUser(account)));
                    approvals.forget(account::includes, why);
                    return Result.of(0);
                },
                (account, until, why) -> desk.map(all -> all.endAll(account, until, why))
                        .map(all -> Result.of(all.tickets(), "device tickets are not kept", all.keepError()))
                        .orElse(Result.of(0)),
                (account, until, why) -> access.map(all -> all.endAll(account, until, why))
                        .map(keepError -> Result.of(0, "the end of grants is not kept", keepError))
                        .orElse(Result.of(0)),
                (session, why) -> end(session, why, tunnels, ledger));
    }

    private static int end(Session session, String why, Tunnels tunnels, Optional<PaaLedger> ledger) {
        Optional<String> token = session.user().grant().map(Grant::token);
        if (token.isEmpty()) {
            return tunnels.end(session.id(), why) ? 1 : 0;
        }
        // First the tunnels, so that the audit lines of all have the administrator's reason.
        int ended = tunnels.endToken(token.get(), why);
        ledger.ifPresent(tokens -> tokens.revoke(token.get()));
        return ended;
    }

    @Override
    public Ended end(NamedAccount account, String why) {
        return end(AccountScope.everywhere(account), why);
    }

    /**
     * Ends it all. The tokens come last: whatever begins meanwhile with one of them is ended with it.
     *
     * @param account whose
     * @param why for the audit lines of sessions and tunnels
     */
    Ended end(AccountScope account, String why) {
        List<String> problems = new ArrayList<>();
        int cut = part("tunnels", problems, () -> tunnels.end(account, Optional.empty(), why));
        int over = part("portal sessions", problems, () -> sessions.end(account, Optional.empty(), why));
        part("tokens", problems, () -> tokens.end(account, Optional.empty(), why));
        int files = part("device tickets", problems, () -> tickets.end(account, Optional.empty(), why));
        part("grants", problems, () -> grants.end(account, Optional.empty(), why));
        Ended ended = new Ended(cut, over, files, problems);
        LOG.atInfo()
                .addKeyValue("account", account.account().key())
                .addKeyValue("provider", account.provider().orElse("all"))
                .addKeyValue("reason", why)
                .addKeyValue("sessions", over)
                .addKeyValue("tunnels", cut)
                .log("a user was ended, with all tokens so far");
        return ended;
    }

    /** Ends the tokens, device tickets and grants that an account got until {@code until}, and none since. */
    void endUntil(NamedAccount name, Instant until, String why) {
        AccountScope account = AccountScope.everywhere(name);
        part("tokens", new ArrayList<>(), () -> tokens.end(account, Optional.of(until), why));
        part("device tickets", new ArrayList<>(), () -> tickets.end(account, Optional.of(until), why));
        part("grants", new ArrayList<>(), () -> grants.end(account, Optional.of(until), why));
    }

    @Override
    public int end(Session session, String why) {
        return one.applyAsInt(session, why);
    }

    private static int part(String what, List<String> problems, Supplier<Result> end) {
        try {
            Result result = end.get();
            if (!result.problem().isEmpty()) {
                problems.add(result.problem());
            }
            return result.ended();
        } catch (RuntimeException failure) {
            LOG.atError().addKeyValue("part", what).setCause(failure).log("a user could not be ended altogether");
            problems.add(what + " could not be ended; the gateway's log says why");
            return 0;
        }
    }
}
