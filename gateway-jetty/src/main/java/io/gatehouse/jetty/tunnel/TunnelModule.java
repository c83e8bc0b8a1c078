package io.gatehouse.jetty.tunnel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.approval.ApprovalLimits;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditGuard;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.ApprovalConfig;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.login.LoginServices;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.ticket.ApprovalDemands;
import io.gatehouse.core.ticket.DeviceTicketAuthentication;
import io.gatehouse.core.ticket.DeviceTickets;
import io.gatehouse.core.ticket.PortalPresence;
import io.gatehouse.core.token.PaaAuthentication;
import io.gatehouse.core.tunnel.TunnelSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/** Wires what all tunnels share. */
public final class TunnelModule extends AbstractModule {
    @Override
    protected void configure() {
        bind(TunnelServices.class).in(Singleton.class);
        bind(TunnelFactory.class).in(Singleton.class);
        bind(LiveTunnels.class).to(Tunnels.class);
    }

    @Provides
    @Singleton
    TunnelSettings settings(GatewayConfig config, Mechanisms mechanisms, Optional<PaaAuthentication> tokens) {
        GatewayConfig.Tunnel tunnel = config.tunnel();
        return new TunnelSettings(
                mechanisms.extendedAuthSchemes(tokens.isPresent()),
                tunnel.consentMessage(),
                tunnel.consentRequired(),
                tunnel.consentTimeout(),
                config.limits().loginDeadline(),
                tunnel.keepalive(),
                config.approval().clientWait());
    }

    @Provides
    @Singleton
    ChannelReview review(
            GatewayConfig config,
            UserBlocks blocks,
            AccountChecks accounts,
            ApprovalDemands demands,
            MonotonicClock time) {
        return new ChannelReview(blocks, accounts, demands, time, config.auth().uncheckedSessionTimeout());
    }

    @Provides
    @Singleton
    Approvals approvals(
            GatewayConfig config, Configuration configuration, Clock clock, MonotonicClock time, AuditLog audit) {
        ApprovalConfig approval = config.approval();
        return new Approvals(
                new ApprovalLimits(
                        approval.answerWithin(),
                        approval.pauseAfterRefusal(),
                        approval.pending(),
                        approval.pendingPerUser(),
                        approval.pendingPerSource()),
                configuration.domains(),
                clock,
                time,
                new SecureRandom(),
                (question, why) -> audit.record(new AuditEvent.Approval(
                        AuditEvent.Origin.ofCommand(),
                        question.user(),
                        AuditEvent.ApprovalStep.CLOSED,
                        Optional.empty(),
                        question.id(),
                        question.rule(),
                        question.onlyTarget(),
                        Optional.empty(),
                        why)));
    }

    @Provides
    @Singleton
    ApprovalDemands demands(Approvals approvals, Optional<DeviceTickets> tickets, PortalPresence portal) {
        return new ApprovalDemands(approvals, tickets, portal);
    }

    @Provides
    @Singleton
    Optional<DeviceTickets> deviceTickets(Configuration configuration, Clock clock) {
        return configuration
                .gateway()
                .portal()
                .flatMap(PortalConfig::deviceTickets)
                .map(config ->
                        new DeviceTickets(config.settings(), configuration.domains(), clock, new SecureRandom()));
    }

    @Provides
    @Singleton
    Optional<DeviceTicketAuthentication> deviceTicketAuthentication(
            Optional<DeviceTickets> tickets, PortalPresence portal, AccountChecks accounts, LoginServices login) {
        return tickets.map(
                kept -> new DeviceTicketAuthentication(kept, portal, accounts, login.blocks(), login.guesses()));
    }

    /** A gateway without a portal has no rule that asks for approvals, so nobody reads the address. */
    @Provides
    @Singleton
    ApprovalAddress approvalAddress(GatewayConfig config) {
        return ApprovalAddress.of(
                config.portal().map(portal -> portal.address().toString()).orElse(""));
    }

    @Provides
    @Singleton
    Tunnels tunnels(GatewayConfig config, MonotonicClock time, AuditGuard audit) {
        return new Tunnels(ChannelLimits.of(config.limits()), time, audit);
    }
}
