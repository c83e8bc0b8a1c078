package io.gatehouse.provider.local;

import io.gatehouse.api.ConfigDefault;
import java.nio.file.Path;

/**
 * The table {@code [auth.local]}.
 *
 * @param accounts the account file
 * @param concurrentVerifications how many passwords are checked at one time; each takes a core and 64 MiB for a moment
 */
public record LocalConfig(
        @ConfigDefault("accounts") Path accounts,
        @ConfigDefault("4") int concurrentVerifications) {}
