package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The table {@code [auth.ntlm.netlogon]}.
 *
 * @param computer the machine account, without {@code $}; at most 15 characters
 * @param password its password
 * @param keytab instead of the password a keytab that has its RC4 key; read again when it changes. One of the two is
 *     needed
 * @param domain the {@code [[domain]]} of the machine account. Default: the only one.
 * @param timeout for one sign-in: waiting, connecting, all controllers together. Looking up names of groups may take
 *     {@code connect-timeout} more
 * @param connectTimeout for getting one controller ready; after that the next one is tried
 * @param connections how many sign-ins are checked at one time, 1 to 64
 * @param queue how many more may wait for their turn, for half of {@code timeout} at most
 * @param netlogonPort the port of Netlogon, where it is fixed. Default: port 135 is asked.
 * @param lsaPort the port of LSA, where it is fixed. Default: port 135 is asked.
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
