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
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.ToIntBiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends everything that a user has: tunnels, portal sessions, the tokens that were made for them, and grants. A part
 * that fails does not keep the others from ending.
 */
final class UserEnding implements UserControl {
    private static final Logger LOG = LoggerFactory.getLogger(UserEnding.class);

    private final Part tunnels;
    private final Part sessions;
    private final Part tokens;
    private final ToIntBiFunction<Session, String> one;

    /** Ends what an account has of one kind, and says how much that was. */
    @FunctionalInterface
    interface Part {
        int end(AccountScope account, String why);
    }

    /**
     * The ending of users by its parts.
     *
     * @param one ends one session, for the reason that the audit log gets, and says how many tunnels ended
     */
    UserEnding(Part tunnels, Part sessions, Part tokens, ToIntBiFunction<Session, String> one) {
        this.tunnels = tunnels;
        this.sessions = sessions;
        this.tokens = tokens;
        this.one = one;
    }

    /**
     * The ending of users of a gateway.
     *
     * @param portal has the sessions
     * @param ledger revokes the tokens
     * @param tickets are revoked, too
     * @param grants end, too
     * @param approvals are taken back with the tokens
     */
    static UserEnding of(
            Tunnels tunnels,
            Optional<PortalHandler> portal,
            Optional<PaaLedger> ledger,
            Optional<TicketDesk> tickets,
            Optional<GrantDesk> grants,
            Approvals approvals) {
        return new UserEnding(
                tunnels::endAll,
                (account, why) ->
                        portal.map(handler -> handler.endUser(account, why)).orElse(0),
                (account, why) -> {
                    ledger.ifPresent(tokens -> tokens.revokeUser(account));
                    approvals.forget(account::includes);
                    tickets.ifPresent(desk -> desk.revokeAll(account, why));
                    grants.ifPresent(desk -> desk.endAll(account, why));
                    return 0;
                },
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
        int cut = part("tunnels", () -> tunnels.end(account, why));
        int over = part("sessions", () -> sessions.end(account, why));
        part("tokens", () -> tokens.end(account, why));
        LOG.atInfo()
                .addKeyValue("account", account.account().key())
                .addKeyValue("provider", account.provider().orElse("all"))
                .addKeyValue("reason", why)
                .addKeyValue("sessions", over)
                .addKeyValue("tunnels", cut)
                .log("a user was ended, with all tokens so far");
        return new Ended(cut, over);
    }

    @Override
    public int end(Session session, String why) {
        return one.applyAsInt(session, why);
    }

    private static int part(String what, IntSupplier end) {
        try {
            return end.getAsInt();
        } catch (RuntimeException failure) {
            LOG.atError().addKeyValue("part", what).setCause(failure).log("a user could not be ended altogether");
            return 0;
        }
    }
}
