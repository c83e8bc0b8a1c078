package io.gatehouse.core.config;

import io.gatehouse.core.config.GatewayConfig.DomainConfig;
import io.gatehouse.core.config.GatewayConfig.KdcProxy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Checks what the types of {@code [kdc-proxy]} cannot say. */
final class KdcProxyChecks {
    private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);
    /** Connections without a byte for 30 seconds are closed. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(20);

    private final Problems problems;

    KdcProxyChecks(Problems problems) {
        this.problems = problems;
    }

    void check(KdcProxy proxy, String path) {
        if (proxy.realms().isEmpty()) {
            problems.at(path + ".realms", "empty (expected at least one realm of a [[domain]])");
        }
        if (proxy.timeout().compareTo(SHORTEST_TIMEOUT) < 0 || proxy.timeout().compareTo(LONGEST_TIMEOUT) > 0) {
            problems.at(
                    path + ".timeout",
                    "%s (expected %s to %s)"
                            .formatted(
                                    Display.of(Durations.format(proxy.timeout())),
                                    Durations.format(SHORTEST_TIMEOUT),
                                    Durations.format(LONGEST_TIMEOUT)));
        }
        positive(proxy.requestsPerSource(), path + ".requests-per-source");
        positive(proxy.concurrentRequests(), path + ".concurrent-requests");
    }

    private void positive(int number, String path) {
        if (number <= 0) {
            problems.at(path, number + " (expected at least 1)");
        }
    }

    /** Strangers can make the gateway talk to the KDCs of realms that the file names, and to no others. */
    void checkRealms(KdcProxy proxy, List<DomainConfig> domains) {
        List<String> known = domains.stream()
                .flatMap(domain -> domain.realm().stream())
                .map(realm -> realm.toUpperCase(Locale.ROOT))
                .toList();
        List<String> realms = proxy.realms();
        for (int i = 0; i < realms.size(); i++) {
            String realm = realms.get(i);
            String place = "kdc-proxy.realms[" + i + "]";
            if (known.stream().noneMatch(realm::equalsIgnoreCase)) {
                problems.at(
                        place,
                        "no [[domain]] has the realm " + Display.of(realm)
                                + Suggestion.hint(known, realm.toUpperCase(Locale.ROOT)));
            } else if (realms.subList(0, i).stream().anyMatch(realm::equalsIgnoreCase)) {
                problems.at(place, "realm " + Display.of(realm) + " is named twice");
            }
        }
    }
}
