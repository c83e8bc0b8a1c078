package io.gatehouse.jetty.acme;

import java.time.Instant;
import java.util.Optional;

/**
 * How it stands with the certificate from the ACME server.
 *
 * @param problem why the last attempt failed; empty when it did not
 * @param nextAttempt when the gateway asks for the next certificate
 */
public record AcmeStatus(Optional<String> problem, Instant nextAttempt) {}
