package io.gatehouse.core.forwarding;

import io.gatehouse.core.forwarding.ProxyHeader.Complete;
import io.gatehouse.core.forwarding.ProxyHeader.Incomplete;
import io.gatehouse.core.forwarding.ProxyHeader.Malformed;
import io.gatehouse.core.forwarding.ProxyHeader.Reading;
import io.gatehouse.core.net.AddressLiteral;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link ProxyHeader}s of both versions strictly: what breaks the format is malformed at the first byte that
 * shows it, and is never taken for the client's first bytes.
 */
public final class ProxyHeaderDecoder {
    /** Bytes of the longest line of version 1, with its line end, after the specification. */
    static final int LONGEST_LINE = 107;
    /** Bytes of addresses and TLVs that a header of version 2 may have here; the format has room for 65,535. */
    static final int LONGEST_PAYLOAD = 1024;
    /** Bytes of a header in front of addresses and TLVs. */
    private static final int FIXED = 16;
    /** Bytes of the longest header. */
    public static final int LONGEST = FIXED + LONGEST_PAYLOAD;

    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final byte[] LINE_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final String PORT = "(0|[1-9][0-9]{0,4})";
    private static final Pattern LINE =
            Pattern.compile("PROXY (TCP[46]) ([0-9a-fA-F.:]{1,45}) ([0-9a-fA-F.:]{1,45}) " + PORT + " " + PORT);
    private static final Pattern UNKNOWN = Pattern.compile("PROXY UNKNOWN( .*)?");

    private static final int VERSION = 0x20;
    private static final int LOCAL = VERSION;
    private static final int PROXY = VERSION | 1;
    private static final int UNSPECIFIED = 0x00;
    private static final int TCP_4 = 0x11;
    private static final int TCP_6 = 0x21;
    private static final int TLV_HEAD = 3;
    private static final int TYPE_CRC32C = 0x03;
    private static final int TYPE_SSL = 0x20;
    /** One byte of flags and four of the verification's result, in front of more TLVs. */
    private static final int SSL_FIXED = 5;

    private static final int CLIENT_SSL = 0x01;

    private ProxyHeaderDecoder() {}

    /** Reads the header that begins at the position of {@code bytes}, which stays where it is. */
    public static Reading read(ByteBuffer bytes) {
        ByteBuffer input = bytes.slice();
        if (!input.hasRemaining()) {
            return new Incomplete();
        }
        return switch (input.get(0)) {
            case 'P' -> readLine(input);
            case '\r' -> readBinary(input);
            default -> new Malformed("no PROXY header");
        };
    }

    private static boolean startsLike(ByteBuffer input, byte[] start) {
        int count = Math.min(input.limit(), start.length);
        return input.slice(0, count).equals(ByteBuffer.wrap(start, 0, count));
    }

    // ---- version 1

    private static Reading readLine(ByteBuffer input) {
        if (!startsLike(input, LINE_START)) {
            return new Malformed("no PROXY header");
        }
        for (int at = 0; at < Math.min(input.limit(), LONGEST_LINE); at++) {
            byte next = input.get(at);
            if (next == '\n' && at > 0 && input.get(at - 1) == '\r') {
                byte[] line = new byte[at - 1];
                input.get(0, line);
                return ofLine(new String(line, StandardCharsets.US_ASCII), at + 1);
            }
            boolean followsReturn = at > 0 && input.get(at - 1) == '\r';
            if (followsReturn || (next != '\r' && (next < ' ' || next > '~'))) {
                return new Malformed("a PROXY header with a character that does not belong there");
            }
        }
        return input.limit() < LONGEST_LINE
                ? new Incomplete()
                : new Malformed("a PROXY header of version 1 with more than " + LONGEST_LINE + " bytes");
    }

