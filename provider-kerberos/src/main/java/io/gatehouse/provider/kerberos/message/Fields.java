package io.gatehouse.provider.kerberos.message;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;

/** Reads those types of RFC 4120 that only an acceptor meets, each of them the only value left. */
final class Fields {
    private static final int LARGEST_MICROSECONDS = 999_999;

    private Fields() {}

    /** UInt32, which some write with a sign. */
    static long uint32(DerReader field) throws MalformedException {
        return field.lastInteger(Integer.MIN_VALUE, 0xffffffffL) & 0xffffffffL;
    }

    /** A number that can be this one only. */
    static void exactly(DerReader field, int expected, String what) throws MalformedException {
        int value = field.lastInteger();
        if (value != expected) {
            throw new MalformedException("%s %d (expected %d)".formatted(what, value, expected));
        }
    }

    /** Microseconds. */
    static int microseconds(DerReader field) throws MalformedException {
        return (int) field.lastInteger(0, LARGEST_MICROSECONDS);
    }

    /** The first 32 bits of KerberosFlags, bit 0 the highest. */
    static int flags(DerReader field) throws MalformedException {
        byte[] content = field.enterLast(Der.BIT_STRING).remaining().bytes();
        if (content.length < 2 || content.length > 9 || content[0] < 0 || content[0] > 7) {
            throw new MalformedException("flags of %d bytes (expected 2 to 9)".formatted(content.length));
        }
        int flags = 0;
        for (int i = 1; i <= Integer.BYTES; i++) {
            flags = flags << 8 | (i < content.length ? content[i] & 0xff : 0);
        }
        return flags;
    }
}
