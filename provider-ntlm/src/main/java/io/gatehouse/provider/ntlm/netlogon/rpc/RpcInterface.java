package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.ndr.NdrWriter;
import java.util.UUID;

/**
 * C706 12.6.3.1 p_syntax_id_t: names an interface, or an encoding of its arguments.
 *
 * @param name what messages call it
 * @param uuid its identifier
 * @param major the major version, 16 bit
 * @param minor the minor version, 16 bit
 */
public record RpcInterface(String name, UUID uuid, int major, int minor) {
    /** The encoding NDR, version 2. */
    static final RpcInterface NDR = of("NDR", "8a885d04-1ceb-11c9-9fe8-08002b104860", 2);

    /** An interface with the minor version 0. */
    public static RpcInterface of(String name, String uuid, int major) {
        return new RpcInterface(name, UUID.fromString(uuid), major, 0);
    }

    void write(NdrWriter writer) {
        writer.uuid(uuid);
        writer.u16(major);
        writer.u16(minor);
    }

    /** Whether the next 20 bytes name this. */
    boolean isNext(NdrReader reader) throws MalformedException {
        // All of them are read, whatever the first ones are.
        UUID otherUuid = reader.uuid();
        int otherMajor = reader.u16();
        int otherMinor = reader.u16();
        return uuid.equals(otherUuid) && major == otherMajor && minor == otherMinor;
    }
}
