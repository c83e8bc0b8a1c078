package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.logon.LogonInformation;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.sid.Sid;
import java.util.LinkedHashSet;
import java.util.Set;

/** MS-PAC 2.5: KERB_VALIDATION_INFO, in the frame that MS-RPCE puts around a structure in memory. */
final class LogonInfo {
    private static final int VERSION = 1;
    private static final int LITTLE_ENDIAN = 0x10;
    private static final int HEADER = 8;

    private LogonInfo() {}

    static Pac.Account parse(byte[] bytes) throws MalformedException {
        NdrReader reader = new NdrReader(bytes, "logon information");
        header(reader);
        LogonInformation information = LogonInformation.readValidationInfo(reader);
        Set<String> sids = new LinkedHashSet<>();
        sids.add(information.userSid().toString());
        information.groupSids().stream().map(Sid::toString).forEach(sids::add);
        return new Pac.Account(
                information.user(), information.domain(), information.userSid().toString(), sids);
    }

    /** MS-RPCE 2.2.6: the headers of type serialization version 1, and the pointer to the structure. */
    private static void header(NdrReader reader) throws MalformedException {
        int version = reader.u8();
        int byteOrder = reader.u8();
        int headerLength = reader.u16();
        reader.skip(Integer.BYTES);
        if (version != VERSION || byteOrder != LITTLE_ENDIAN || headerLength != HEADER) {
            throw reader.malformed(
                    "serialization version %d, byte order 0x%02x, header of %d bytes (expected 1, 0x10, 8)"
                            .formatted(version, byteOrder, headerLength));
        }
        long length = Integer.toUnsignedLong(reader.u32());
        reader.skip(Integer.BYTES);
        if (length > reader.remaining()) {
            throw reader.malformed("object of %d bytes (expected at most %d)".formatted(length, reader.remaining()));
        }
        if (!reader.pointer()) {
            throw reader.malformed("null");
        }
    }
}
