package io.gatehouse.provider.local.pam;

import io.gatehouse.api.ConfigDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The table {@code [auth.local.pam]}.
 *
 * @param service the PAM service. It must have a file of its own: the rules of {@code other} are never used
 * @param directory where the file of the service is, and those that it includes (Linux-PAM 1.4 or newer). Default:
 *     {@code /etc/pam.d} and the places of distributions.
 * @param timeout for one sign-in, the wait for a free thread included; at most two minutes
 * @param concurrentVerifications how many sign-ins PAM checks at one time; each takes a thread; at most 64
 * @param minimumUid accounts with a lower user id, such as root, are refused before PAM is asked, after as much time as
 *     PAM took for the last account that it refused
 * @param requireSystemAccount whether a user that PAM accepts must be known to the system ({@code getent passwd alice})
 */
public record PamConfig(
        @ConfigDefault("gatehouse") String service,
        Optional<Path> directory,
        @ConfigDefault("15s") Duration timeout,
        @ConfigDefault("8") int concurrentVerifications,
        @ConfigDefault("1000") int minimumUid,
        @ConfigDefault("true") boolean requireSystemAccount) {}
