package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Peer;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.login.LoginAttempt;
import io.gatehouse.core.login.LoginServices;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.ticket.ApprovalDemands;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.ticket.DeviceTicketAuthentication;
import io.gatehouse.core.token.PaaAuthentication;
import io.gatehouse.core.tunnel.TunnelSettings;
import io.gatehouse.jetty.diagnosis.ConnectionLog;
import io.gatehouse.jetty.target.TargetOpener;
import io.gatehouse.jetty.wake.Waker;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.util.thread.Scheduler;

/** The services that all tunnels of a gateway share. */
record TunnelServices(
        TunnelSettings settings,
        Mechanisms mechanisms,
        LoginServices login,
        PolicyInForce policy,
        AuditLog audit,
        Scheduler scheduler,
        Clock clock,
        MonotonicClock time,
        Executor executor,
        TargetOpener opener,
        Waker waker,
        Tunnels tunnels,
        Optional<PaaAuthentication> tokens,
        Optional<DeviceTicketAuthentication> tickets,
        AccountChecks accounts,
        ChannelReview review,
        Approvals approvals,
        ApprovalDemands demands,
        ApprovalAddress approvalAddress,
        ConnectionLog stages) {

    @Inject
    TunnelServices {}

    /** A sign-in attempt of {@code peer}. */
    LoginAttempt newAttempt(TokenMechanism mechanism, Peer peer, Venue venue) {
        return new LoginAttempt(mechanism, peer, venue, login);
    }

    /**
     * {@code who} as they are known now; asks nobody. What a device ticket says of its user is older than what their
     * back end said when they signed in with it.
     */
    Identity current(Identity who, long signedInAt) {
        return tickets.filter(_ -> DeviceTicket.idOf(who).isPresent())
                .map(found -> accounts.current(found.tickets().current(who)))
                .orElseGet(() -> accounts.current(who, signedInAt));
    }

    /** A tunnel id for the client; it identifies nothing towards the gateway, so chance collisions are harmless. */
    int nextTunnelId() {
        return ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    }
}
