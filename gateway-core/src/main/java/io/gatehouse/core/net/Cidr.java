package io.gatehouse.core.net;

import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of addresses, for example {@code 10.1.0.0/16} or {@code fd00::/8}.
 *
 * @param network the block's first address
 * @param prefix how many leading bits all its addresses share
 */
public record Cidr(InetAddress network, int prefix) {

    /** Reads an address or {@code address/prefix}. Bits of the address beyond the prefix must be zero. */
    public static Parsed<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        String addressText = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = AddressLiteral.parse(addressText).orElse(null);
        if (address == null) {
            return Parsed.faulty("\"" + text + "\" (expected an address or a block such as 10.1.0.0/16 or fd00::/8)");
        }
        int bits = address.getAddress().length * 8;
        if (slash < 0) {
            return Parsed.valid(new Cidr(address, bits));
        }
        int hidden = bits == 32 && addressText.indexOf(':') >= 0 ? 96 : 0; // ::ffff:10.0.0.0/104 means 10.0.0.0/8
        String prefixText = text.substring(slash + 1);
        if (!prefixText.matches("[0-9]{1,3}")) {
            return Parsed.faulty("\"" + text + "\": prefix \"" + prefixText + "\" (expected a number)");
        }
        int prefix = Integer.parseInt(prefixText) - hidden;
        if (prefix < 0 || prefix > bits) {
            return Parsed.faulty(
                    "\"" + text + "\": prefix " + prefixText + " (expected " + hidden + " to " + (bits + hidden) + ")");
        }
        InetAddress network = first(address, prefix);
        if (!network.equals(address)) {
            return Parsed.faulty("\"" + text + "\": the address has bits beyond the prefix (expected \""
                    + AddressLiteral.text(network) + "/" + prefix + "\")");
        }
        return Parsed.valid(new Cidr(network, prefix));
    }

    /** Whether {@code address} lies in this block; an IPv4-mapped IPv6 address counts as the IPv4 address. */
    public boolean contains(InetAddress address) {
        InetAddress plain = plain(address);
        return plain.getAddress().length == network.getAddress().length
                && first(plain, prefix).equals(network);
    }

    private static InetAddress first(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefix - 8L * i, 0, 8);
            bytes[i] &= (byte) (0xff00 >> kept);
        }
        return of(bytes);
    }

    /** The address without zone, and as IPv4 when it is IPv4-mapped. */
    public static InetAddress plain(InetAddress address) {
        return of(address.getAddress());
    }

    /** The address of 4 or 16 bytes. */
    public static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }

    @Override
    public String toString() {
        String address = AddressLiteral.text(network);
        return prefix == network.getAddress().length * 8 ? address : address + "/" + prefix;
    }
}
