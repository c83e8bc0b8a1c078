package io.gatehouse.core.wake;

import io.gatehouse.api.Secret;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The password that network cards with SecureOn expect behind a magic packet. It crosses the network in clear.
 *
 * @param value four or six bytes
 */
public record SecureOnPassword(Secret value) {
    private static final int FOUR = 4;

    /** Reads it as {@code etherwake -p} does: six pairs of hexadecimal digits, or four decimal numbers with dots. */
    public static Parsed<SecureOnPassword> of(Secret written) {
        String text = written.text().strip();
        if (MacAddress.SIX_PAIRS.matcher(text).matches()) {
            return valid(HexFormat.ofDelimiter(":").parseHex(text.replace('-', ':')));
        }
        Optional<byte[]> four =
                AddressLiteral.parse(text).map(InetAddress::getAddress).filter(bytes -> bytes.length == FOUR);
        return four.isPresent() && text.indexOf(':') < 0
                ? valid(four.get())
                : Parsed.faulty("not a SecureOn password (expected six pairs of hexadecimal digits such as"
                        + " \"00:11:22:33:44:55\", or four numbers such as \"192.0.2.1\")");
    }

    private static Parsed<SecureOnPassword> valid(byte[] bytes) {
        return Parsed.valid(new SecureOnPassword(Secret.of(bytes)));
    }
}
