package io.gatehouse.api;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * What a provider is given instead of reaching for globals.
 *
 * @param clock the time of day
 * @param random for challenges and nonces
 * @param serverName the name under which clients know this gateway
 * @param domains the domains of the configuration
 * @param services finds domain controllers and KDCs
 * @param metrics where to show what is counted
 * @param behindTrustedProxies whether there are proxies whose word is taken, so that
 *     {@link WebRequest#fromTrustedProxy} can be true
 * @param asksForCertificates whether a listener asks clients for certificates, so that there can be
 *     {@link WebRequest#certificates}
 */
public record ProviderContext(
        Clock clock,
        SecureRandom random,
        String serverName,
        Domains domains,
        ServiceLocator services,
        Metrics metrics,
        boolean behindTrustedProxies,
        boolean asksForCertificates) {

    /** A context whose listeners ask nobody for a certificate. */
    public ProviderContext(
            Clock clock,
            SecureRandom random,
            String serverName,
            Domains domains,
            ServiceLocator services,
            Metrics metrics,
            boolean behindTrustedProxies) {
        this(clock, random, serverName, domains, services, metrics, behindTrustedProxies, false);
    }

    /** A context without trusted proxies. */
    public ProviderContext(
            Clock clock,
            SecureRandom random,
            String serverName,
            Domains domains,
            ServiceLocator services,
            Metrics metrics) {
        this(clock, random, serverName, domains, services, metrics, false);
    }

    /** A context without domains, DNS and metrics. */
    public ProviderContext(Clock clock, SecureRandom random, String serverName) {
        this(clock, random, serverName, Domains.NONE, ServiceLocator.NONE, Metrics.NONE);
    }
}
