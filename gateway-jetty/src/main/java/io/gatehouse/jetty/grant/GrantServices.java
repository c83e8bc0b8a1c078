package io.gatehouse.jetty.grant;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * What temporary grants use of the gateway.
 *
 * @param policy gets the rules of grants
 * @param tunnels are asked to look at their channels again
 * @param accounts say what became of users who asked
 * @param clock tells the date
 * @param time measures how often somebody asks
 * @param executor where files are written
 */
public record GrantServices(
        PolicyInForce policy,
        Tunnels tunnels,
        AccountChecks accounts,
        AuditLog audit,
        Clock clock,
        MonotonicClock time,
        Executor executor) {}
