package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Domains;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Names the groups of domains as rules do: plainly those of the gateway's own domain, others with their domain. Safe
 * for many threads.
 */
final class WinbindGroupNames {
    /** Fits into one argument of a program, which may have 128 KiB. */
    private static final int MOST_SIDS_AT_ONCE = 250;

    private static final int MOST_DOMAINS = 500;

    private final Wbinfo wbinfo;
    private final Domains domains;
    /** NetBIOS names of other domains by their SIDs; neither ever changes. */
    private final Map<String, String> foreignDomains = new ConcurrentHashMap<>();

    WinbindGroupNames(Wbinfo wbinfo, Domains domains) {
        this.wbinfo = wbinfo;
        this.domains = domains;
    }

    /**
     * The names of those of {@code sids} that are groups. It fails when the own domain's cannot be told, since rules
     * may speak of them; another domain may be out of reach, or gone: its groups are left out.
     */
    Query<Set<String>> of(List<String> sids, JoinedDomain joined, Deadline deadline) {
        Map<String, List<String>> byDomain = sids.stream()
                .filter(WbinfoOutput::isOfDomain)
                .distinct()
                .collect(Collectors.groupingBy(WbinfoOutput::domainOf));
        List<String> own =
                Optional.ofNullable(byDomain.remove(joined.domain().sid())).orElse(List.of());
        return plain(own, joined, deadline).expected().then(names -> {
            Set<String> all = new HashSet<>();
            names.forEach(name -> all.add(ruleName(joined.domain().name(), name)));
            byDomain.values().forEach(foreign -> all.addAll(foreign(foreign, joined, deadline)));
            return new Query.Answered<>(Set.copyOf(all));
        });
    }

    private Query<List<String>> plain(List<String> sids, JoinedDomain joined, Deadline deadline) {
        List<String> names = new ArrayList<>();
        for (int start = 0; start < sids.size(); start += MOST_SIDS_AT_ONCE) {
            List<String> some = sids.subList(start, Math.min(sids.size(), start + MOST_SIDS_AT_ONCE));
            Query<List<String>> found = wbinfo.namesOf(some, joined.separator(), deadline)
                    .then(bySid -> new Query.Answered<>(bySid.values().stream()
                            .filter(WbinfoOutput.Name::isGroup)
                            .map(WbinfoOutput.Name::name)
                            .toList()));
            if (!(found instanceof Query.Answered<List<String>>(List<String> more))) {
                return found;
            }
            names.addAll(more);
        }
        return new Query.Answered<>(List.copyOf(names));
    }

    /** Groups of one other domain; none if they cannot be named. */
    private List<String> foreign(List<String> sids, JoinedDomain joined, Deadline deadline) {
        Optional<String> domain = foreignDomain(sids.getFirst(), joined, deadline);
        if (domain.isPresent()
                && plain(sids, joined, deadline) instanceof Query.Answered<List<String>>(List<String> names)) {
            return names.stream().map(name -> domains.groupName(domain, name)).toList();
        }
        return List.of();
    }

    /** Where no domain is configured, the machine's own is the gateway's own. */
    private String ruleName(String ownDomain, String name) {
        return domains.groupName(domains.all().isEmpty() ? Optional.empty() : Optional.of(ownDomain), name);
    }

    private Optional<String> foreignDomain(String sid, JoinedDomain joined, Deadline deadline) {
        String domainSid = WbinfoOutput.domainOf(sid);
        Optional<String> known = Optional.ofNullable(foreignDomains.get(domainSid));
        if (known.isEmpty()
                && wbinfo.nameOf(sid, joined.separator(), deadline)
                        instanceof Query.Answered<WbinfoOutput.Name>(WbinfoOutput.Name name)) {
            known = Optional.of(name.domain()).filter(Predicate.not(String::isBlank));
            if (foreignDomains.size() < MOST_DOMAINS) {
                known.ifPresent(domain -> foreignDomains.put(domainSid, domain));
            }
        }
        return known.map(domains::canonical);
    }
}
