package io.gatehouse.core.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6455 section 5; mask 01020304 throughout. */
class FrameDecoderTest {
    /** A KEEPALIVE of TSGU in one frame. */
    private static final String KEEPALIVE = "8288010203040c02030409020304";

    @Test
    void aMaskedBinaryFrameIsUnmasked() throws WebSocketException {
        assertThat(decode(KEEPALIVE)).containsExactly("payload 0d00000008000000");
    }

    @Test
    void severalFramesComeOneAfterTheOther() throws WebSocketException {
        assertThat(decode(KEEPALIVE + KEEPALIVE))
                .containsExactly("payload 0d00000008000000", "payload 0d00000008000000");
    }

    @Test
    void aFragmentedMessageIsOneStream() throws WebSocketException {
        // FIN 0 binary "0d00", control PING in between, FIN 1 continuation "0000"
        assertThat(decode("0282010203040c02" + "898001020304" + "8082010203040102"))
                .containsExactly("payload 0d00", "ping ", "payload 0000");
    }

    @Test
    void anyCuttingGivesTheSameBytes() throws WebSocketException {
        byte[] stream = HexFormat.of()
                .parseHex(KEEPALIVE
                        + "8983010203046061 62".replace(" ", "")
                        + KEEPALIVE
                        + "888201020304 02ea".replace(" ", ""));
        for (int first = 0; first <= stream.length; first++) {
            for (int second = first; second <= stream.length; second++) {
                FrameDecoder decoder = new FrameDecoder(1024);
                List<String> seen = new ArrayList<>();
                decodeInto(
                        seen, decoder, ByteBuffer.wrap(stream.clone(), 0, first).slice());
                decodeInto(
                        seen,
                        decoder,
                        ByteBuffer.wrap(stream.clone(), first, second - first).slice());
                decodeInto(
                        seen,
                        decoder,
                        ByteBuffer.wrap(stream.clone(), second, stream.length - second)
                                .slice());
                assertThat(join(seen)).isEqualTo("0d00000008000000|ping 616361|0d00000008000000|close 1000|");
            }
        }
    }

    @Test
    void longPayloadsAreUnmaskedAcrossPieces() throws WebSocketException {
        byte[] payload = new byte[70_000];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (i * 31);
        }
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        frame.put((byte) 0x82).put((byte) 0xFF).putLong(payload.length).putInt(0xDEADBEEF);
        byte[] mask = {(byte) 0xDE, (byte) 0xAD, (byte) 0xBE, (byte) 0xEF};
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i & 3]));
        }
        frame.flip();
        FrameDecoder decoder = new FrameDecoder(100_000);
        ByteBuffer result = ByteBuffer.allocate(payload.length);
        int[] sizes = {1, 13, 14, 3, 1021, 8, 65_000, 10_000};
        for (int size : sizes) {
            int length = Math.min(size, frame.remaining());
            ByteBuffer piece = frame.slice(frame.position(), length);
            frame.position(frame.position() + length);
            while (decoder.next(piece) instanceof ClientFrame.Payload(ByteBuffer bytes)) {
                result.put(bytes);
            }
        }
        assertThat(result.array()).isEqualTo(payload);
    }

    @Test
    void aCloseTellsItsStatus() throws WebSocketException {
        assertThat(decode("88820102030402ea")).containsExactly("close 1000");
        assertThat(decode("888001020304")).containsExactly("close 1005");
    }

    @ParameterizedTest
    @CsvSource({
        "8208, frame without mask",
        "c288, reserved bits",
        "8180, opcode 1",
        "8380, opcode 3",
        "8080, continuation without a message",
        "89fe, control frame",
        "0980, control frame",
        "82ff7fffffffffffffff01020304, frame of 9223372036854775807 bytes",
        "82ffffffffffffffffff01020304, frame of 18446744073709551615 bytes",
        "82fe040101020304, frame of 1025 bytes (expected at most 1024)",
        "88810102030400, close frame of 1 byte"
    })
    void anOffenceIsToldAsSoonAsItIsSeen(String bytes, String message) {
        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(WebSocketException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aNewMessageInsideAFragmentedOneIsAnOffence() {
        assertThatThrownBy(() -> decode("0280010203048280"))
                .isInstanceOf(WebSocketException.class)
                .hasMessageStartingWith("a new message");
    }

    @ParameterizedTest
    @CsvSource({
        "dGhlIHNhbXBsZSBub25jZQ==, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "VIL_YVHXJSMGSQU, J1Sa9PSjUdrCS40/CUOpdIT4qH8=",
        "07MoqSHQOdQ0E+0kHSDUSw==, p+rdrrI0uicVh4MbdASiMylpfgE="
    })
    void theKeyIsHashedAsItWasSentEvenWhenItIsNoBase64(String key, String accept) {
        assertThat(ServerFrames.accept(key)).isEqualTo(accept);
    }

    @ParameterizedTest
    @CsvSource({"0,8200", "125,827d", "126,827e007e", "16380,827e3ffc", "65535,827effff"})
    void serverFramesAreWholeAndUnmasked(int length, String header) {
        ByteBuffer buffer = ByteBuffer.allocate(ServerFrames.MAX_HEADER);
        ServerFrames.putBinaryHeader(buffer, length);
        assertThat(HexFormat.of().formatHex(buffer.array(), 0, buffer.position()))
                .isEqualTo(header);
    }

    static List<String> decode(String hex) throws WebSocketException {
        List<String> seen = new ArrayList<>();
        decodeInto(seen, new FrameDecoder(1024), ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
        return seen;
    }

    static void decodeInto(List<String> seen, FrameDecoder decoder, ByteBuffer bytes) throws WebSocketException {
        for (ClientFrame frame = decoder.next(bytes); frame != null; frame = decoder.next(bytes)) {
            seen.add(
                    switch (frame) {
                        case ClientFrame.Payload(ByteBuffer payload) -> "payload " + hex(payload);
                        case ClientFrame.Ping(ByteBuffer payload) -> "ping " + hex(payload);
                        case ClientFrame.Pong ignored -> "pong";
                        case ClientFrame.Close(int status) -> "close " + status;
                    });
        }
    }

    /** All payload pieces between other frames run together. */
    static String join(List<String> seen) {
        StringBuilder text = new StringBuilder();
        boolean inPayload = false;
        int length = 0;
        for (String item : seen) {
            boolean payload = item.startsWith("payload ");
            if (payload) {
                text.append(item, 8, item.length());
                length += item.length() - 8;
                inPayload = length < 16;
                if (length == 16) {
                    text.append('|');
                    length = 0;
                }
            } else {
                text.append(inPayload ? "!" : "").append(item).append('|');
            }
        }
        return text.toString();
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
