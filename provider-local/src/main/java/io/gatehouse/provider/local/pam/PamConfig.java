package io.gatehouse.provider.local.pam;

import io.gatehouse.api.ConfigDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The table {@code [auth.local.pam]}.
 *
 * @param service the PAM service: the name of a file in {@code /etc/pam.d} or {@code directory}
 * @param directory where the file of the service is, instead of {@code /etc/pam.d}
 * @param timeout for one sign-in, the wait for a free thread included
 * @param concurrentVerifications how many sign-ins PAM checks at one time; each takes a thread
 * @param minimumUid accounts with a lower user id, such as root, are refused before PAM is asked
 * @param requireSystemAccount whether an account that PAM accepts must be known to the system as well
 */
public record PamConfig(
        @ConfigDefault("gatehouse") String service,
        Optional<Path> directory,
        @ConfigDefault("15s") Duration timeout,
        @ConfigDefault("8") int concurrentVerifications,
        @ConfigDefault("1000") int minimumUid,
        @ConfigDefault("true") boolean requireSystemAccount) {}
