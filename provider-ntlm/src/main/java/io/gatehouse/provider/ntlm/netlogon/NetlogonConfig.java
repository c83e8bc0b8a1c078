package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The table {@code [auth.ntlm.netlogon]}.
 *
 * @param computer the name of the machine account, without the dollar sign
 * @param password its password
 * @param keytab or a keytab of the machine account, with its RC4 key
 * @param domain which {@code [[domain]]}; the only one when absent
 * @param timeout how long one answer may take
 */
public record NetlogonConfig(
        String computer,
        Optional<Secret> password,
        Optional<Path> keytab,
        Optional<String> domain,
        @ConfigDefault("5s") Duration timeout) {}
