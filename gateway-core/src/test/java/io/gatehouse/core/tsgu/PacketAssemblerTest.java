package io.gatehouse.core.tsgu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketAssemblerTest {
    private static final String KEEPALIVE = "0d00000008000000";
    private static final String CLOSE = "110000000c00000000000000";
    private static final String DATA = "0a0000000c00000002000102";

    private final List<String> packets = new ArrayList<>();
    private final PacketSink collect = packet -> packets.add(Vector.hex(packet));
    private final PacketAssembler assembler = new PacketAssembler(PacketAssembler.SETUP_LIMIT);

    @Test
    void oneCutAnywhereInTheStreamOfAllVectorsChangesNothing() throws Exception {
        List<String> expected = Vector.all().stream().map(Vector::hex).toList();
        byte[] stream = HexFormat.of().parseHex(String.join("", expected));
        for (int cut = 0; cut <= stream.length; cut++) {
            assertThat(cutAt(stream, cut, cut)).as("cut at %s", cut).isEqualTo(expected);
        }
    }

    @Test
    void twoCutsAnywhereInASmallStreamChangeNothing() throws Exception {
        List<String> expected = List.of(KEEPALIVE, DATA, CLOSE, KEEPALIVE);
        byte[] stream = HexFormat.of().parseHex(String.join("", expected));
        for (int first = 0; first <= stream.length; first++) {
            for (int second = first; second <= stream.length; second++) {
                assertThat(cutAt(stream, first, second))
                        .as("cut at %s and %s", first, second)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void byteByByteGivesTheSamePackets() throws Exception {
        List<String> expected = Vector.all().stream().map(Vector::hex).toList();
        for (byte b : HexFormat.of().parseHex(String.join("", expected))) {
            assembler.feed(ByteBuffer.wrap(new byte[] {b}), collect);
        }
        assertThat(packets).isEqualTo(expected);
    }

    @Test
    void aWholePacketIsASliceOfTheChunk() throws Exception {
        byte[] chunk = HexFormat.of().parseHex(KEEPALIVE + DATA + CLOSE);
        List<ByteBuffer> slices = new ArrayList<>();
        assembler.feed(ByteBuffer.wrap(chunk), slices::add);
        assertThat(slices)
                .extracting(ByteBuffer::array, ByteBuffer::arrayOffset, ByteBuffer::remaining)
                .containsExactly(tuple(chunk, 0, 8), tuple(chunk, 8, 12), tuple(chunk, 20, 12));
        assertThat(assembler.reserved()).isZero();
    }

    @Test
    void theByteOrderOfTheChunkDoesNotMatter() throws Exception {
        byte[] stream = HexFormat.of().parseHex(KEEPALIVE + CLOSE);
        assembler.feed(ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN), collect);
        assertThat(packets).containsExactly(KEEPALIVE, CLOSE);
    }

    @Test
    void aSinkThatHasEnoughStopsTheFeedBehindItsPacket() throws Exception {
        ByteBuffer chunk = chunk(KEEPALIVE + DATA + CLOSE);
        PacketSink one = packet -> {
            packets.add(Vector.hex(packet));
            return false;
        };
        assembler.feed(chunk, one);
        assertThat(packets).containsExactly(KEEPALIVE);
        assertThat(chunk.position()).isEqualTo(8);
        assembler.feed(chunk, one);
        assertThat(packets).containsExactly(KEEPALIVE, DATA);
        assertThat(chunk.position()).isEqualTo(20);
        assembler.feed(chunk, collect);
        assertThat(packets).containsExactly(KEEPALIVE, DATA, CLOSE);
        assertThat(chunk.hasRemaining()).isFalse();
    }

    @Test
    void aSinkThatHasEnoughStopsTheFeedAlsoAfterAPacketOfTwoChunks() throws Exception {
        assembler.feed(chunk("0d0000"), collect);
        ByteBuffer chunk = chunk("0008000000" + CLOSE);
        assembler.feed(chunk, packet -> !packets.add(Vector.hex(packet)));
        assertThat(packets).containsExactly(KEEPALIVE);
        assertThat(chunk.position()).isEqualTo(5);
        assertThat(assembler.buffered()).isZero();
    }

    @Test
    void memoryGrowsWithTheBytesThatArriveAndNotWithTheAnnouncedLength() throws Exception {
        byte[] packet = Vector.withLength(new byte[PacketAssembler.SETUP_LIMIT]);
        packet[0] = 0x04;
        int fed = 0;
        for (int size : new int[] {3, 5, 1, 1, 100, 7, 1000, 4000, 100000}) {
            assembler.feed(ByteBuffer.wrap(packet, fed, size), collect);
            fed += size;
            assertThat(assembler.buffered()).isEqualTo(fed);
            assertThat(assembler.reserved()).isBetween(fed, 2 * fed);
        }
        assembler.feed(ByteBuffer.wrap(packet, fed, packet.length - fed), collect);
        assertThat(packets).containsExactly(HexFormat.of().formatHex(packet));
        assertThat(assembler.reserved()).isZero();
    }

    @Test
    void aPacketOfTwoChunksKeepsItsBytesWhenTheChunksAreReused() throws Exception {
        List<ByteBuffer> kept = new ArrayList<>();
        byte[] reused = HexFormat.of().parseHex(KEEPALIVE);
        assembler.feed(ByteBuffer.wrap(reused, 0, 4), kept::add);
        assembler.feed(ByteBuffer.wrap(reused, 4, 4), kept::add);
        Arrays.fill(reused, (byte) 0xFF);
        assertThat(kept).extracting(Vector::hex).containsExactly(KEEPALIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, packetLength 0 (expected at least 8)",
        "07000000, packetLength 7 (expected at least 8)",
        "01000200, packetLength 131073 (expected at most 131072)",
        "ffffff7f, packetLength 2147483647 (expected at most 131072)",
        "00000080, packetLength 2147483648 (expected at most 131072)",
        "ffffffff, packetLength 4294967295 (expected at most 131072)"
    })
    void anImpossibleLengthIsMalformedAsSoonAsTheHeaderIsThere(String length, String message) throws Exception {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> assembler.feed(chunk("0a000000" + length), collect))
                .withMessage(message);
        PacketAssembler other = new PacketAssembler(PacketAssembler.SETUP_LIMIT);
        other.feed(chunk("0a000000" + length.substring(0, 6)), collect);
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> other.feed(chunk(length.substring(6)), collect))
                .withMessage(message);
        assertThat(packets).isEmpty();
    }

    @Test
    void packetsBeforeAMalformedOneAreHandedOut() {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> assembler.feed(chunk(KEEPALIVE + "0d00000007000000"), collect));
        assertThat(packets).containsExactly(KEEPALIVE);
    }

    @Test
    void theLimitMayChangeBetweenTwoPacketsOfOneChunk() {
        ByteBuffer chunk = chunk(KEEPALIVE + CLOSE);
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> assembler.feed(chunk, packet -> {
                    assembler.limit(8);
                    return true;
                }))
                .withMessage("packetLength 12 (expected at most 8)");
    }

    @Test
    void theSetupLimitHasRoomForTheLargestCookie() {
        assertThat(16 + 2 + 65535).isLessThan(PacketAssembler.SETUP_LIMIT);
        assertThat(PacketAssembler.SETUP_LIMIT).isEqualTo(128 * 1024);
    }

    @Test
    void aLimitBelowTheHeaderIsAProgrammingError() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new PacketAssembler(7))
                .withMessage("limit 7 (expected at least 8)");
    }

    private static List<String> cutAt(byte[] stream, int first, int second) throws MalformedPacketException {
        List<String> packets = new ArrayList<>();
        PacketAssembler assembler = new PacketAssembler(PacketAssembler.SETUP_LIMIT);
        int[] cuts = {0, first, second, stream.length};
        for (int i = 0; i + 1 < cuts.length; i++) {
            ByteBuffer chunk = ByteBuffer.wrap(stream, cuts[i], cuts[i + 1] - cuts[i]);
            assembler.feed(chunk, packet -> packets.add(Vector.hex(packet)));
            assertThat(chunk.hasRemaining()).isFalse();
        }
        assertThat(assembler.buffered()).isZero();
        return packets;
    }

    private static ByteBuffer chunk(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
