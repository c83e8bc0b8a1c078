package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.formats.MalformedException;

/** MS-DTYP 2.4.2: security identifiers in their text form. */
final class Sid {
    private static final int REVISION = 1;
    private static final int MOST_SUB_AUTHORITIES = 15;

    private Sid() {}

    /** Reads an RPC_SID (MS-DTYP 2.4.2.3), its conformant count in front. */
    static String readConformant(LittleEndianReader reader) throws MalformedException {
        long count = reader.uint32();
        int start = reader.position();
        String sid = read(reader);
        int subAuthorities = (reader.position() - start - 8) / Integer.BYTES;
        if (count != subAuthorities) {
            throw reader.malformed("sid of %d sub-authorities (expected %d)".formatted(subAuthorities, count));
        }
        return sid;
    }

    /** Reads a SID as it lies in memory (MS-DTYP 2.4.2.2). */
    static String read(LittleEndianReader reader) throws MalformedException {
        int revision = reader.uint8();
        int count = reader.uint8();
        if (revision != REVISION || count > MOST_SUB_AUTHORITIES) {
            throw reader.malformed("sid of revision %d with %d sub-authorities (expected revision 1 and at most %d)"
                    .formatted(revision, count, MOST_SUB_AUTHORITIES));
        }
        long authority = 0;
        for (int i = 0; i < 6; i++) {
            authority = authority << 8 | reader.uint8();
        }
        StringBuilder text = new StringBuilder("S-1-");
        text.append(authority < 1L << 32 ? Long.toString(authority) : "0x%012X".formatted(authority));
        for (int i = 0; i < count; i++) {
            text.append('-').append(reader.uint32());
        }
        return text.toString();
    }

    /** The SID of an account in the domain of {@code domainSid}. */
    static String of(String domainSid, long relativeId) {
        return domainSid + "-" + relativeId;
    }
}
