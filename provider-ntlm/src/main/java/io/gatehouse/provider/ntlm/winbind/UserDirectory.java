package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Domains;
import io.gatehouse.api.account.Account;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Finds the account that a client's names mean, with its groups. To be asked after the logon only: winbindd knows the groups
 * from the domain controller's answer to it. Answers are remembered for a while. Safe for use by many threads.
 */
final class UserDirectory {
    private static final int MOST_REMEMBERED = 1000;
    private static final int MOST_DOMAINS = 500;
    /** Fits into one argument of a program, which may have 128 KiB. */
    private static final int MOST_SIDS_AT_ONCE = 250;

    private static final String DOMAIN_ACCOUNTS = "S-1-5-21-";
    private static final String GUEST = "-501";

    private final Wbinfo wbinfo;
    private final Domains domains;
    private final long rememberedNanos;
    private final LongSupplier nanoTime;
    private final Map<ClientNames, Remembered> users = new LinkedHashMap<>(16, 0.75f, true);
    /** NetBIOS names of other domains by their SIDs; neither ever changes. */
    private final Map<String, String> foreignDomains = new ConcurrentHashMap<>();

    private record Remembered(WinbindUser user, long since) {}

    /**
     * A directory without memories.
     *
     * @param cache how long an account is remembered
     * @param nanoTime {@link System#nanoTime}, or a test's
     */
    UserDirectory(Wbinfo wbinfo, Domains domains, Duration cache, LongSupplier nanoTime) {
        this.wbinfo = wbinfo;
        this.domains = domains;
        this.rememberedNanos = cache.toNanos();
        this.nanoTime = nanoTime;
    }

    /** The account of {@code names}; asks winbindd until {@code deadline} at most. */
    Query<WinbindUser> find(ClientNames names, Membership membership, Deadline deadline) {
        ClientNames key = new ClientNames(Account.normalise(names.user()), Account.normalise(names.domain()));
        Optional<WinbindUser> remembered = remembered(key);
        if (remembered.isPresent()) {
            return new Query.Answered<>(remembered.get());
        }
        Query<WinbindUser> found = look(names, membership, deadline);
        if (found instanceof Query.Answered<WinbindUser>(WinbindUser user)) {
            remember(key, user);
        }
        return found;
    }

    private Optional<WinbindUser> remembered(ClientNames key) {
        synchronized (users) {
            return Optional.ofNullable(users.get(key))
                    .filter(entry -> nanoTime.getAsLong() - entry.since() < rememberedNanos)
                    .map(Remembered::user);
        }
    }

    private void remember(ClientNames key, WinbindUser user) {
        synchronized (users) {
            users.put(key, new Remembered(user, nanoTime.getAsLong()));
            if (users.size() > MOST_REMEMBERED) {
                users.remove(users.keySet().iterator().next()); // the one not asked for the longest
            }
        }
    }

    private Query<WinbindUser> look(ClientNames names, Membership membership, Deadline deadline) {
        return switch (sid(names, membership, deadline)) {
            case Query.Unknown<String>(String why) -> new Query.Unknown<>(why);
            case Query.Failed<String>(String why) -> new Query.Failed<>(why);
            case Query.Answered<String>(String sid) -> describe(sid, membership, deadline);
        };
    }

    private Query<String> sid(ClientNames names, Membership membership, Deadline deadline) {
        char separator = membership.separator();
        if (names.user().indexOf(separator) >= 0 || names.domain().indexOf(separator) >= 0) {
            return new Query.Unknown<>("winbind's separator " + separator + " in the name");
        }
        List<String> spellings = new ArrayList<>();
        if (!names.domain().isEmpty()) {
            spellings.add(names.domain() + separator + names.user());
        } else {
            if (names.isPrincipalName()) {
                spellings.add(names.user());
            }
            // Also for principal names whose suffix is no domain: the domain controller may know them.
            spellings.add(membership.domain().name() + separator + names.user());
        }
        Query<String> result = new Query.Unknown<>("no name");
        for (String spelling : spellings) {
            result = switch (wbinfo.sidOf(spelling, deadline)) {
                case Query.Unknown<WbinfoOutput.TypedSid>(String why) -> new Query.Unknown<>(why);
                case Query.Failed<WbinfoOutput.TypedSid>(String why) -> new Query.Failed<>(why);
                case Query.Answered<WbinfoOutput.TypedSid>(WbinfoOutput.TypedSid sid) -> account(sid);
            };
            if (!(result instanceof Query.Unknown<String>)) {
                return result;
            }
        }
        return result;
    }

    private static Query<String> account(WbinfoOutput.TypedSid sid) {
        if (sid.type() != WbinfoOutput.TYPE_USER || !sid.sid().startsWith(DOMAIN_ACCOUNTS)) {
            return new Query.Unknown<>("the name is that of no user");
        }
        return sid.sid().endsWith(GUEST)
                ? new Query.Unknown<>("the name is that of the guest")
                : new Query.Answered<>(sid.sid());
    }

