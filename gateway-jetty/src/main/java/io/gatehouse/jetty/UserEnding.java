package io.gatehouse.jetty;

import io.gatehouse.api.Grant;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.jetty.admin.UserControl;
import io.gatehouse.jetty.portal.PortalHandler;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends everything that a user has: tunnels, portal sessions, and the tokens that were made for them.
 *
 * @param portal has the sessions
 * @param ledger revokes the tokens
 */
record UserEnding(Tunnels tunnels, Optional<PortalHandler> portal, Optional<PaaLedger> ledger) implements UserControl {
    private static final Logger LOG = LoggerFactory.getLogger(UserEnding.class);

    /**
     * Ends it all. The tokens come last: whatever begins meanwhile with one of them is ended with it.
     *
     * @param account {@link AccountNames#key} of the user
     * @param why for the audit lines of sessions and tunnels
     */
    @Override
    public Ended end(String account, String why) {
        int cut = tunnels.endAll(account, why);
        int sessions = portal.map(handler -> handler.endUser(account, why)).orElse(0);
        ledger.ifPresent(tokens -> tokens.revokeUser(account));
        LOG.atInfo()
                .addKeyValue("account", account)
                .addKeyValue("reason", why)
                .addKeyValue("sessions", sessions)
                .addKeyValue("tunnels", cut)
                .log("a user was ended, with all tokens so far");
        return new Ended(cut, sessions);
    }

    @Override
    public void end(Session session, String why) {
        tunnels.end(session.id(), why);
        session.user().grant().map(Grant::token).ifPresent(token -> ledger.ifPresent(tokens -> tokens.revoke(token)));
    }
}
