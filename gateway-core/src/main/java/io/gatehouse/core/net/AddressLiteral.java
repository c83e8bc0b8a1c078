package io.gatehouse.core.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads and writes address literals, strictly: four decimal numbers without leading zeros, or RFC 4291 text without
 * zone. The many other spellings that C libraries take ({@code 127.1}, {@code 0x7f000001}) are not literals here.
 */
public final class AddressLiteral {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern QUAD = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:]*:(" + QUAD.pattern() + "|[0-9a-fA-F]*)");

    private AddressLiteral() {}

    /** The address that {@code text} spells; an IPv4-mapped IPv6 address as the IPv4 address it means. */
    public static Optional<InetAddress> parse(String text) {
        try {
            if (QUAD.matcher(text).matches()) {
                return Optional.of(Inet4Address.ofLiteral(text));
            }
            if (text.length() <= 45 && SIX.matcher(text).matches()) {
                return Optional.of(Inet6Address.ofLiteral(text));
            }
            return Optional.empty();
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /** The canonical text of {@code address}: dotted quad, or RFC 5952 without zone. */
    public static String text(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? address.getHostAddress() : text6(bytes);
    }

    private static String text6(byte[] bytes) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        int start = -1;
        int length = 1; // a single zero group is not shortened
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
