package io.gatehouse.provider.ntlm.winbind;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.Domains;
import io.gatehouse.formats.account.Account;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds the account that a client's names mean, with its groups. To be asked after the logon only: winbindd knows the
 * groups from the domain controller's answer to it. Answers are remembered for a while. Safe for use by many threads.
 */
final class UserDirectory {
    private static final int MOST_REMEMBERED = 1000;
    private static final String GUEST = "-501";

    private final Wbinfo wbinfo;
    private final WinbindGroupNames groupNames;
    private final Cache<ClientNames, WinbindUser> users;

    /**
     * A directory without memories.
     *
     * @param remembered how long an account is remembered
     */
    UserDirectory(Wbinfo wbinfo, Domains domains, Duration remembered) {
        this.wbinfo = wbinfo;
        this.groupNames = new WinbindGroupNames(wbinfo, domains);
        this.users = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(remembered)
                .build();
    }

    /** The account of {@code names}; asks winbindd until {@code deadline} at most. */
    Query<WinbindUser> find(ClientNames names, JoinedDomain joined, Deadline deadline) {
        ClientNames key = new ClientNames(Account.normalise(names.user()), Account.normalise(names.domain()));
        WinbindUser remembered = users.getIfPresent(key);
        if (remembered != null) {
            return new Query.Answered<>(remembered);
        }
        Query<WinbindUser> found = sid(names, joined, deadline).then(sid -> describe(sid, joined, deadline));
        if (found instanceof Query.Answered<WinbindUser>(WinbindUser user)) {
            users.put(key, user);
        }
        return found;
    }

    private Query<String> sid(ClientNames names, JoinedDomain joined, Deadline deadline) {
        char separator = joined.separator();
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
            spellings.add(joined.domain().name() + separator + names.user());
        }
        Query<String> result = new Query.Unknown<>("no name");
        for (String spelling : spellings) {
            result = wbinfo.sidOf(spelling, deadline).then(UserDirectory::account);
            if (!(result instanceof Query.Unknown<String>)) {
                return result;
            }
        }
        return result;
    }

    private static Query<String> account(WbinfoOutput.TypedSid sid) {
        if (sid.type() != WbinfoOutput.TYPE_USER || !WbinfoOutput.isOfDomain(sid.sid())) {
            return new Query.Unknown<>("the name is that of no user");
        }
        return sid.sid().endsWith(GUEST)
                ? new Query.Unknown<>("the name is that of the guest")
                : new Query.Answered<>(sid.sid());
    }

    private Query<WinbindUser> describe(String sid, JoinedDomain joined, Deadline deadline) {
        return wbinfo.nameOf(sid, joined.separator(), deadline)
                .then(name -> account(name, joined))
                .then(name -> wbinfo.sidsOfUser(sid, deadline)
                        .expected()
                        .then(sids -> user(sid, name, sids, joined, deadline)));
    }

    private static Query<WbinfoOutput.Name> account(WbinfoOutput.Name name, JoinedDomain joined) {
        if (name.type() != WbinfoOutput.TYPE_USER || name.domain().isBlank()) {
            return new Query.Failed<>("winbind gives the account no name");
        }
        if (name.name().endsWith("$")) {
            return new Query.Unknown<>("a machine account, which may not sign in");
        }
        return name.domain().equalsIgnoreCase(joined.targets().computer())
                ? new Query.Unknown<>("an account of this computer (expected one of a domain)")
                : new Query.Answered<>(name);
    }

    private Query<WinbindUser> user(
            String sid, WbinfoOutput.Name name, List<String> sids, JoinedDomain joined, Deadline deadline) {
        if (!sids.contains(sid)) {
            return new Query.Failed<>("winbind lists groups of another account");
        }
        List<String> groups = sids.stream().filter(each -> !each.equals(sid)).toList();
        return groupNames
                .of(groups, joined, deadline)
                .then(names -> new Query.Answered<>(
                        new WinbindUser(sid, name.domain(), name.name(), Set.copyOf(sids), names)));
    }
}
