package io.gatehouse.core.config;

import io.gatehouse.core.config.GatewayConfig.Auth;
import io.gatehouse.core.config.GatewayConfig.DomainConfig;
import io.gatehouse.core.config.GatewayConfig.Listener;
import io.gatehouse.core.config.GatewayConfig.MetricsListener;
import io.gatehouse.core.config.GatewayConfig.Tunnel;
import java.util.Map;

/**
 * Checks what concerns several keys; what concerns one is said by its type and its annotations. Sees every record of a
 * file as soon as it is bound.
 */
final class Checks {
    private final Problems problems;
    private final ListenerChecks listeners;
    private final DomainChecks domains;
    private final PortalChecks portal;
    private final RuleChecks rules;
    private final LogChecks logs;

    /**
     * Checks of one file.
     *
     * @param providers the installed ones, by name
     */
    Checks(Problems problems, Map<String, ProviderTable> providers) {
        this.problems = problems;
        this.listeners = new ListenerChecks(problems);
        this.domains = new DomainChecks(problems);
        this.portal = new PortalChecks(problems);
        this.rules = new RuleChecks(problems, providers);
        this.logs = new LogChecks(problems);
    }

    /** Checks {@code record}, which stands at {@code path}; records of providers are their own business. */
    void check(Record record, String path) {
        switch (record) {
            case GatewayConfig gateway -> {
                portal.check(gateway);
                policy(gateway);
                rules.checkMethods(gateway);
                rules.checkApprovals(gateway);
                rules.checkDesktops(gateway.policy().rule(), gateway.desktop());
                rules.checkDomains(gateway.policy().rule(), Configuration.domains(gateway));
                listeners.checkAcme(gateway);
                gateway.kdcProxy().ifPresent(proxy -> domains.checkRealms(proxy, gateway.domain()));
            }
            case PortalConfig config -> portal.check(config, path);
            case TotpConfig totp -> portal.check(totp, path);
            case GrantsConfig grants -> portal.check(grants, path);
            case DeviceTicketsConfig tickets -> portal.check(tickets, path);
            case PortalAdminConfig admin -> portal.check(admin, path);
            case PortalAdminConfig.Rule rule -> portal.check(rule, path);
            case DesktopConfig desktop -> portal.check(desktop, path);
            case Listener listener -> listeners.check(listener, path);
            case GatewayConfig.Tls tls -> listeners.check(tls, path);
            case AcmeConfig acme -> listeners.check(acme, path);
            case MetricsListener metrics -> listeners.check(metrics, path);
            case AdminConfig admin -> listeners.check(admin, path);
            case DomainConfig domain -> domains.check(domain, path);
            case Auth auth -> auth(auth, path);
            case Tunnel tunnel -> tunnel(tunnel, path);
            case RuleConfig rule -> rules.check(rule, path);
            case LogConfig log -> logs.check(log, path);
            case LogConfig.NamedLogger logger -> logs.check(logger, path);
            default -> {} // nothing to check
        }
    }

    private void auth(Auth auth, String path) {
        if (auth.order().isEmpty() && auth.paa().isEmpty()) {
            problems.at(path + ".order", "empty (expected at least one provider, or a table [auth.paa])");
        }
    }

    private void tunnel(Tunnel tunnel, String path) {
        if (tunnel.consentMessage().map(String::isBlank).orElse(false)) {
            problems.at(path + ".consent-message", "empty (leave the key out for no message)");
        }
        if (tunnel.consentRequired() && tunnel.consentMessage().isEmpty()) {
            problems.at(path + ".consent-required", "true, but there is no consent-message");
        }
    }

    private void policy(GatewayConfig gateway) {
        if (gateway.policy().rule().isEmpty() && !gateway.givesGrants()) {
            problems.warn("policy", "no [[policy.rule]]: every connection is refused");
        }
    }
}
