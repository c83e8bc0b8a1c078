package io.gatehouse.formats.kerberos;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** RFC 4120 section 5.2.3: KerberosTime, whole seconds in the time zone UTC. */
public final class KerberosTime {
    private static final Pattern TEXT = Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{2})Z");
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private KerberosTime() {}

    /** Reads the only value left. */
    public static Instant last(DerReader content) throws MalformedException {
        byte[] bytes = content.enterLast(Der.GENERALIZED_TIME).remaining().bytes();
        Matcher matcher = TEXT.matcher(new String(bytes, StandardCharsets.US_ASCII));
        if (!matcher.matches()) {
            throw new MalformedException(
                    "KerberosTime of %d characters (expected yyyymmddhhmmssZ)".formatted(bytes.length));
        }
        int[] parts = new int[6];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Integer.parseInt(matcher.group(i + 1));
        }
        try {
            return LocalDateTime.of(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new MalformedException("KerberosTime that does not exist");
        }
    }

    /** The DER of {@code time}, of which whole seconds are written. */
    public static byte[] encode(Instant time) {
        return DerWriter.value(Der.GENERALIZED_TIME, FORMAT.format(time).getBytes(StandardCharsets.US_ASCII));
    }
}
