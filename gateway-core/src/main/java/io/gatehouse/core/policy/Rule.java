package io.gatehouse.core.policy;

import java.time.Duration;
import java.util.Optional;

/**
 * The part of a rule that holds for a channel it allowed.
 *
 * @param name for the audit log
 * @param idleTimeout close after this time without input from the client
 * @param sessionTimeout close after this time
 */
public record Rule(String name, Optional<Duration> idleTimeout, Optional<Duration> sessionTimeout) {}
