package io.gatehouse.provider.ntlm.winbind;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Lines of bounded length from a program, each ended by a line feed. Not thread safe. */
final class LineReader {
    static final int LONGEST_LINE = 1024;

    private final InputStream input;

    LineReader(InputStream input) {
        this.input = new BufferedInputStream(input);
    }

    /**
     * The next line without its end; blocks.
     *
     * @throws EOFException when the program closes its output before the line's end
     * @throws HelperProtocolException when the line is too long
     */
    String next() throws IOException {
        byte[] line = new byte[LONGEST_LINE];
        int length = 0;
        for (int value = input.read(); value != '\n'; value = input.read()) {
            if (value < 0) {
                throw new EOFException("end of output");
            }
            if (length == LONGEST_LINE) {
                throw new HelperProtocolException("line longer than " + LONGEST_LINE + " bytes");
            }
            line[length++] = (byte) value;
        }
        return new String(line, 0, length, StandardCharsets.UTF_8);
    }

    /** Whether there is more to read at this moment. */
    boolean hasMore() throws IOException {
        return input.available() > 0;
    }
}
