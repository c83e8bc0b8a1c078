package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.ndr.NdrWriter;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException.Kind;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** C706 appendix O: asks port 135 where an interface is served. The answer is a port; its address is not looked at. */
public final class EndpointMapper {
    private static final RpcInterface MAPPER = RpcInterface.of("ept", "e1af8308-5d1f-11c9-91a4-08002b14a0fa", 3);
    private static final int PORT = 135;
    private static final int MAP = 3;

    private static final int HANDLE_LENGTH = 20;
    private static final int MOST_TOWERS = 4;
    private static final int LONGEST_TOWER = 512;
    private static final int FLOORS = 5;

    private static final int UUID_FLOOR = 0x0d;
    private static final int CONNECTION_ORIENTED_FLOOR = 0x0b;
    private static final int TCP_FLOOR = 0x07;
    private static final int IP_FLOOR = 0x09;

    private EndpointMapper() {}

    /** The TCP port of {@code host} at which {@code wanted} is served. */
    public static int port(InetAddress host, RpcInterface wanted, Deadline deadline) throws RpcException {
        return port(new InetSocketAddress(host, PORT), wanted, deadline);
    }

    static int port(InetSocketAddress mapper, RpcInterface wanted, Deadline deadline) throws RpcException {
        try (RpcConnection connection = RpcConnection.connect(mapper, deadline)) {
            connection.bind(MAPPER, deadline);
            return parse(connection.call(MAP, request(wanted), deadline), wanted);
        } catch (MalformedException e) {
            throw RpcException.notRun(Kind.BROKEN, "endpoint mapper: " + e.reason());
        }
    }

    static byte[] request(RpcInterface wanted) {
        byte[] tower = tower(wanted);
        NdrWriter writer = new NdrWriter();
        writer.pointer(); // object: the nil UUID
        writer.zeros(2 * Long.BYTES);
        writer.pointer();
        writer.u32(tower.length);
        writer.u32(tower.length);
        writer.bytes(tower);
        writer.align(Integer.BYTES);
        writer.zeros(HANDLE_LENGTH);
        writer.u32(MOST_TOWERS);
        return writer.toByteArray();
    }

    private static byte[] tower(RpcInterface wanted) {
        NdrWriter tower = new NdrWriter();
        tower.u16(FLOORS);
        uuidFloor(tower, wanted);
        uuidFloor(tower, RpcInterface.NDR);
        floor(tower, CONNECTION_ORIENTED_FLOOR, 2);
        floor(tower, TCP_FLOOR, 2);
        floor(tower, IP_FLOOR, 4);
        return tower.toByteArray();
    }

    /** Its numbers are packed, without alignment. */
    private static void uuidFloor(NdrWriter tower, RpcInterface syntax) {
        NdrWriter identifier = new NdrWriter();
        syntax.write(identifier);
        byte[] bytes = identifier.toByteArray();
        packed16(tower, 1 + bytes.length - 2);
        tower.u8(UUID_FLOOR);
        for (int index = 0; index < bytes.length - 2; index++) {
            tower.u8(bytes[index]);
        }
        packed16(tower, 2);
        packed16(tower, syntax.minor());
    }

    private static void floor(NdrWriter tower, int protocol, int length) {
        packed16(tower, 1);
        tower.u8(protocol);
        packed16(tower, length);
        tower.zeros(length);
    }

    private static void packed16(NdrWriter tower, int value) {
        tower.u8(value);
        tower.u8(value >>> 8);
    }

    static int parse(byte[] response, RpcInterface wanted) throws RpcException, MalformedException {
        NdrReader reader = new NdrReader(response);
        reader.skip(HANDLE_LENGTH);
        int towers = reader.count(MOST_TOWERS, Integer.BYTES);
        reader.u32(); // max_count: what we asked for
        int offset = reader.u32();
        reader.conformance(towers);
        int present = 0;
        for (int index = 0; index < towers; index++) {
            present += reader.pointer() ? 1 : 0;
        }
        int port = 0;
        for (int index = 0; index < present; index++) {
            int length = reader.count(LONGEST_TOWER, 1);
            reader.conformance(length);
            int found = tcpPort(new NdrReader(reader.bytes(length)));
            port = port == 0 ? found : port;
            reader.align(Integer.BYTES);
        }
        int status = reader.u32();
        if (offset != 0 || status != 0 || port == 0) {
            throw RpcException.notRun(
                    Kind.REFUSED,
                    "the endpoint mapper knows no TCP port of %s (status 0x%08x)".formatted(wanted.name(), status));
        }
        return port;
    }

    /** 0 when the tower does not end in a TCP port. */
    private static int tcpPort(NdrReader tower) throws MalformedException {
        int port = 0;
        int floors = packed16(tower);
        for (int floor = 0; floor < floors; floor++) {
            byte[] left = tower.bytes(packed16(tower));
            byte[] right = tower.bytes(packed16(tower));
            if (left.length == 1 && left[0] == TCP_FLOOR && right.length == 2) {
                port = (Byte.toUnsignedInt(right[0]) << 8) | Byte.toUnsignedInt(right[1]);
            }
        }
        return port;
    }

    private static int packed16(NdrReader tower) throws MalformedException {
        int low = tower.u8();
        return low | (tower.u8() << 8);
    }
}
