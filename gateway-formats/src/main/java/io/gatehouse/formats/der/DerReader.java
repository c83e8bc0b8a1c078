package io.gatehouse.formats.der;

import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import java.util.Arrays;

/**
 * Reads the small part of DER (X.690 section 10) that SPNEGO and Kerberos need: definite lengths and numbers in their
 * shortest form, one-byte tags. It is strict, because two readers that take one token for different things would be a
 * hole between them. Never copies more than it was given and never looks behind its end. Not thread safe.
 */
public final class DerReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    /** A reader of {@code bytes}, which must not change meanwhile. */
    public DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** Whether nothing is left. */
    public boolean isAtEnd() {
        return position == end;
    }

    /** Whether the next value has the tag {@code tag}. */
    public boolean isAt(int tag) {
        return position < end && (bytes[position] & 0xff) == tag;
    }

    /** Steps over the next value, which must have the tag {@code tag}, and reads its content. */
    public DerReader enter(int tag) throws MalformedException {
        if (isAtEnd()) {
            throw new MalformedException("DER ends where tag 0x%02x is expected".formatted(tag));
        }
        if (!isAt(tag)) {
            throw new MalformedException("DER tag 0x%02x (expected 0x%02x)".formatted(bytes[position] & 0xff, tag));
        }
        position++;
        int length = length();
        if (length > end - position) {
            throw new MalformedException("DER length %d (expected at most %d)".formatted(length, end - position));
        }
        DerReader content = new DerReader(bytes, position, position + length);
        position += length;
        return content;
    }

    /** Whether the next field of a SEQUENCE is {@code [number]}. */
    public boolean hasField(int number) {
        return isAt(Der.context(number));
    }

    /** The content of the next field of a SEQUENCE, which must be {@code [number]}. */
    public DerReader field(int number) throws MalformedException {
        return enter(Der.context(number));
    }

    /** As {@link #enter}, where the value is the only one left. */
    public DerReader enterLast(int tag) throws MalformedException {
        DerReader content = enter(tag);
        expectEnd();
        return content;
    }

    /** Refuses bytes that are left. */
    public void expectEnd() throws MalformedException {
        if (!isAtEnd()) {
            throw new MalformedException("%d bytes behind a DER value".formatted(end - position));
        }
    }

    /** Steps over the next value, whatever it is, and answers its tag. */
    public int skip() throws MalformedException {
        if (isAtEnd()) {
            throw new MalformedException("DER ends where a value is expected");
        }
        int tag = bytes[position] & 0xff;
        if ((tag & 0x1f) == 0x1f) {
            throw new MalformedException("DER tag of several octets");
        }
        enter(tag);
        return tag;
    }

    /** Reads an INTEGER, which must be the only value left and fit into 32 bits with its sign. */
    public int lastInteger() throws MalformedException {
        return (int) lastNumber(Integer.BYTES);
    }

    /** Reads an INTEGER, which must be the only value left and from {@code least} to {@code most}. */
    public long lastInteger(long least, long most) throws MalformedException {
        long number = lastNumber(Long.BYTES);
        if (number < least || number > most) {
            throw new MalformedException("DER INTEGER %d (expected %d to %d)".formatted(number, least, most));
        }
        return number;
    }

    private long lastNumber(int mostOctets) throws MalformedException {
        DerReader content = enterLast(Der.INTEGER);
        int octets = content.end - content.position;
        if (octets < 1 || octets > mostOctets) {
            throw new MalformedException("DER INTEGER of %d octets (expected 1 to %d)".formatted(octets, mostOctets));
        }
        long number = content.bytes[content.position++];
        boolean redundant = octets > 1 && number == content.bytes[content.position] >> 7;
        while (!content.isAtEnd()) {
            number = number << 8 | content.octet();
        }
        if (redundant) {
            throw new MalformedException("DER INTEGER %d in %d octets".formatted(number, octets));
        }
        return number;
    }

    /** The content of an OCTET STRING, which must be the only value left. */
    public Token lastOctets() throws MalformedException {
        return enterLast(Der.OCTET_STRING).remaining();
    }

    /** The content of an OCTET STRING that no log may show, which must be the only value left. */
    public Secret lastSecret() throws MalformedException {
        DerReader content = enterLast(Der.OCTET_STRING);
        byte[] octets = Arrays.copyOfRange(bytes, content.position, content.end);
        try {
            return Secret.of(octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /** All bytes that are left; the reader is at its end afterwards. */
    public Token remaining() {
        byte[] rest = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return Token.of(rest);
    }

    /** The bytes that are left, which the reader does not step over. */
    public Token peekRemaining() {
        return Token.of(Arrays.copyOfRange(bytes, position, end));
    }

    private int length() throws MalformedException {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > 3) {
            throw new MalformedException("DER length of %d octets (expected 1 to 3)".formatted(count));
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | octet();
        }
        int shortest = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
        if (count != shortest) {
            throw new MalformedException("DER length %d in %d octets".formatted(length, count));
        }
        return length;
    }

    private int octet() throws MalformedException {
        if (isAtEnd()) {
            throw new MalformedException("DER ends in a length");
        }
        return bytes[position++] & 0xff;
    }
}
