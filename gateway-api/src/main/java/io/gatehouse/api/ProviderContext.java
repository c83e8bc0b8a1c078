package io.gatehouse.api;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * What a provider is given instead of reaching for globals.
 *
 * @param clock the time of day
 * @param random for challenges and nonces
 * @param serverName the name under which clients know this gateway
 */
public record ProviderContext(Clock clock, SecureRandom random, String serverName) {}
