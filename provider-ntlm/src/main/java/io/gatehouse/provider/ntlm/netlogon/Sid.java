package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.ntlm.netlogon.rpc.NdrReader;
import io.gatehouse.provider.ntlm.netlogon.rpc.NdrWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * MS-DTYP 2.4.2: a security identifier.
 *
 * @param authority the identifier authority, 48 bits
 * @param parts the sub authorities, unsigned; for an account the last one is its RID
 */
record Sid(long authority, List<Long> parts) {
    private static final int REVISION = 1;
    private static final int MOST_PARTS = 15;
    private static final int AUTHORITY_LENGTH = 6;
    private static final long LARGEST_DECIMAL_AUTHORITY = 0xffff_ffffL;
    private static final long NT_AUTHORITY = 5;
    /** The first part of the SIDs of domains and of all their accounts. */
    private static final long OF_A_DOMAIN = 21;

    Sid {
        parts = List.copyOf(parts);
    }

    /** MS-DTYP 2.4.2.3 RPC_SID. */
    static Sid read(NdrReader reader) throws MalformedException {
        int count = reader.count(MOST_PARTS, Integer.BYTES);
        int revision = reader.u8();
        int again = reader.u8();
        if (revision != REVISION || again != count) {
            throw new MalformedException("sid of revision %d with %d of %d parts".formatted(revision, again, count));
        }
        long authority = 0;
        for (int index = 0; index < AUTHORITY_LENGTH; index++) {
            authority = (authority << Byte.SIZE) | reader.u8();
        }
        List<Long> parts = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            parts.add(Integer.toUnsignedLong(reader.u32()));
        }
        return new Sid(authority, parts);
    }

    void write(NdrWriter writer) {
        writer.u32(parts.size());
        writer.u8(REVISION);
        writer.u8(parts.size());
        for (int shift = (AUTHORITY_LENGTH - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            writer.u8((int) (authority >>> shift));
        }
        parts.forEach(part -> writer.u32(part.intValue()));
    }

    /** The SID of an account of this domain. */
    Sid account(long rid) throws MalformedException {
        if (parts.size() == MOST_PARTS) {
            throw new MalformedException("domain sid of " + MOST_PARTS + " parts (expected fewer)");
        }
        List<Long> longer = new ArrayList<>(parts);
        longer.add(rid);
        return new Sid(authority, longer);
    }

    /** Whether it belongs to a domain, and so may have a name there. */
    boolean isOfDomain() {
        return authority == NT_AUTHORITY && !parts.isEmpty() && parts.getFirst() == OF_A_DOMAIN;
    }

    /** The RID; 0 when there is none. */
    long rid() {
        return parts.isEmpty() ? 0 : parts.getLast();
    }

    /** {@code S-1-5-21-…}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("S-1-")
                .append(
                        authority > LARGEST_DECIMAL_AUTHORITY
                                ? "0x%012x".formatted(authority)
                                : Long.toString(authority));
        parts.forEach(part -> text.append('-').append(part.longValue()));
        return text.toString();
    }
}