    private static Reading ofLine(String line, int length) {
        if (UNKNOWN.matcher(line).matches()) {
            return new Complete(new ProxyHeader(length, Optional.empty(), Optional.empty()));
        }
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return new Malformed("a PROXY header of version 1 that breaks its grammar");
        }
        boolean isSix = matcher.group(1).endsWith("6");
        Optional<InetAddress> client = address(matcher.group(2), isSix);
        int port = Integer.parseInt(matcher.group(4));
        if (client.isEmpty()
                || address(matcher.group(3), isSix).isEmpty()
                || Math.max(port, Integer.parseInt(matcher.group(5))) > 0xffff) {
            return new Malformed("a PROXY header with an address or port that is none of its family");
        }
        return complete(length, client.get(), port, Optional.empty());
    }

    private static Optional<InetAddress> address(String text, boolean isSix) {
        return isSix == text.contains(":") ? AddressLiteral.parse(text) : Optional.empty();
    }

    private static Reading complete(int length, InetAddress client, int port, Optional<Boolean> tls) {
        if (client.isAnyLocalAddress() || client.isMulticastAddress() || isBroadcast(client)) {
            return new Malformed("a PROXY header of a client with an address that no client can have");
        }
        return new Complete(new ProxyHeader(length, Optional.of(new InetSocketAddress(client, port)), tls));
    }

    private static boolean isBroadcast(InetAddress address) {
        return address instanceof Inet4Address
                && ByteBuffer.wrap(address.getAddress()).getInt() == -1;
    }

    // ---- version 2

    private static Reading readBinary(ByteBuffer input) {
        if (!startsLike(input, SIGNATURE)) {
            return new Malformed("no PROXY header");
        }
        int count = input.limit();
        if (count > SIGNATURE.length && command(input) != LOCAL && command(input) != PROXY) {
            return new Malformed("a PROXY header of an unknown version or command");
        }
        if (count < FIXED) {
            return new Incomplete();
        }
        int payload = Short.toUnsignedInt(input.getShort(SIGNATURE.length + 2));
        if (payload > LONGEST_PAYLOAD) {
            return new Malformed("a PROXY header of version 2 with more than " + LONGEST_PAYLOAD + " bytes of payload");
        }
        if (count < FIXED + payload) {
            return new Incomplete();
        }
        return ofBinary(input.slice(0, FIXED + payload));
    }

    private static int command(ByteBuffer header) {
        return Byte.toUnsignedInt(header.get(SIGNATURE.length));
    }

    private static Reading ofBinary(ByteBuffer header) {
        int length = header.limit();
        int family = Byte.toUnsignedInt(header.get(SIGNATURE.length + 1));
        if (command(header) == LOCAL) {
            return new Complete(new ProxyHeader(length, Optional.empty(), Optional.empty()));
        }
        if (family == UNSPECIFIED) {
            return tlvs(header, FIXED) instanceof Tlvs.Faulty(String why)
                    ? new Malformed(why)
                    : new Complete(new ProxyHeader(length, Optional.empty(), Optional.empty()));
        }
        if (family != TCP_4 && family != TCP_6) {
            return new Malformed("a PROXY header of another family than TCP over IPv4 or IPv6");
        }
        byte[] client = new byte[family == TCP_4 ? 4 : 16];
        int addresses = 2 * client.length + 4;
        if (length < FIXED + addresses) {
            return new Malformed("a PROXY header too short for the addresses of its family");
        }
        header.get(FIXED, client);
        int port = Short.toUnsignedInt(header.getShort(FIXED + 2 * client.length));
        return switch (tlvs(header, FIXED + addresses)) {
            case Tlvs.Faulty(String why) -> new Malformed(why);
            case Tlvs.Known(var tls) -> complete(length, address(client), port, tls);
        };
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What the TLVs of a header say. */
    private sealed interface Tlvs {
        record Known(Optional<Boolean> tls) implements Tlvs {}

        record Faulty(String why) implements Tlvs {}
    }

    private static Tlvs tlvs(ByteBuffer header, int start) {
        @Nullable Boolean tls = null;
        boolean isSummed = false;
        int at = start;
        while (at < header.limit()) {
            int value = at + TLV_HEAD;
            int end = end(header, at, header.limit());
            if (end < 0) {
                return new Tlvs.Faulty("a PROXY header with a TLV that is cut off");
            }
            switch (Byte.toUnsignedInt(header.get(at))) {
                case TYPE_CRC32C -> {
                    if (isSummed || end - value != 4 || header.getInt(value) != checksum(header, value)) {
                        return new Tlvs.Faulty("a PROXY header with a wrong checksum");
                    }
                    isSummed = true;
                }
                case TYPE_SSL -> {
                    if (tls != null || end - value < SSL_FIXED || !areWhole(header, value + SSL_FIXED, end)) {
                        return new Tlvs.Faulty("a PROXY header with a broken SSL TLV");
                    }
                    tls = (header.get(value) & CLIENT_SSL) != 0;
                }
                default -> {
                    // Names, certificates and cloud services' own facts decide nothing here.
                }
            }
            at = end;
        }
        return new Tlvs.Known(Optional.ofNullable(tls));
    }

    /** Where the TLV at {@code at} ends, or -1 when that is behind {@code limit}. */
    private static int end(ByteBuffer header, int at, int limit) {
        if (limit - at < TLV_HEAD) {
            return -1;
        }
        int end = at + TLV_HEAD + Short.toUnsignedInt(header.getShort(at + 1));
        return end <= limit ? end : -1;
    }

    private static boolean areWhole(ByteBuffer header, int start, int limit) {
        int at = start;
        while (at >= 0 && at < limit) {
            at = end(header, at, limit);
        }
        return at == limit;
    }

    /** CRC-32C of the header with zeros in the place of the checksum. */
    private static int checksum(ByteBuffer header, int place) {
        CRC32C sum = new CRC32C();
        sum.update(header.slice(0, place));
        sum.update(new byte[4]);
        sum.update(header.slice(place + 4, header.limit() - place - 4));
        return (int) sum.getValue();
    }
}
