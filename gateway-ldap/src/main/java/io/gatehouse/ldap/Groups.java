package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchResultEntry;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.formats.sid.Sid;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the groups of users, and the names of groups. Either all of a user's groups are found, or it fails: a rule that
 * does not match for want of a group may be the one that restricts. Safe for use by many threads.
 */
final class Groups {
    /** Of one user. */
    static final int MOST = 2_000;
    /** Conditions in one filter: servers refuse endless ones. */
    static final int AT_ONCE = 50;

    private final LdapConfig config;
    private final LdapConnections connections;
    private final MemberGroups members;
    private final LdapGroupNames names;

    private Groups(LdapConfig config, LdapConnections connections) {
        this.config = config;
        this.connections = connections;
        this.members = new MemberGroups(config, connections);
        this.names = new LdapGroupNames(config, connections);
    }

    static Groups of(LdapConfig config, LdapConnections connections) {
        return new Groups(config, connections);
    }

    /**
     * The groups of a user.
     *
     * @param user with the attributes that {@link UserSchema#attributes} names
     * @param name the account name
     */
    Membership of(SearchResultEntry user, String name) throws LDAPException {
        return switch (config.schema()) {
            case ACTIVE_DIRECTORY -> bySid(user);
            case GROUP_OF_NAMES -> membership(members.byMember(user), Set.of());
            case POSIX -> membership(members.byName(user, name), Set.of());
        };
    }

    private static Membership membership(Set<String> names, Set<String> sids) {
        return new Membership(names, Identity.GroupNames.OF_THE_DOMAIN, sids);
    }

    static void requireCountable(int groups) throws LDAPException {
        if (groups > MOST) {
            throw new LDAPException(ResultCode.SIZE_LIMIT_EXCEEDED, "the user is in more than " + MOST + " groups");
        }
    }

    private Membership bySid(SearchResultEntry user) throws LDAPException {
        String own = sid(user.getAttributeValueBytes(UserSchema.SID), "the user");
        SearchResultEntry entry = connections
                .searches()
                .getEntry(user.getDN(), config.nestedGroups() ? "tokenGroups" : "memberOf", "primaryGroupID");
        if (entry == null) {
            throw new LDAPException(ResultCode.NO_SUCH_OBJECT, "the user is gone");
        }
        return config.nestedGroups() ? token(own, entry) : direct(own, entry);
    }

    /**
     * {@code tokenGroups} is what the controller itself computes at a sign-in: groups in groups, and the primary group.
     */
    private Membership token(String own, SearchResultEntry entry) throws LDAPException {
        requireWhole(entry, "tokenGroups");
        byte[][] groups = entry.getAttributeValueByteArrays("tokenGroups");
        if (groups == null || groups.length == 0) {
            // Everybody is in some group, and a rule that does not match for want of it may be the one that restricts.
            throw new LDAPException(ResultCode.NO_SUCH_ATTRIBUTE, "may the bind-dn read tokenGroups of users?");
        }
        requireCountable(groups.length);
        Set<String> sids = new LinkedHashSet<>();
        for (byte[] group : groups) {
            sids.add(sid(group, "a group"));
        }
        Map<String, String> known = names.of(sids);
        for (String group : sids) {
            requireName(known, group, own);
        }
        sids.add(own);
        return membership(Set.copyOf(known.values()), sids);
    }

    private Membership direct(String own, SearchResultEntry entry) throws LDAPException {
        requireWhole(entry, "memberOf");
        Integer primary = entry.getAttributeValueAsInteger("primaryGroupID");
        if (primary == null) {
            throw new LDAPException(ResultCode.NO_SUCH_ATTRIBUTE, "may the bind-dn read primaryGroupID of users?");
        }
        String primarySid = domain(own) + Integer.toUnsignedString(primary);
        Map<String, String> known = names.of(Set.of(primarySid));
        requireName(known, primarySid, own);
        Set<String> groupNames = new HashSet<>(known.values());
        Set<String> sids = new LinkedHashSet<>(List.of(own, primarySid));
        String[] dns = entry.getAttributeValues("memberOf");
        if (dns != null) {
            requireCountable(dns.length);
            for (String dn : dns) {
                SearchResultEntry group =
                        connections.searches().getEntry(dn, LdapGroupNames.SAM_ACCOUNT_NAME, UserSchema.SID);
                String name = group == null ? null : group.getAttributeValue(LdapGroupNames.SAM_ACCOUNT_NAME);
                if (group == null || name == null) {
                    throw new LDAPException(ResultCode.NO_SUCH_OBJECT, "may the bind-dn read the group " + dn + "?");
                }
                groupNames.add(name);
                sids.add(sid(group.getAttributeValueBytes(UserSchema.SID), "the group " + dn));
            }
        }
        return membership(groupNames, sids);
    }

    private static String sid(byte @Nullable [] bytes, String whose) throws LDAPException {
        return Optional.ofNullable(bytes)
                .flatMap(Sid::of)
                .map(Sid::toString)
                .orElseThrow(() -> new LDAPException(
                        ResultCode.NO_SUCH_ATTRIBUTE, "may the bind-dn read objectSid of " + whose + "?"));
    }

    /** The part that all security identifiers of a domain begin with. */
    private static String domain(String sid) {
        return sid.substring(0, sid.lastIndexOf('-') + 1);
    }

    /** Groups of other domains have no names here, but the user's own controller knows those of its domain. */
    private static void requireName(Map<String, String> known, String group, String user) throws LDAPException {
        if (group.startsWith(domain(user)) && !known.containsKey(group)) {
            throw new LDAPException(ResultCode.NO_SUCH_OBJECT, "may the bind-dn read the group " + group + "?");
        }
    }

    /** MS-ADTS 3.1.1.3.1.3.3: of many values a controller sends some, as those of {@code memberOf;range=0-1499}. */
    private static void requireWhole(SearchResultEntry entry, String attribute) throws LDAPException {
        Optional<String> part = entry.getAttributes().stream()
                .map(Attribute::getName)
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith(attribute.toLowerCase(Locale.ROOT) + ";"))
                .findFirst();
        if (part.isPresent()) {
            throw new LDAPException(
                    ResultCode.SIZE_LIMIT_EXCEEDED, "the user is in more groups than the server tells: " + part.get());
        }
    }

    /** The names behind SIDs; those that no object has are missing. */
    Map<String, String> namesOf(Set<String> sids) throws LDAPException {
        return names.of(sids);
    }
}
