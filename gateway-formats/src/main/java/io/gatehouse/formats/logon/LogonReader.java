package io.gatehouse.formats.logon;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.ndr.NdrReader.UnicodeString;
import io.gatehouse.formats.sid.Sid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the two forms of {@link LogonInformation}, which begin alike and end differently. What pointers point at
 * follows the fixed part, in the same order.
 */
final class LogonReader {
    private static final int TIMES = 6;
    private static final int NAMES_OF_PROFILE = 5;
    private static final int EXPANSION_STRINGS = 10;
    /** An access token holds 1024; a directory that gives more is no directory. */
    private static final int MOST_GROUPS = 4096;

    private static final int BYTES_OF_GROUP = 8;
    private static final int SESSION_KEY_LENGTH = 16;

    private final NdrReader reader;

    /** An array whose elements come later. */
    private record Array(int count, boolean present) {}

    /** GROUP_MEMBERSHIP. */
    private record Membership(long rid, int attributes) {}

    /** KERB_SID_AND_ATTRIBUTES. */
    private record Group(Sid sid, int attributes) {
        private static final int ENABLED = 0x4;
        private static final int FOR_DENY_ONLY = 0x10;

        boolean counts() {
            return (attributes & ENABLED) != 0 && (attributes & FOR_DENY_ONLY) == 0;
        }
    }

    /** What both forms begin with. */
    private record Fixed(
            UnicodeString user,
            List<UnicodeString> profile,
            long userRid,
            long primaryGroupRid,
            Array memberships,
            int flags,
            Secret sessionKey,
            UnicodeString server,
            UnicodeString domain,
            boolean hasDomainSid,
            Array extraSids) {}

    /** What its pointers point at. */
    private record Referents(
            String user, String domain, Optional<Sid> domainSid, List<Membership> memberships, List<Group> extra) {}

    LogonReader(NdrReader reader) {
        this.reader = reader;
    }

    /** Ends with groups of the service's domain. */
    LogonInformation validationInfo() throws MalformedException {
        Fixed fixed = fixed();
        boolean hasResourceDomain = reader.pointer();
        Array resourceGroups = array();
        Referents referents = referents(fixed);
        Optional<Sid> resourceDomain = hasResourceDomain ? Optional.of(reader.sid()) : Optional.empty();
        List<Group> resources = groups(resourceDomain, memberships(resourceGroups));
        return information(fixed, referents, resources, "", "");
    }

    /** Ends with more names. */
    LogonInformation samInfo4() throws MalformedException {
        Fixed fixed = fixed();
        UnicodeString dnsDomain = reader.unicodeString();
        UnicodeString upn = reader.unicodeString();
        List<UnicodeString> expansions = strings(EXPANSION_STRINGS);
        Referents referents = referents(fixed);
        if (referents.user().isBlank() || referents.domain().isBlank() || !fixed.hasDomainSid()) {
            throw reader.malformed("logon without a name, a domain or its sid");
        }
        LogonInformation information =
                information(fixed, referents, List.of(), reader.name(dnsDomain), reader.name(upn));
        skip(expansions);
        return information;
    }

    private Fixed fixed() throws MalformedException {
        reader.align(Integer.BYTES);
        reader.skip(TIMES * Long.BYTES);
        UnicodeString user = reader.unicodeString();
        List<UnicodeString> profile =
                strings(NAMES_OF_PROFILE); // FullName, LogonScript, ProfilePath, HomeDirectory, …Drive
        reader.u32(); // LogonCount, BadPasswordCount
        long userRid = Integer.toUnsignedLong(reader.u32());
        long primaryGroupRid = Integer.toUnsignedLong(reader.u32());
        Array memberships = array();
        int flags = reader.u32();
        Secret sessionKey = Secret.of(reader.bytes(SESSION_KEY_LENGTH));
        UnicodeString server = reader.unicodeString();
        UnicodeString domain = reader.unicodeString();
        boolean hasDomainSid = reader.pointer();
        reader.skip(Long.BYTES); // LMKey
        reader.skip(2 * Integer.BYTES); // UserAccountControl, SubAuthStatus
        reader.skip(2 * Long.BYTES); // LastSuccessfulILogon, LastFailedILogon
        reader.skip(2 * Integer.BYTES); // FailedILogonCount, Reserved4
        return new Fixed(
                user,
                profile,
                userRid,
                primaryGroupRid,
                memberships,
                flags,
                sessionKey,
                server,
                domain,
                hasDomainSid,
                array());
    }

