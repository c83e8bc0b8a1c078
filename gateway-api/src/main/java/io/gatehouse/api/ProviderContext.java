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
 */
public record ProviderContext(
        Clock clock,
        SecureRandom random,
        String serverName,
        Domains domains,
        ServiceLocator services,
        Metrics metrics) {

    /** A context without domains, DNS and metrics. */
    public ProviderContext(Clock clock, SecureRandom random, String serverName) {
        this(clock, random, serverName, Domains.NONE, ServiceLocator.NONE, Metrics.NONE);
    }
}
