package io.gatehouse.provider.kerberos.message;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes the part of DER that RFC 4120 uses. */
final class DerWriter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private DerWriter() {}

    /** A value: tag, length in its shortest form, and the contents one after the other. */
    static byte[] value(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length += content.length;
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream(length + 6);
        value.write(tag);
        if (length < 0x80) {
            value.write(length);
        } else {
            byte[] octets = BigInteger.valueOf(length).toByteArray();
            int leading = octets[0] == 0 ? 1 : 0;
            value.write(0x80 | (octets.length - leading));
            value.write(octets, leading, octets.length - leading);
        }
        for (byte[] content : contents) {
            value.writeBytes(content);
        }
        return value.toByteArray();
    }

    static byte[] sequence(byte[]... fields) {
        return value(DerReader.SEQUENCE, fields);
    }

    /** {@code [number]} with one value. */
    static byte[] field(int number, byte[] value) {
        return value(DerReader.CONTEXT | number, value);
    }

    static byte[] integer(long number) {
        return value(DerReader.INTEGER, BigInteger.valueOf(number).toByteArray());
    }

    static byte[] octets(byte[] octets) {
        return value(DerReader.OCTET_STRING, octets);
    }

    static byte[] time(Instant time) {
        return value(DerReader.GENERALIZED_TIME, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }
}
