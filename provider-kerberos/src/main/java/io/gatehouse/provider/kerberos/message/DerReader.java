package io.gatehouse.provider.kerberos.message;

import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the part of DER that RFC 4120 uses: definite lengths, one-byte tags, explicit context tags. Never looks behind
 * the end of what it was given. Not thread safe.
 */
public final class DerReader {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int GENERALIZED_TIME = 0x18;
    static final int GENERAL_STRING = 0x1b;
    static final int SEQUENCE = 0x30;
    static final int CONTEXT = 0xa0;

    private static final int LONGEST_TEXT = 512;
    private static final Pattern TIME = Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(\\d{2})(\\d{2})(\\d{2})Z");

    private final byte[] bytes;
    private final int end;
    private int position;

    public DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    boolean isAtEnd() {
        return position == end;
    }

    /** Steps over the next value, which must have the tag {@code tag}, and reads its content. */
    DerReader enter(int tag) throws MalformedException {
        if (isAtEnd()) {
            throw new MalformedException("der ends where tag 0x%02x is expected".formatted(tag));
        }
        if (!isAt(tag)) {
            throw new MalformedException("der tag 0x%02x (expected 0x%02x)".formatted(bytes[position] & 0xff, tag));
        }
        position++;
        int length = length();
        if (length > end - position) {
            throw new MalformedException("der length %d (expected at most %d)".formatted(length, end - position));
        }
        DerReader content = new DerReader(bytes, position, position + length);
        position += length;
        return content;
    }

    /** As {@link #enter}, where the value is the only one left. */
    DerReader enterLast(int tag) throws MalformedException {
        DerReader content = enter(tag);
        expectEnd();
        return content;
    }

    private boolean isAt(int tag) {
        return position < end && (bytes[position] & 0xff) == tag;
    }

    void expectEnd() throws MalformedException {
        if (!isAtEnd()) {
            throw new MalformedException("%d bytes behind a der value".formatted(end - position));
        }
    }

    /** Whether the next field of a sequence is {@code [number]}. */
    boolean hasField(int number) {
        return isAt(CONTEXT | number);
    }

    /** The content of the next field of a sequence, which must be {@code [number]}. */
    DerReader field(int number) throws MalformedException {
        return enter(CONTEXT | number);
    }

    /** The sole value here as a number. */
    private long number(long least, long most) throws MalformedException {
        DerReader content = enterLast(INTEGER);
        int length = content.end - content.position;
        if (length < 1 || length > Long.BYTES) {
            throw new MalformedException("integer of %d bytes (expected 1 to 8)".formatted(length));
        }
        long value = content.bytes[content.position]; // with its sign
        for (int i = 1; i < length; i++) {
            value = value << 8 | (content.bytes[content.position + i] & 0xff);
        }
        if (value < least || value > most) {
            throw new MalformedException("integer %d (expected %d to %d)".formatted(value, least, most));
        }
        return value;
    }

    /** The sole value here: Int32. */
    int int32() throws MalformedException {
        return (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** The sole value here: UInt32, which some write with a sign. */
    long uint32() throws MalformedException {
        return number(Integer.MIN_VALUE, 0xffffffffL) & 0xffffffffL;
    }

    /** The sole value here: a number that can be this one only. */
    void exactly(int expected, String what) throws MalformedException {
        long value = number(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (value != expected) {
            throw new MalformedException("%s %d (expected %d)".formatted(what, value, expected));
        }
    }

    /** The sole value here: Microseconds. */
    int microseconds() throws MalformedException {
        return (int) number(0, 999_999);
    }

    /** The sole value here: the first 32 bits of KerberosFlags, bit 0 the highest. */
    int flags() throws MalformedException {
        byte[] content = enterLast(BIT_STRING).rest();
        if (content.length < 2 || content.length > 9 || content[0] < 0 || content[0] > 7) {
            throw new MalformedException("flags of %d bytes (expected 2 to 9)".formatted(content.length));
        }
        int flags = 0;
        for (int i = 1; i <= Integer.BYTES; i++) {
            flags = flags << 8 | (i < content.length ? content[i] & 0xff : 0);
        }
        return flags;
    }

    /** The sole value here: KerberosTime. */
    Instant time() throws MalformedException {
        String text = new String(enterLast(GENERALIZED_TIME).rest(), StandardCharsets.US_ASCII);
        Matcher matcher = TIME.matcher(text);
        if (matcher.matches()) {
            int[] parts = new int[6];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = Integer.parseInt(matcher.group(i + 1));
            }
            try {
                return LocalDateTime.of(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
                        .toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                throw new MalformedException("a time that does not exist");
            }
        }
        throw new MalformedException("time of %d characters (expected yyyymmddhhmmssZ)".formatted(text.length()));
    }

    /**
     * The next value: KerberosString, which everybody writes in UTF-8. Names turn up in messages and logs, so
     * characters that do anything but stand there are refused.
     */
    String nextText() throws MalformedException {
        byte[] content = enter(GENERAL_STRING).rest();
        if (content.length == 0 || content.length > LONGEST_TEXT) {
            throw new MalformedException("text of %d bytes (expected 1 to %d)".formatted(content.length, LONGEST_TEXT));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            if (text.codePoints().anyMatch(DerReader::isUnprintable)) {
                throw new MalformedException("text with control characters");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedException("text that is not utf-8");
        }
    }

    private static boolean isUnprintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** The sole value here: KerberosString. */
    String text() throws MalformedException {
        String text = nextText();
        expectEnd();
        return text;
    }

    /** The sole value here: OCTET STRING. */
    Token octets() throws MalformedException {
        return Token.of(enterLast(OCTET_STRING).rest());
    }

    /** The sole value here: OCTET STRING that nobody may see. */
    Secret secret() throws MalformedException {
        byte[] octets = enterLast(OCTET_STRING).rest();
        try {
            return Secret.of(octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /** All bytes that are left; the reader is at its end afterwards. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return rest;
    }

    private int length() throws MalformedException {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > Integer.BYTES) {
            throw new MalformedException("der length of %d octets (expected 1 to 4)".formatted(count));
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | octet();
        }
        if (length < 0) {
            throw new MalformedException("der length over 2 gib");
        }
        return length;
    }

    private int octet() throws MalformedException {
        if (isAtEnd()) {
            throw new MalformedException("der ends in a length");
        }
        return bytes[position++] & 0xff;
    }
}
