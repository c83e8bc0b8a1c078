package io.gatehouse.core.http;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of one request out of the byte stream of its connection, from any cutting: a number of bytes, or
 * chunks (RFC 9112 7.1). The body is handed out piece by piece as it arrives, never collected: the memory of a decoder
 * does not depend on what a client sends.
 *
 * <p>Only what cannot be read in two ways is a chunk: a size of hexadecimal digits alone, lines that end with CR LF, no
 * control characters in an extension. A body is over with its last chunk; what follows, trailers included, is left
 * where it is.
 *
 * <p>Not thread safe; one decoder a request.
 */
public final class BodyDecoder {
    /** Bytes before the line's end; a size has up to 8 digits, and extensions are rare. */
    private static final int MAX_LINE = 256;

    private static final int MAX_DIGITS = 8;

    /** What the next byte belongs to. */
    private enum Part {
        SIZE,
        /** Whitespace that some send between size and extension, or line end. */
        BLANK,
        EXTENSION,
        LINE_END,
        DATA,
        DATA_CR,
        DATA_LF,
        OVER
    }

    private final boolean chunked;
    private Part part;
    private long left;
    private int digits;
    private int lineBytes;

    private BodyDecoder(boolean chunked, long length) {
        this.chunked = chunked;
        this.left = length;
        this.part = chunked ? Part.SIZE : length > 0 ? Part.DATA : Part.OVER;
    }

    /** A body with {@code Transfer-Encoding: chunked}. */
    public static BodyDecoder chunked() {
        return new BodyDecoder(true, 0);
    }

    /** A body with {@code Content-Length}, in bytes. */
    public static BodyDecoder ofLength(long length) {
        return new BodyDecoder(false, length);
    }

    /** Whether all of the body was handed out. */
    public boolean isOver() {
        return part == Part.OVER;
    }

    /**
     * The next piece of the body, or null when {@code bytes} are consumed or the body is over.
     *
     * @param bytes network bytes; consumed up to the end of what is returned
     */
    public @Nullable ByteBuffer next(ByteBuffer bytes) throws MalformedBodyException {
        while (part != Part.OVER && bytes.hasRemaining()) {
            if (part == Part.DATA) {
                return data(bytes);
            }
            framing(bytes.get());
        }
        return null;
    }

    private ByteBuffer data(ByteBuffer bytes) {
        int length = (int) Math.min(left, bytes.remaining());
        ByteBuffer piece = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        left -= length;
        if (left == 0) {
            part = chunked ? Part.DATA_CR : Part.OVER;
        }
        return piece;
    }

    private void framing(byte next) throws MalformedBodyException {
        switch (part) {
            case SIZE -> size(next);
            case BLANK, EXTENSION -> behindSize(next);
            case LINE_END -> {
                expect('\n', next);
                part = left > 0 ? Part.DATA : Part.OVER;
            }
            case DATA_CR -> {
                expect('\r', next);
                part = Part.DATA_LF;
            }
            case DATA_LF -> {
                expect('\n', next);
                part = Part.SIZE;
                digits = 0;
                lineBytes = 0;
            }
            case DATA, OVER -> throw new IllegalStateException(String.valueOf(part));
        }
    }

    private void size(byte next) throws MalformedBodyException {
        int digit = Character.digit(next, 16);
        if (digit >= 0) {
            if (++digits > MAX_DIGITS) {
                throw new MalformedBodyException("chunk size of more than " + MAX_DIGITS + " digits");
            }
            left = left << 4 | digit;
            return;
        }
        if (digits == 0) {
            throw new MalformedBodyException(
                    "byte " + (next & 0xFF) + " where a chunk size begins (expected 0-9, a-f)");
        }
        behindSize(next);
    }

    /** Extensions, which nobody uses. */
    private void behindSize(byte next) throws MalformedBodyException {
        if (next == '\r') {
            part = Part.LINE_END;
            return;
        }
        boolean blank = next == ' ' || next == '\t';
        boolean allowed = part == Part.EXTENSION ? blank || (next > ' ' && next != 0x7F) : blank || next == ';';
        if (!allowed) {
            throw new MalformedBodyException(
                    "byte " + (next & 0xFF) + " in the line of a chunk size (expected CR LF, or ; and an extension)");
        }
        if (++lineBytes > MAX_LINE) {
            throw new MalformedBodyException("chunk extension of more than " + MAX_LINE + " bytes");
        }
        if (part != Part.EXTENSION) {
            part = blank ? Part.BLANK : Part.EXTENSION;
        }
    }

    private static void expect(char expected, byte next) throws MalformedBodyException {
        if (next != expected) {
            throw new MalformedBodyException(
                    "byte " + (next & 0xFF) + " at the end of a chunk or its size (expected CR LF)");
        }
    }
}
