package io.gatehouse.core.tsgu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns the bytes of one packet into its record and back (MS-TSGU 2.2.10).
 *
 * <p>Decoding takes the bytes of exactly one packet, as {@link PacketAssembler} cuts them out of a stream, and does not
 * move the buffer's position. Bytes after the last known field are ignored except in DATA, which some clients read by
 * cbDataLen alone. Reserved fields and unknown bits are ignored; text is cut at the first NUL, and what is no valid
 * UTF-16 becomes U+FFFD.
 */
public final class TsguCodec {
    /** The size in bytes of packetType, reserved and packetLength. */
    public static final int HEADER_SIZE = 8;
    /** The size in bytes of everything before the payload of a DATA packet. */
    public static final int DATA_HEADER_SIZE = 10;
    /** The largest payload of a DATA packet in bytes. */
    public static final int MAX_DATA = 65535;
    /** The offset of packetLength in every packet. */
    static final int PACKET_LENGTH_OFFSET = 4;

    private TsguCodec() {}

    /**
     * Decodes a packet that a client sent.
     *
     * @param packet the remaining bytes are the packet; the payload of {@link TsguPacket.Data} is a slice of it
     * @throws MalformedPacketException if the bytes are no packet that a client may send
     */
    public static TsguPacket.FromClient decodeFromClient(ByteBuffer packet) throws MalformedPacketException {
        return PacketDecoder.fromClient(packet);
    }

    /** Whether {@code packet}, which has a whole header, is DATA; it need not be a good one. */
    public static boolean isData(ByteBuffer packet) {
        int first = packet.position();
        return ((packet.get(first) & 0xFF) | ((packet.get(first + 1) & 0xFF) << 8)) == PacketType.DATA.value();
    }

    /**
     * Decodes a packet that a server sent.
     *
     * @param packet the remaining bytes are the packet; the payload of {@link TsguPacket.Data} is a slice of it
     * @throws MalformedPacketException if the bytes are no packet that a server may send
     */
    public static TsguPacket.FromServer decodeFromServer(ByteBuffer packet) throws MalformedPacketException {
        return PacketDecoder.fromServer(packet);
    }

    /**
     * Encodes a packet into a new buffer, which it fills from its position to its limit. Text is sent with a
     * terminating NUL unless only the NUL would not fit. The payload of {@link TsguPacket.Data} is copied, its position
     * stays; a relay that must not copy writes {@link #putDataHeader} before its bytes instead.
     *
     * @throws IllegalArgumentException if a value does not fit its field
     */
    public static ByteBuffer encode(TsguPacket packet) {
        return PacketEncoder.encode(packet);
    }

    /**
     * Writes the header of a DATA packet at the buffer's position and advances it by {@link #DATA_HEADER_SIZE}; the
     * byte order of the buffer does not matter and stays.
     *
     * @param payloadLength the number of bytes that follow the header, 1 to {@link #MAX_DATA}: empty DATA confuses
     *     clients
     * @throws IllegalArgumentException if the length is out of range
     */
    public static void putDataHeader(ByteBuffer buffer, int payloadLength) {
        if (payloadLength < 1 || payloadLength > MAX_DATA) {
            throw new IllegalArgumentException("payloadLength " + payloadLength + " (expected 1 to " + MAX_DATA + ")");
        }
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        try {
            buffer.putShort((short) PacketType.DATA.value());
            buffer.putShort((short) 0);
            buffer.putInt(DATA_HEADER_SIZE + payloadLength);
            buffer.putShort((short) payloadLength);
        } finally {
            buffer.order(order);
        }
    }
}
