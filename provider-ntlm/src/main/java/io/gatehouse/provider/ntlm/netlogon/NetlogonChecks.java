package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.ProviderException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks the configuration of the netlogon validator. */
final class NetlogonChecks {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST_CONNECTIONS = 64;
    private static final int LONGEST_QUEUE = 10_000;
    private static final int LARGEST_PORT = 65535;

    private NetlogonChecks() {}

    static void check(NetlogonConfig config) throws ProviderException {
        checkDuration("timeout", config.timeout(), LONGEST);
        checkDuration("connect-timeout", config.connectTimeout(), config.timeout());
        checkNumber("connections", config.connections(), 1, MOST_CONNECTIONS);
        checkNumber("queue", config.queue(), 0, LONGEST_QUEUE);
        checkPort("netlogon-port", config.netlogonPort());
        checkPort("lsa-port", config.lsaPort());
    }

    private static void checkDuration(String key, Duration duration, Duration longest) throws ProviderException {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(longest) > 0) {
            throw new ProviderException("%s of %d ms (expected %d to %d)"
                    .formatted(key, duration.toMillis(), SHORTEST.toMillis(), longest.toMillis()));
        }
    }

    private static void checkNumber(String key, int number, int least, int most) throws ProviderException {
        if (number < least || number > most) {
            throw new ProviderException("%s %d (expected %d to %d)".formatted(key, number, least, most));
        }
    }

    private static void checkPort(String key, Optional<Integer> port) throws ProviderException {
        if (port.isPresent()) {
            checkNumber(key, port.get(), 1, LARGEST_PORT);
        }
    }

    /** The domain that is meant, with a NetBIOS name and a way to its controllers. */
    static Domain domain(NetlogonConfig config, Domains domains) throws ProviderException {
        Domain domain = chosen(config.domain(), domains);
        if (!domain.name().toUpperCase(Locale.ROOT).matches(MachineAccount.NETBIOS_NAME)) {
            throw new ProviderException("domain \"%s\" (expected [[domain]] to have the NetBIOS name as its name)"
                    .formatted(domain.name()));
        }
        if (domain.controllers().isEmpty() && domain.realm().isEmpty()) {
            throw new ProviderException(
                    "domain \"%s\" has neither controllers nor a realm to look them up by (expected one of them)"
                            .formatted(domain.name()));
        }
        return domain;
    }

    private static Domain chosen(Optional<String> name, Domains domains) throws ProviderException {
        String all = domains.all().stream().map(Domain::name).collect(Collectors.joining(", "));
        if (name.isPresent()) {
            return domains.find(name.get())
                    .orElseThrow(() -> new ProviderException("domain \"%s\" (expected one of [[domain]]: %s)"
                            .formatted(name.get(), all.isEmpty() ? "there is none" : all)));
        }
        return domains.only()
                .orElseThrow(() -> new ProviderException(
                        all.isEmpty()
                                ? "no [[domain]] (expected one, with the NetBIOS name of the domain)"
                                : "domain is missing (expected one of " + all + ")"));
    }
}
