package io.gatehouse.core.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Where somebody comes from, as limits count it: an IPv4 address, or the /64 network of an IPv6 address, within which
 * one host can take any address.
 *
 * @param network the address, or the first one of the network
 */
public record Source(InetAddress network) {
    private static final int IPV6_NETWORK = 8;

    /** The source of {@code network}, which may be any address of it. */
    public Source {
        if (network instanceof Inet6Address) {
            byte[] bytes = network.getAddress();
            Arrays.fill(bytes, IPV6_NETWORK, bytes.length, (byte) 0);
            network = address(bytes);
        }
    }

    @Override
    public String toString() {
        return network instanceof Inet6Address ? network.getHostAddress() + "/64" : network.getHostAddress();
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("of 16 bytes", e);
        }
    }
}