    private Query<WinbindUser> describe(String sid, Membership membership, Deadline deadline) {
        WbinfoOutput.Name name;
        switch (wbinfo.nameOf(sid, membership.separator(), deadline)) {
            case Query.Unknown<WbinfoOutput.Name>(String why) -> {
                return new Query.Unknown<>(why);
            }
            case Query.Failed<WbinfoOutput.Name>(String why) -> {
                return new Query.Failed<>(why);
            }
            case Query.Answered<WbinfoOutput.Name>(WbinfoOutput.Name value) -> name = value;
        }
        if (name.type() != WbinfoOutput.TYPE_USER || name.domain().isBlank()) {
            return new Query.Failed<>("winbind gives the account no name");
        }
        if (name.domain().equalsIgnoreCase(membership.targets().computer())) {
            return new Query.Unknown<>("an account of this computer (expected one of a domain)");
        }
        return switch (wbinfo.sidsOfUser(sid, deadline)) {
            case Query.Unknown<List<String>>(String why) -> new Query.Failed<>(why);
            case Query.Failed<List<String>>(String why) -> new Query.Failed<>(why);
            case Query.Answered<List<String>>(List<String> sids) ->
                sids.contains(sid)
                        ? withGroups(sid, name, sids, membership, deadline)
                        : new Query.Failed<>("winbind lists groups of another account");
        };
    }

    /** Groups of the own domain must have names, since rules may speak of them; another domain may be out of reach, or gone. */
    private Query<WinbindUser> withGroups(
            String user, WbinfoOutput.Name name, List<String> sids, Membership membership, Deadline deadline) {
        Map<String, List<String>> byDomain = sids.stream()
                .distinct()
                .filter(sid -> sid.startsWith(DOMAIN_ACCOUNTS) && !sid.equals(user))
                .collect(Collectors.groupingBy(UserDirectory::domainOf));
        Set<String> groups = new HashSet<>();
        for (Map.Entry<String, List<String>> entry : byDomain.entrySet()) {
            boolean own = entry.getKey().equals(membership.domain().sid());
            Query<List<String>> names = groupNames(entry.getValue(), membership.separator(), deadline);
            switch (names) {
                case Query.Answered<List<String>>(List<String> plain) when own -> groups.addAll(plain);
                case Query.Answered<List<String>>(List<String> plain) ->
                    foreignDomain(entry.getKey(), entry.getValue().getFirst(), membership, deadline)
                            .ifPresent(domain -> plain.forEach(group -> groups.add(domain + "\\" + group)));
                case Query.Unknown<List<String>>(String why)
                when own -> {
                    return new Query.Failed<>(why);
                }
                case Query.Failed<List<String>>(String why)
                when own -> {
                    return new Query.Failed<>(why);
                }
                case Query.Unknown<List<String>> _, Query.Failed<List<String>> _ -> {}
            }
        }
        return new Query.Answered<>(new WinbindUser(user, name.domain(), name.name(), Set.copyOf(sids), groups));
    }

    private Query<List<String>> groupNames(List<String> sids, char separator, Deadline deadline) {
        List<String> groups = new ArrayList<>();
        for (int start = 0; start < sids.size(); start += MOST_SIDS_AT_ONCE) {
            List<String> some = sids.subList(start, Math.min(sids.size(), start + MOST_SIDS_AT_ONCE));
            switch (wbinfo.namesOf(some, separator, deadline)) {
                case Query.Unknown<Map<String, WbinfoOutput.Name>>(String why) -> {
                    return new Query.Unknown<>(why);
                }
                case Query.Failed<Map<String, WbinfoOutput.Name>>(String why) -> {
                    return new Query.Failed<>(why);
                }
                case Query.Answered<Map<String, WbinfoOutput.Name>>(Map<String, WbinfoOutput.Name> names) ->
                    names.values().stream()
                            .filter(name -> isGroup(name.type()))
                            .forEach(name -> groups.add(name.name()));
            }
        }
        return new Query.Answered<>(List.copyOf(groups));
    }

    private static boolean isGroup(int type) {
        return type == WbinfoOutput.TYPE_GROUP
                || type == WbinfoOutput.TYPE_ALIAS
                || type == WbinfoOutput.TYPE_WELL_KNOWN_GROUP;
    }

    private Optional<String> foreignDomain(String domainSid, String sid, Membership membership, Deadline deadline) {
        Optional<String> known = Optional.ofNullable(foreignDomains.get(domainSid));
        if (known.isPresent()) {
            return known.map(domains::canonical);
        }
        if (wbinfo.nameOf(sid, membership.separator(), deadline)
                        instanceof Query.Answered<WbinfoOutput.Name>(WbinfoOutput.Name name)
                && !name.domain().isBlank()) {
            if (foreignDomains.size() < MOST_DOMAINS) {
                foreignDomains.put(domainSid, name.domain());
            }
            return Optional.of(domains.canonical(name.domain()));
        }
        return Optional.empty();
    }

    private static String domainOf(String sid) {
        return sid.substring(0, sid.lastIndexOf('-'));
    }
}
