package io.gatehouse.core.login;

import io.gatehouse.api.Token;
import java.util.Arrays;

/**
 * Reads the small part of DER (X.690 section 10) that SPNEGO needs: definite lengths in their shortest form, one-byte tags.
 * Never copies more than it was given and never looks behind its end. Not thread safe.
 */
final class DerReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    DerReader(byte[] bytes) {
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

    /** Whether the next value has the tag {@code tag}. */
    boolean isAt(int tag) {
        return position < end && (bytes[position] & 0xff) == tag;
    }

    /** Steps over the next value, which must have the tag {@code tag}, and reads its content. */
    DerReader enter(int tag) throws MalformedSpnegoException {
        if (isAtEnd()) {
            throw new MalformedSpnegoException("DER ends where tag 0x%02x is expected".formatted(tag));
        }
        if (!isAt(tag)) {
            throw new MalformedSpnegoException(
                    "DER tag 0x%02x (expected 0x%02x)".formatted(bytes[position] & 0xff, tag));
        }
        position++;
        int length = length();
        if (length > end - position) {
            throw new MalformedSpnegoException("DER length %d (expected at most %d)".formatted(length, end - position));
        }
        DerReader content = new DerReader(bytes, position, position + length);
        position += length;
        return content;
    }

    /** As {@link #enter}, where the value is the only one left. */
    DerReader enterLast(int tag) throws MalformedSpnegoException {
        DerReader content = enter(tag);
        expectEnd();
        return content;
    }

    void expectEnd() throws MalformedSpnegoException {
        if (!isAtEnd()) {
            throw new MalformedSpnegoException("%d bytes behind a DER value".formatted(end - position));
        }
    }

    /** All bytes that are left; the reader is at its end afterwards. */
    Token remaining() {
        byte[] rest = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return Token.of(rest);
    }

    /** The bytes that are left, which the reader does not step over. */
    Token peekRemaining() {
        return Token.of(Arrays.copyOfRange(bytes, position, end));
    }

    private int length() throws MalformedSpnegoException {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > 3) {
            throw new MalformedSpnegoException("DER length of %d octets (expected 1 to 3)".formatted(count));
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | octet();
        }
        int shortest = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
        if (count != shortest) {
            throw new MalformedSpnegoException("DER length %d in %d octets".formatted(length, count));
        }
        return length;
    }

    private int octet() throws MalformedSpnegoException {
        if (isAtEnd()) {
            throw new MalformedSpnegoException("DER ends in a length");
        }
        return bytes[position++] & 0xff;
    }
}
