package io.gatehouse.core.tsgu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** One packet of vectors.txt: bytes that were really seen, or made by hand by somebody else. */
record Vector(String id, boolean fromClient, String hex) {

    static List<Vector> all() {
        try (InputStream file = Vector.class.getResourceAsStream("vectors.txt")) {
            if (file == null) {
                throw new IllegalStateException("vectors.txt is not on the class path");
            }
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1))
                    .map(fields -> new Vector(fields[0], fields[1].equals("C"), fields[2]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Vector of(String id) {
        return all().stream().filter(vector -> vector.id.equals(id)).findFirst().orElseThrow();
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    TsguPacket decode() throws MalformedPacketException {
        return decode(bytes());
    }

    /** Decodes other bytes as if the sender of this vector had sent them. */
    TsguPacket decode(byte[] bytes) throws MalformedPacketException {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        return fromClient ? TsguCodec.decodeFromClient(packet) : TsguCodec.decodeFromServer(packet);
    }

    /** Writes the array's length into its packetLength. */
    static byte[] withLength(byte[] packet) {
        ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN).putInt(TsguCodec.PACKET_LENGTH_OFFSET, packet.length);
        return packet;
    }

    static String hex(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
        return id;
    }
}
