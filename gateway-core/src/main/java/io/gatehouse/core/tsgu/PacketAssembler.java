package io.gatehouse.core.tsgu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Cuts packets out of a byte stream, however it was cut into chunks, under a size limit.
 *
 * <p>A packet that lies within one chunk is handed out as a slice of it; one that spans chunks is copied into a buffer
 * of its own, which is never used again. At most twice as many bytes are held as have really arrived, whatever length a
 * header announces, and none between packets. A {@code MalformedPacketException} ends the stream: the assembler is of
 * no use afterwards. For one thread at a time; a sink must not feed the assembler that calls it, but may set its limit.
 */
public final class PacketAssembler {
    /** The limit in bytes until the channel is open: room for a TUNNEL_CREATE with the largest cookie. */
    public static final int SETUP_LIMIT = 131072;
    /** The limit in bytes while the channel is open: a DATA packet with the largest payload. */
    public static final int OPEN_LIMIT = TsguCodec.DATA_HEADER_SIZE + TsguCodec.MAX_DATA;

    private int limit;
    /** The begun packet, ready to be written to; null between packets. */
    private @Nullable ByteBuffer begun;

    /**
     * Creates an assembler at the start of a stream.
     *
     * @param limit see {@link #limit(int)}
     */
    public PacketAssembler(int limit) {
        this.limit = checked(limit);
    }

    /**
     * Sets the largest packetLength in bytes that is not malformed, also for a packet that has begun already.
     *
     * @throws IllegalArgumentException if no packet could be so small
     */
    public void limit(int limit) {
        this.limit = checked(limit);
    }

    /**
     * Reads the chunk up to its end or until the sink wants no more, handing out every packet that has become whole.
     *
     * @param chunk the next bytes of the stream; its position tells how far it was read
     * @throws MalformedPacketException if a header announces a length below 8 or above the limit, as soon as the header
     *     is there; or from the sink
     */
    public void feed(ByteBuffer chunk, PacketSink sink) throws MalformedPacketException {
        boolean wanted = true;
        while (wanted && chunk.hasRemaining()) {
            ByteBuffer packet = begun == null ? slice(chunk) : complete(begun, chunk);
            if (packet != null) {
                wanted = sink.packet(packet);
            }
        }
    }

    /** How many bytes of an unfinished packet are held: not 0 at the end of a stream means that it was cut off. */
    public int buffered() {
        return begun == null ? 0 : begun.position();
    }

    /** How many bytes of memory are held. */
    int reserved() {
        return begun == null ? 0 : begun.capacity();
    }

    /** The packet at the chunk's position, or null after the chunk's last bytes have been put aside. */
    private @Nullable ByteBuffer slice(ByteBuffer chunk) throws MalformedPacketException {
        int arrived = chunk.remaining();
        if (arrived < TsguCodec.HEADER_SIZE || arrived < announced(chunk, chunk.position())) {
            begun = ByteBuffer.allocate(arrived).put(chunk);
            return null;
        }
        int length = announced(chunk, chunk.position());
        ByteBuffer packet = chunk.slice(chunk.position(), length);
        chunk.position(chunk.position() + length);
        return packet;
    }

    /** The begun packet if the chunk finishes it, otherwise null after more of the chunk has been read. */
    private @Nullable ByteBuffer complete(ByteBuffer packet, ByteBuffer chunk) throws MalformedPacketException {
        boolean headerKnown = packet.position() >= TsguCodec.HEADER_SIZE;
        int wanted = headerKnown ? announced(packet, 0) : TsguCodec.HEADER_SIZE;
        ByteBuffer grown = append(packet, chunk, wanted);
        begun = grown;
        if (grown.position() < TsguCodec.HEADER_SIZE || grown.position() < announced(grown, 0)) {
            return null;
        }
        begun = null;
        return grown.flip();
    }

    /**
     * Moves bytes from the chunk into the packet, or a larger copy of it, until the packet has {@code wanted} bytes.
     */
    private static ByteBuffer append(ByteBuffer packet, ByteBuffer chunk, int wanted) {
        int count = Math.min(wanted - packet.position(), chunk.remaining());
        ByteBuffer grown = packet;
        if (packet.remaining() < count) {
            int arrived = packet.position() + count;
            grown = ByteBuffer.allocate(Math.max(arrived, Math.min(2 * packet.position(), wanted)))
                    .put(packet.flip());
        }
        grown.put(chunk.slice(chunk.position(), count));
        chunk.position(chunk.position() + count);
        return grown;
    }

    /** The length that the header at {@code offset} announces, read without regard to the buffer's byte order. */
    private int announced(ByteBuffer buffer, int offset) throws MalformedPacketException {
        int raw = buffer.getInt(offset + TsguCodec.PACKET_LENGTH_OFFSET);
        int length = buffer.order() == ByteOrder.LITTLE_ENDIAN ? raw : Integer.reverseBytes(raw);
        if (length < 0 || length > limit) {
            throw new MalformedPacketException(
                    "packetLength " + Integer.toUnsignedString(length) + " (expected at most " + limit + ")");
        }
        if (length < TsguCodec.HEADER_SIZE) {
            throw new MalformedPacketException(
                    "packetLength " + length + " (expected at least " + TsguCodec.HEADER_SIZE + ")");
        }
        return length;
    }

    private static int checked(int limit) {
        if (limit < TsguCodec.HEADER_SIZE) {
            throw new IllegalArgumentException("limit " + limit + " (expected at least " + TsguCodec.HEADER_SIZE + ")");
        }
        return limit;
    }
}
