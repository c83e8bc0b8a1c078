package io.gatehouse.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads HTTP/1.1 responses from a connection and leaves what follows them there. */
final class ResponseReader {
    private static final int MAX_HEAD = 65536;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_BODY = 65536;

    private final Connection connection;
    private int left = MAX_HEAD;

    private ResponseReader(Connection connection) {
        this.connection = connection;
    }

    /**
     * The next response head.
     *
     * @throws ProtocolException if the bytes are none, or more than 64 KiB
     * @throws EOFException if the connection ends before
     */
    static ResponseHead read(Connection connection) throws IOException {
        return new ResponseReader(connection).head();
    }

    /** Reads over the body of an answer that is not the last one on its connection, as announced by {@code head}. */
    static void skipBody(Connection connection, ResponseHead head) throws IOException {
        ResponseReader reader = new ResponseReader(connection);
        if (head.header("Transfer-Encoding").isPresent()) {
            int length = reader.chunkSize();
            for (; length > 0; length = reader.chunkSize()) {
                reader.skip(length);
                reader.expectEmptyLine();
            }
            reader.expectEmptyLine();
            return;
        }
        String length = head.header("Content-Length").orElse("0");
        reader.skip(number(length, 10));
    }

    private ResponseHead head() throws IOException {
        String statusLine = line();
        if (!statusLine.matches("HTTP/1\\.1 [1-5][0-9][0-9]( .*)?")) {
            throw new ProtocolException("status line \"" + statusLine + "\" (expected HTTP/1.1)");
        }
        List<ResponseHead.Header> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                throw new ProtocolException("header line \"" + line + "\" (expected name: value)");
            }
            if (headers.size() == MAX_HEADERS) {
                throw new ProtocolException("more than " + MAX_HEADERS + " headers");
            }
            headers.add(new ResponseHead.Header(
                    line.substring(0, colon), line.substring(colon + 1).trim()));
        }
        String reason = statusLine.length() > 13 ? statusLine.substring(13) : "";
        return new ResponseHead(Integer.parseInt(statusLine.substring(9, 12)), reason, headers);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            char next = (char) (next() & 0xFF);
            if (next == '\n') {
                if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
                    throw new ProtocolException("line \"" + line + "\" ends with LF (expected CRLF)");
                }
                line.setLength(line.length() - 1);
                return line.toString();
            }
            line.append(next);
        }
    }

    private byte next() throws IOException {
        if (--left < 0) {
            throw new ProtocolException("head of more than " + MAX_HEAD + " bytes");
        }
        if (!connection.require(1)) {
            throw new EOFException("the gateway closed the connection without a whole answer");
        }
        return connection.input().get();
    }

    private int chunkSize() throws IOException {
        return number(line(), 16);
    }

    private void expectEmptyLine() throws IOException {
        String line = line();
        if (!line.isEmpty()) {
            throw new ProtocolException("\"" + line + "\" after a chunk (expected CRLF)");
        }
    }

    private void skip(int length) throws IOException {
        int remaining = length;
        ByteBuffer input = connection.input();
        while (remaining > 0) {
            if (!connection.require(1)) {
                throw new EOFException("body ended " + remaining + " bytes early");
            }
            int count = Math.min(remaining, input.remaining());
            input.position(input.position() + count);
            remaining -= count;
        }
    }

    private static int number(String text, int radix) throws ProtocolException {
        try {
            int value = Integer.parseInt(text, radix);
            if (value >= 0 && value <= MAX_BODY) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new ProtocolException("length " + text + " (expected 0 to " + MAX_BODY + ")");
    }
}
