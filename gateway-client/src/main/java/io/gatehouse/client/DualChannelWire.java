package io.gatehouse.client;

import io.gatehouse.core.tsgu.PacketType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** TSGU packets as the body of two HTTP messages: chunks of a request out, raw bytes of a response in. */
final class DualChannelWire implements PacketWire {
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Connection out;
    private final Connection in;
    private final ReentrantLock writing = new ReentrantLock();

    /**
     * Takes over two connections.
     *
     * @param out its next bytes are packets of the gateway, the seed was read
     * @param in its chunked request's head was sent
     */
    DualChannelWire(Connection out, Connection in) {
        this.out = out;
        this.in = in;
    }

    @Override
    public void write(ByteBuffer... parts) throws IOException {
        int length = 0;
        for (ByteBuffer part : parts) {
            length += part.remaining();
        }
        byte[] size = chunkSize(length, parts[0]).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer chunk = ByteBuffer.allocate(size.length + length + 2 * LINE_END.length);
        chunk.put(size).put(LINE_END);
        for (ByteBuffer part : parts) {
            chunk.put(part);
        }
        writeUnframed(chunk.put(LINE_END).flip());
    }

    /** Upper case for control packets and lower case for data, as FreeRDP writes it. */
    private static String chunkSize(int length, ByteBuffer packet) {
        String size = Integer.toHexString(length);
        boolean data = packet.hasRemaining() && packet.get(packet.position()) == PacketType.DATA.value();
        return data ? size : size.toUpperCase(Locale.ROOT);
    }

    @Override
    public void writeFragments(ByteBuffer bytes, int... sizes) throws IOException {
        for (int size : sizes) {
            write(bytes.slice(bytes.position(), size));
            bytes.position(bytes.position() + size);
        }
        write(bytes);
    }

    @Override
    public void writeUnframed(ByteBuffer bytes) throws IOException {
        writing.lock();
        try {
            in.write(bytes);
        } finally {
            writing.unlock();
        }
    }

    /** Ends the request body as RFC 9112 wants it, which FreeRDP does not, and reads the answer. */
    ResponseHead finishRequest() throws IOException {
        writeUnframed(ByteBuffer.wrap("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        return ResponseReader.read(in);
    }

    @Override
    public @Nullable ByteBuffer read() throws IOException {
        if (!out.require(1)) {
            return null;
        }
        ByteBuffer input = out.input();
        ByteBuffer piece = input.slice();
        input.position(input.limit());
        return piece;
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        out.readTimeout(timeout);
        in.readTimeout(timeout);
    }

    @Override
    public void abort() {
        out.abort();
        in.abort();
    }

    @Override
    public void close() {
        if (writing.isLocked()) {
            abort();
            return;
        }
        in.close();
        out.close();
    }

    /** The ten bytes that precede the packets. */
    static byte[] readSeed(Connection out) throws IOException {
        byte[] seed = new byte[10];
        if (!out.require(seed.length)) {
            throw new EOFException("OUT channel ended before its seed");
        }
        out.input().get(seed);
        return seed;
    }
}