    private Referents referents(Fixed fixed) throws MalformedException {
        String user = reader.name(fixed.user());
        skip(fixed.profile());
        List<Membership> memberships = memberships(fixed.memberships());
        reader.skipCharacters(fixed.server());
        String domain = reader.name(fixed.domain());
        Optional<Sid> domainSid = fixed.hasDomainSid() ? Optional.of(reader.sid()) : Optional.empty();
        return new Referents(user, domain, domainSid, memberships, sidsAndAttributes(fixed.extraSids()));
    }

    private List<UnicodeString> strings(int count) throws MalformedException {
        List<UnicodeString> strings = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            strings.add(reader.unicodeString());
        }
        return strings;
    }

    private void skip(List<UnicodeString> strings) throws MalformedException {
        for (UnicodeString string : strings) {
            reader.skipCharacters(string);
        }
    }

    private Array array() throws MalformedException {
        int count = reader.count(MOST_GROUPS, BYTES_OF_GROUP);
        boolean present = reader.pointer();
        if (!present && count != 0) {
            throw reader.malformed("array of " + count + " elements that is not there");
        }
        return new Array(count, present);
    }

    private List<Membership> memberships(Array array) throws MalformedException {
        List<Membership> memberships = new ArrayList<>();
        if (array.present()) {
            reader.conformance(array.count());
            for (int index = 0; index < array.count(); index++) {
                memberships.add(new Membership(Integer.toUnsignedLong(reader.u32()), reader.u32()));
            }
        }
        return memberships;
    }

    /** First all pointers and attributes, then all SIDs. */
    private List<Group> sidsAndAttributes(Array array) throws MalformedException {
        if (!array.present()) {
            return List.of();
        }
        reader.conformance(array.count());
        int[] attributes = new int[array.count()];
        for (int index = 0; index < attributes.length; index++) {
            if (!reader.pointer()) {
                throw reader.malformed("extra sid " + index + " is missing");
            }
            attributes[index] = reader.u32();
        }
        List<Group> groups = new ArrayList<>();
        for (int each : attributes) {
            groups.add(new Group(reader.sid(), each));
        }
        return groups;
    }

    private List<Group> groups(Optional<Sid> domain, List<Membership> memberships) throws MalformedException {
        if (domain.isEmpty() && !memberships.isEmpty()) {
            throw reader.malformed("groups without the sid of their domain");
        }
        List<Group> groups = new ArrayList<>();
        for (Membership membership : memberships) {
            groups.add(new Group(domain.orElseThrow().account(membership.rid()), membership.attributes()));
        }
        return groups;
    }

    private LogonInformation information(
            Fixed fixed, Referents referents, List<Group> resources, String dnsDomain, String upn)
            throws MalformedException {
        List<Group> groups = groups(referents.domainSid(), referents.memberships());
        groups.addAll(resources);
        boolean isFirstExtra = fixed.userRid() == 0;
        groups.addAll(referents.extra().stream().skip(isFirstExtra ? 1 : 0).toList());
        Set<Sid> sids = new LinkedHashSet<>();
        unlistedPrimaryGroup(fixed, referents).ifPresent(sids::add);
        groups.stream().filter(Group::counts).map(Group::sid).forEach(sids::add);
        return new LogonInformation(
                referents.user(),
                referents.domain(),
                dnsDomain,
                upn,
                userSid(fixed, referents),
                sids,
                fixed.sessionKey(),
                fixed.flags());
    }

    /** The primary group, where the domain does not say with which attributes it counts. */
    private static Optional<Sid> unlistedPrimaryGroup(Fixed fixed, Referents referents) throws MalformedException {
        long rid = fixed.primaryGroupRid();
        boolean isListed = referents.memberships().stream().anyMatch(membership -> membership.rid() == rid);
        return rid == 0 || isListed || referents.domainSid().isEmpty()
                ? Optional.empty()
                : Optional.of(referents.domainSid().get().account(rid));
    }

    /** MS-PAC 2.5: a user without a RID in the domain is the first of the extra SIDs, whatever its attributes. */
    private Sid userSid(Fixed fixed, Referents referents) throws MalformedException {
        if (fixed.userRid() != 0 && referents.domainSid().isPresent()) {
            return referents.domainSid().get().account(fixed.userRid());
        }
        if (fixed.userRid() == 0 && !referents.extra().isEmpty()) {
            return referents.extra().getFirst().sid();
        }
        throw reader.malformed("no sid of the user");
    }
}
