package io.gatehouse.jetty.portal;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.login.LoginServices;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.token.PaaTokens;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.jetty.activity.ActivityHistory;
import io.gatehouse.jetty.activity.RecentEvents;
import io.gatehouse.jetty.admin.Administration;
import io.gatehouse.jetty.edge.ClientCertificates;
import io.gatehouse.jetty.edge.Drain;
import io.gatehouse.jetty.grant.GrantDesk;
import io.gatehouse.jetty.ticket.TicketDesk;
import io.gatehouse.jetty.tunnel.LiveTunnels;
import io.gatehouse.jetty.wake.Waker;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What the portal uses of the gateway.
 *
 * @param tokens mints
 * @param ledger revokes
 * @param accounts ask whether users still have their accounts
 * @param passwords what a password form is for
 * @param tickets asks browsers for Kerberos tickets
 * @param assertions are asked about requests without a session, and about those whose session began by their word
 * @param certificates are a second factor beside passwords
 * @param secondFactors one-time codes, where the configuration has them
 * @param externalSignIns ways to sign in at another site
 * @param waker wakes the machines of desktops
 * @param grants temporary grants, where the configuration has them
 * @param deviceTickets files that are good for months, where the configuration has them
 * @param approvals connections that wait for somebody's approval
 * @param administration what administrators do
 * @param drain whether the gateway ends soon
 * @param recent the last audit events
 * @param activity how busy the gateway was
 * @param executor where requests may block
 * @param clock tells the date
 * @param time measures how long something is kept
 */
public record PortalServices(
        PaaTokens tokens,
        PaaLedger ledger,
        PolicyInForce policy,
        Resolver resolver,
        Resolver administratorsResolver,
        LoginServices login,
        AccountChecks accounts,
        Optional<TokenMechanism> passwords,
        Optional<Mechanisms> tickets,
        List<AssertionMechanism> assertions,
        ClientCertificates certificates,
        List<PortalMechanism> externalSignIns,
        Optional<SecondFactors> secondFactors,
        LiveTunnels tunnels,
        Waker waker,
        Optional<GrantDesk> grants,
        Optional<TicketDesk> deviceTickets,
        Approvals approvals,
        AuditLog audit,
        Administration administration,
        Drain drain,
        RecentEvents recent,
        ActivityHistory activity,
        Executor executor,
        Clock clock,
        MonotonicClock time,
        SecureRandom random) {
    public PortalServices {
        assertions = List.copyOf(assertions);
        externalSignIns = List.copyOf(externalSignIns);
    }

    /** Whether a reverse proxy signs users in. */
    boolean proxySignsIn() {
        return assertions.stream().anyMatch(mechanism -> !(mechanism instanceof CertificateMechanism));
    }

    /** Whether the certificate of a browser signs its user in. */
    boolean certificateSignsIn() {
        return assertions.stream().anyMatch(CertificateMechanism.class::isInstance);
    }

    /** Whether a session of this origin began by a certificate. */
    boolean isByCertificate(PortalSession.Origin.InFront origin) {
        return assertions.stream()
                .filter(mechanism -> mechanism.name().equals(origin.mechanism()))
                .anyMatch(CertificateMechanism.class::isInstance);
    }
}
