package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.ntlm.netlogon.rpc.NdrReader;
import io.gatehouse.provider.ntlm.netlogon.rpc.NdrReader.UnicodeString;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** MS-NRPC 2.2.1.4.13: reads NETLOGON_VALIDATION_SAM_INFO4. What pointers point at follows the fixed part, in the same order. */
final class SamInfoReader {
    private static final int TIMES = 6;
    private static final int NAMES_OF_PROFILE = 5;
    private static final int EXPANSION_STRINGS = 10;
    /** An access token holds 1024; a directory that gives more is no directory. */
    private static final int MOST_GROUPS = 4096;

    private static final int BYTES_OF_GROUP = 8;
    private static final int ENABLED = 0x4;
    private static final int FOR_DENY_ONLY = 0x10;
    private static final int SESSION_KEY_LENGTH = 16;

    private final NdrReader reader;
    private final List<UnicodeString> names = new ArrayList<>();
    private long userRid;
    private long primaryGroupRid;
    private int groupCount;
    private boolean hasGroups;
    private int flags;
    private byte[] sessionKey = new byte[0];
    private boolean hasDomainSid;
    private int extraCount;
    private boolean hasExtra;

    private record Membership(long rid, int attributes) {}

    private SamInfoReader(NdrReader reader) {
        this.reader = reader;
    }

    static SamInfo read(NdrReader reader) throws MalformedException {
        SamInfoReader self = new SamInfoReader(reader);
        self.readFixed();
        return self.readReferents();
    }

    private void readFixed() throws MalformedException {
        reader.align(Integer.BYTES);
        reader.skip(TIMES * Long.BYTES);
        for (int index = 0; index <= NAMES_OF_PROFILE; index++) {
            names.add(
                    reader.unicodeString()); // EffectiveName, FullName, LogonScript, ProfilePath, HomeDirectory, …Drive
        }
        reader.u32(); // LogonCount, BadPasswordCount
        userRid = Integer.toUnsignedLong(reader.u32());
        primaryGroupRid = Integer.toUnsignedLong(reader.u32());
        groupCount = reader.count(MOST_GROUPS, BYTES_OF_GROUP);
        hasGroups = reader.pointer();
        flags = reader.u32();
        sessionKey = reader.bytes(SESSION_KEY_LENGTH);
        names.add(reader.unicodeString()); // LogonServer
        names.add(reader.unicodeString()); // LogonDomainName
        hasDomainSid = reader.pointer();
        reader.skip(Long.BYTES); // LMKey
        reader.skip(2 * Integer.BYTES); // UserAccountControl, SubAuthStatus
        reader.skip(2 * Long.BYTES); // LastSuccessfulILogon, LastFailedILogon
        reader.skip(2 * Integer.BYTES); // FailedILogonCount, Reserved4
        extraCount = reader.count(MOST_GROUPS, BYTES_OF_GROUP);
        hasExtra = reader.pointer();
        for (int index = 0; index < 2 + EXPANSION_STRINGS; index++) {
            names.add(reader.unicodeString()); // DnsLogonDomainName, Upn, ExpansionString1 to 10
        }
    }

    private SamInfo readReferents() throws MalformedException {
        int next = 0;
        String user = reader.characters(names.get(next++));
        for (int index = 0; index < NAMES_OF_PROFILE; index++) {
            reader.characters(names.get(next++));
        }
        List<Membership> memberships = hasGroups ? memberships() : List.of();
        reader.characters(names.get(next++));
        String domain = reader.characters(names.get(next++));
        if (!hasDomainSid || user.isBlank() || domain.isBlank()) {
            throw new MalformedException("logon without a name, a domain or its sid");
        }
        Sid domainSid = Sid.read(reader);
        List<Sid> extra = hasExtra ? extraSids() : List.of();
        String dnsDomain = reader.characters(names.get(next++));
        String upn = reader.characters(names.get(next++));
        for (int index = 0; index < EXPANSION_STRINGS; index++) {
            reader.characters(names.get(next++));
        }
        return new SamInfo(
                user,
                domain,
                dnsDomain,
                upn,
                userSid(domainSid, extra),
                groups(domainSid, memberships, extra),
                Secret.of(sessionKey),
                flags);
    }

    private List<Membership> memberships() throws MalformedException {
        reader.conformance(groupCount);
        List<Membership> memberships = new ArrayList<>();
        for (int index = 0; index < groupCount; index++) {
            memberships.add(new Membership(Integer.toUnsignedLong(reader.u32()), reader.u32()));
        }
        return memberships;
    }

    /** Those that count; if the user has no RID, also the first one, whatever its attributes. */
    private List<Sid> extraSids() throws MalformedException {
        reader.conformance(extraCount);
        boolean[] wanted = new boolean[extraCount];
        for (int index = 0; index < extraCount; index++) {
            if (!reader.pointer()) {
                throw new MalformedException("extra sid " + index + " is missing");
            }
            wanted[index] = counts(reader.u32()) || (userRid == 0 && index == 0);
        }
        List<Sid> extra = new ArrayList<>();
        for (boolean each : wanted) {
            Sid sid = Sid.read(reader);
            if (each) {
                extra.add(sid);
            }
        }
        return extra;
    }

    /** MS-PAC 2.5: a user without a RID in the domain is the first of the extra SIDs. */
    private Sid userSid(Sid domainSid, List<Sid> extra) throws MalformedException {
        if (userRid != 0) {
            return domainSid.account(userRid);
        }
        if (extra.isEmpty()) {
            throw new MalformedException("logon without a user: neither a RID nor extra sids");
        }
        return extra.getFirst();
    }

    private Set<Sid> groups(Sid domainSid, List<Membership> memberships, List<Sid> extra) throws MalformedException {
        Set<Sid> groups = new LinkedHashSet<>();
        if (primaryGroupRid != 0) {
            groups.add(domainSid.account(primaryGroupRid));
        }
        for (Membership membership : memberships) {
            if (counts(membership.attributes())) {
                groups.add(domainSid.account(membership.rid()));
            }
        }
        groups.addAll(userRid == 0 ? extra.subList(1, extra.size()) : extra);
        return groups;
    }

    private static boolean counts(int attributes) {
        return (attributes & ENABLED) != 0 && (attributes & FOR_DENY_ONLY) == 0;
    }
}
