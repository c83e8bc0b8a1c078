package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import java.time.Instant;

/**
 * MS-PAC 2.7: PAC_CLIENT_INFO, which ties the PAC to its ticket.
 *
 * @param authTime the ticket's authtime, to the second
 * @param name the ticket's client
 */
record ClientInfo(Instant authTime, String name) {
    private static final long SECONDS_FROM_1601_TO_1970 = 11_644_473_600L;
    private static final long TICKS_PER_SECOND = 10_000_000;

    static ClientInfo parse(byte[] bytes) throws MalformedException {
        NdrReader reader = new NdrReader(bytes, "client information");
        long time = reader.u64();
        String name = reader.name(reader.u16());
        return new ClientInfo(
                Instant.ofEpochSecond(Math.floorDiv(time, TICKS_PER_SECOND) - SECONDS_FROM_1601_TO_1970), name);
    }
}
