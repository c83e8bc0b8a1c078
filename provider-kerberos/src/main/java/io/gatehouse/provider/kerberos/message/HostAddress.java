package io.gatehouse.provider.kerberos.message;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * RFC 4120 section 5.2.5: an address from which a ticket may be used.
 *
 * @param type the kind of address
 * @param address its bytes
 */
public record HostAddress(int type, Token address) {
    private static final int IPV4 = 2;
    private static final int IPV6 = 24;
    private static final int MOST_ADDRESSES = 64;

    static List<HostAddress> read(DerReader field) throws MalformedException {
        DerReader elements = field.enterLast(Der.SEQUENCE);
        List<HostAddress> addresses = new ArrayList<>();
        while (!elements.isAtEnd()) {
            if (addresses.size() == MOST_ADDRESSES) {
                throw new MalformedException("more than " + MOST_ADDRESSES + " addresses");
            }
            DerReader fields = elements.enter(Der.SEQUENCE);
            int type = fields.field(0).lastInteger();
            Token address = fields.field(1).lastOctets();
            fields.expectEnd();
            addresses.add(new HostAddress(type, address));
        }
        return List.copyOf(addresses);
    }

    /**
     * Whether it is an internet address; others (NetBIOS names, which Windows sends) cannot be compared with a
     * connection's.
     */
    public boolean isInternet() {
        return type == IPV4 || type == IPV6;
    }

    /** Whether it is {@code other}. */
    public boolean is(InetAddress other) {
        return isInternet() && Arrays.equals(address.bytes(), other.getAddress());
    }
}
