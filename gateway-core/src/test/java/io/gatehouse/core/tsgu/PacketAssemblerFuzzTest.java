package io.gatehouse.core.tsgu;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** However a stream is cut, the assembler gives the same packets and the same end. */
class PacketAssemblerFuzzTest {
    private static final int LIMIT = 1024;

    /**
     * The first byte of {@code bytes} is the number of chunk lengths that follow it, used in turn; the rest is the
     * stream.
     */
    @FuzzTest(maxDuration = "20s")
    void cutsDoNotMatter(byte[] bytes) {
        ByteBuffer input = ByteBuffer.wrap(bytes);
        byte[] lengths = new byte[input.hasRemaining() ? Math.min(input.get() & 0xFF, input.remaining()) : 0];
        input.get(lengths);
        List<String> whole = new ArrayList<>();
        feed(input.slice(), new byte[0], whole);
        List<String> cut = new ArrayList<>();
        feed(input.slice(), lengths, cut);
        assertThat(cut).isEqualTo(whole);
    }

    /** Adds what comes out: the packets and, as last element, how the stream ends. */
    private static void feed(ByteBuffer stream, byte[] lengths, List<String> results) {
        PacketAssembler assembler = new PacketAssembler(LIMIT);
        int turn = 0;
        try {
            while (stream.hasRemaining()) {
                int length = lengths.length == 0 ? stream.remaining() : lengths[turn++ % lengths.length] & 0xFF;
                ByteBuffer chunk = stream.slice(stream.position(), Math.min(Math.max(length, 1), stream.remaining()));
                stream.position(stream.position() + chunk.remaining());
                assembler.feed(chunk, packet -> results.add(Vector.hex(packet)));
                assertThat(chunk.hasRemaining()).isFalse();
                assertThat(assembler.reserved()).isBetween(assembler.buffered(), 2 * assembler.buffered());
            }
            results.add("ends with " + assembler.buffered() + " bytes left");
        } catch (MalformedPacketException e) {
            results.add("ends with " + e.getMessage());
        }
    }
}
