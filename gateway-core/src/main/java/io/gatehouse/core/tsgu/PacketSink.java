package io.gatehouse.core.tsgu;

import java.nio.ByteBuffer;

/** Takes the packets that {@link PacketAssembler} cuts out of a stream, in order. */
@FunctionalInterface
public interface PacketSink {
    /**
     * Takes one whole packet.
     *
     * @param packet the remaining bytes are the packet; they may share the memory of the chunk that was fed
     * @return false to stop after this packet, which counts as taken: the rest of the chunk stays unread
     * @throws MalformedPacketException if the packet is no valid one
     */
    boolean packet(ByteBuffer packet) throws MalformedPacketException;
}
