package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.formats.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** MS-PAC 2.5: KERB_VALIDATION_INFO, as far as it names the user and the groups. */
final class LogonInfo {
    private static final int MOST_SIDS = 4096;
    private static final int LONGEST_TEXT = 2048;
    private static final int HEADER = 8;
    private static final int BYTES_OF_TIMES = 6 * Long.BYTES;
    private static final int ENABLED = 0x4;
    private static final int DENY_ONLY = 0x10;

    private LogonInfo() {}

    /** A string or array whose pointer was read and whose content follows later in the stream. */
    private record Pending(int length, boolean present) {}

    private record Member(String sid, long attributes) {
        boolean counts() {
            return (attributes & ENABLED) != 0 && (attributes & DENY_ONLY) == 0;
        }
    }

    static Pac.Account parse(byte[] bytes) throws MalformedException {
        LittleEndianReader reader = new LittleEndianReader(bytes, "logon information");
        header(reader);
        reader.skip(BYTES_OF_TIMES);
        Pending effectiveName = pendingText(reader);
        List<Pending> unused = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            unused.add(pendingText(reader)); // full name, script, profile, home directory and its drive
        }
        reader.skip(2 * Short.BYTES); // logon and bad password counts
        long userId = reader.uint32();
        reader.skip(Integer.BYTES); // the primary group is among the groups
        Pending groups = pendingArray(reader);
        reader.skip(Integer.BYTES + 16); // user flags, session key
        Pending server = pendingText(reader);
        Pending domain = pendingText(reader);
        boolean hasDomainSid = reader.uint32() != 0;
        reader.skip(2 * Integer.BYTES + 2 * Integer.BYTES + 2 * Long.BYTES + 2 * Integer.BYTES); // control, failures
        Pending extraSids = pendingArray(reader);
        boolean hasResourceDomain = reader.uint32() != 0;
        Pending resourceGroups = pendingArray(reader);

        String user = text(reader, effectiveName);
        for (Pending each : unused) {
            text(reader, each);
        }
        List<long[]> groupIds = memberships(reader, groups);
        text(reader, server);
        String domainName = text(reader, domain);
        String domainSid = hasDomainSid ? sid(reader) : "";
        List<Member> members = new ArrayList<>();
        if (extraSids.present()) {
            members.addAll(sidsAndAttributes(reader, extraSids));
        }
        String resourceDomain = hasResourceDomain ? sid(reader) : "";
        List<long[]> resourceIds = memberships(reader, resourceGroups);
        addAll(members, domainSid, groupIds, reader);
        addAll(members, resourceDomain, resourceIds, reader);
        return account(user, domainName, userSid(domainSid, userId, members, reader), members);
    }

    private static Pac.Account account(String user, String domain, String userSid, List<Member> members) {
        Set<String> sids = new LinkedHashSet<>();
        sids.add(userSid);
        members.stream().filter(Member::counts).map(Member::sid).forEach(sids::add);
        return new Pac.Account(user, domain, userSid, sids);
    }

    /** An account of no domain says 0, and who it is in the first of the extra SIDs. */
    private static String userSid(String domainSid, long userId, List<Member> members, LittleEndianReader reader)
            throws MalformedException {
        if (userId != 0 && !domainSid.isEmpty()) {
            return Sid.of(domainSid, userId);
        }
        if (userId == 0 && !members.isEmpty()) {
            return members.getFirst().sid();
        }
        throw reader.malformed("no sid of the user");
    }

    private static void addAll(List<Member> members, String domain, List<long[]> ids, LittleEndianReader reader)
            throws MalformedException {
        if (domain.isEmpty() && !ids.isEmpty()) {
            throw reader.malformed("groups without the sid of their domain");
        }
        ids.forEach(id -> members.add(new Member(Sid.of(domain, id[0]), id[1])));
    }

    /** MS-RPCE 2.2.6: the headers of type serialization version 1, and the pointer to the structure. */
    private static void header(LittleEndianReader reader) throws MalformedException {
        int version = reader.uint8();
        int byteOrder = reader.uint8();
        int headerLength = reader.uint16();
        reader.skip(Integer.BYTES);
        if (version != 1 || byteOrder != 0x10 || headerLength != HEADER) {
            throw reader.malformed(
                    "serialization version %d, byte order 0x%02x, header of %d bytes (expected 1, 0x10, 8)"
                            .formatted(version, byteOrder, headerLength));
        }
        long length = reader.uint32();
        reader.skip(Integer.BYTES);
        if (length > reader.remaining()) {
            throw reader.malformed("object of %d bytes (expected at most %d)".formatted(length, reader.remaining()));
        }
        if (reader.uint32() == 0) {
            throw reader.malformed("null");
        }
    }

    private static Pending pendingText(LittleEndianReader reader) throws MalformedException {
        int length = reader.uint16();
        reader.skip(Short.BYTES); // the allocated length
        boolean present = reader.uint32() != 0;
        if (!present && length != 0) {
            throw reader.malformed("text of " + length + " bytes that is not there");
        }
        return new Pending(length, present);
    }

    private static Pending pendingArray(LittleEndianReader reader) throws MalformedException {
        long count = reader.uint32();
        boolean present = reader.uint32() != 0;
        if (count > MOST_SIDS || (!present && count != 0)) {
            throw reader.malformed("%d sids, present: %s (expected at most %d)".formatted(count, present, MOST_SIDS));
        }
        return new Pending((int) count, present);
    }

    /** RPC_UNICODE_STRING's buffer: allocated, offset and used counts of characters, then the characters. */
    private static String text(LittleEndianReader reader, Pending pending) throws MalformedException {
        if (!pending.present()) {
            return "";
        }
        reader.align(Integer.BYTES);
        long allocated = reader.uint32();
        long offset = reader.uint32();
        long used = reader.uint32();
        if (offset != 0 || used > allocated || used * 2 != pending.length() || used > LONGEST_TEXT) {
            throw reader.malformed("text of %d of %d characters at %d (expected %d at 0, at most %d)"
                    .formatted(used, allocated, offset, pending.length() / 2, LONGEST_TEXT));
        }
        return reader.text(pending.length());
    }

    /** GROUP_MEMBERSHIPs: relative identifier and attributes each. */
    private static List<long[]> memberships(LittleEndianReader reader, Pending pending) throws MalformedException {
        List<long[]> memberships = new ArrayList<>();
        if (pending.present()) {
            count(reader, pending);
            for (int i = 0; i < pending.length(); i++) {
                memberships.add(new long[] {reader.uint32(), reader.uint32()});
            }
        }
        return memberships;
    }

    /** KERB_SID_AND_ATTRIBUTES: first all pointers and attributes, then all SIDs. */
    private static List<Member> sidsAndAttributes(LittleEndianReader reader, Pending pending)
            throws MalformedException {
        count(reader, pending);
        List<Long> attributes = new ArrayList<>();
        for (int i = 0; i < pending.length(); i++) {
            if (reader.uint32() == 0) {
                throw reader.malformed("sid that is not there");
            }
            attributes.add(reader.uint32());
        }
        List<Member> members = new ArrayList<>();
        for (long each : attributes) {
            members.add(new Member(sid(reader), each));
        }
        return members;
    }

    private static void count(LittleEndianReader reader, Pending pending) throws MalformedException {
        reader.align(Integer.BYTES);
        long count = reader.uint32();
        if (count != pending.length()) {
            throw reader.malformed("array of %d (expected %d)".formatted(count, pending.length()));
        }
    }

    private static String sid(LittleEndianReader reader) throws MalformedException {
        reader.align(Integer.BYTES);
        return Sid.readConformant(reader);
    }
}
