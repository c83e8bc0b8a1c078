package io.gatehouse.core.config;

import io.gatehouse.core.config.GatewayConfig.DomainConfig;
import io.gatehouse.core.config.GatewayConfig.KdcProxy;
import io.gatehouse.core.text.Excerpt;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks that no two domains share a name, and that the KDC proxy serves realms of domains only. */
final class DomainChecks {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,254}");

    private final Problems problems;
    private final Map<String, String> names = new HashMap<>();

    DomainChecks(Problems problems) {
        this.problems = problems;
    }

    void check(DomainConfig domain, String path) {
        name(domain.name(), path + ".name");
        domain.realm()
                .filter(realm -> !realm.equalsIgnoreCase(domain.name()))
                .ifPresent(realm -> name(realm, path + ".realm"));
        for (int i = 0; i < domain.aliases().size(); i++) {
            name(domain.aliases().get(i), path + ".aliases[" + i + "]");
        }
    }

    private void name(String name, String path) {
        if (!NAME.matcher(name).matches()) {
            problems.at(path, Excerpt.of(name) + " (expected letters, digits, dots, - and _)");
        }
        String other = names.putIfAbsent(name.toLowerCase(Locale.ROOT), path);
        if (other != null) {
            problems.at(path, Excerpt.of(name) + " is a name of " + other + " too");
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
                        "no [[domain]] has the realm " + Excerpt.of(realm)
                                + Suggestion.hint(known, realm.toUpperCase(Locale.ROOT)));
            } else if (realms.subList(0, i).stream().anyMatch(realm::equalsIgnoreCase)) {
                problems.at(place, "realm " + Excerpt.of(realm) + " is named twice");
            }
        }
    }
}
