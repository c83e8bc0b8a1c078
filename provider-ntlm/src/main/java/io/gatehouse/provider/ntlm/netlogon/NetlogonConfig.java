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
 * @param timeout how long a sign-in may take, with waiting, connecting and all controllers
 * @param connectTimeout how long one controller may take to be connected to, secure channel included
 * @param connections how many sign-ins are with the controllers at one time
 * @param queue how many more may wait
 * @param netlogonPort the port of Netlogon, when it is fixed and port 135 cannot be asked
 * @param lsaPort the port of LSA, likewise
 */
public record NetlogonConfig(
        String computer,
        Optional<Secret> password,
        Optional<Path> keytab,
        Optional<String> domain,
        @ConfigDefault("10s") Duration timeout,
        @ConfigDefault("3s") Duration connectTimeout,
        @ConfigDefault("4") int connections,
        @ConfigDefault("100") int queue,
        Optional<Integer> netlogonPort,
        Optional<Integer> lsaPort) {}
