package io.gatehouse.provider.kerberos;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;

/** Writes DER, right or wrong, independently of the product. */
final class Der {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] value(int tag, byte[]... contents) {
        byte[] content = concat(contents);
        byte[] size = BigInteger.valueOf(content.length).toByteArray();
        byte[] octets = size[0] == 0 && size.length > 1 ? Arrays.copyOfRange(size, 1, size.length) : size;
        byte[] length = content.length < 0x80 ? octets : concat(new byte[] {(byte) (0x80 | octets.length)}, octets);
        return concat(new byte[] {(byte) tag}, length, content);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    static byte[] sequence(byte[]... fields) {
        return value(0x30, fields);
    }

    static byte[] field(int number, byte[] value) {
        return value(0xa0 | number, value);
    }

    static byte[] integer(long number) {
        return value(0x02, BigInteger.valueOf(number).toByteArray());
    }

    static byte[] octets(byte[] octets) {
        return value(0x04, octets);
    }

    static byte[] flags(int flags) {
        return value(
                0x03, new byte[] {0, (byte) (flags >> 24), (byte) (flags >> 16), (byte) (flags >> 8), (byte) flags});
    }

    static byte[] text(String text) {
        return value(0x1b, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] time(Instant time) {
        return value(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] name(List<String> components) {
        return sequence(
                field(0, integer(1)),
                field(1, sequence(components.stream().map(Der::text).toArray(byte[][]::new))));
    }

    static byte[] encrypted(int type, long version, byte[] cipher) {
        return sequence(field(0, integer(type)), field(1, integer(version)), field(2, octets(cipher)));
    }

    static byte[] key(int type, byte[] key) {
        return sequence(field(0, integer(type)), field(1, octets(key)));
    }

    /** One element of AuthorizationData. */
    static byte[] data(int type, byte[] content) {
        return sequence(field(0, integer(type)), field(1, octets(content)));
    }
}
