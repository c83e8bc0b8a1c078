package io.gatehouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.core.tsgu.TsguPacket;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames in both directions; all masks are 01020304. */
@Timeout(20)
@SuppressWarnings("try") // what close() does is under test
class WebSocketWireTest {
    private static final String KEEPALIVE = "0d00000008000000";

    @Test
    void packetsAreFoundWhateverTheFrames() throws Exception {
        // one packet over two frames of one message, then two packets in one frame, with an empty frame before
        try (Pair pair = new Pair(talk -> {
            talk.sendHex("02050d00000008" + "8003000000");
            talk.sendHex("8200" + "8214" + KEEPALIVE + "100000000c000000f6590000");
        })) {
            assertThat(pair.client.receive()).isEqualTo(new TsguPacket.KeepAlive());
            assertThat(pair.client.receive()).isEqualTo(new TsguPacket.KeepAlive());
            assertThat(pair.client.receive()).isEqualTo(new TsguPacket.CloseChannel(0x59F6));
        }
    }

    @Test
    void aPingIsAnsweredWithItsPayload() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.sendHex("890401020304" + "8208" + KEEPALIVE);
            talk.expectHex("8a84" + "01020304" + "00000000");
        })) {
            assertThat(pair.client.receive()).isEqualTo(new TsguPacket.KeepAlive());
            pair.gateway.finish();
        }
    }

    @Test
    void aPongOfTheGatewayIsRemembered() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.expectHex("8982" + "01020304" + "696b");
            talk.sendHex("8a026869" + "8208" + KEEPALIVE);
        })) {
            pair.client.ping(ByteBuffer.wrap(new byte[] {'h', 'i'}));
            pair.client.receive();
            assertThat(pair.client.lastPong()).contains(ByteBuffer.wrap(new byte[] {'h', 'i'}));
        }
    }

    @Test
    void aCloseIsAnsweredOnceAndEndsTheStream() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.sendHex("880203f1");
            talk.expectHex("8882" + "01020304" + "02f3");
            talk.expectEnd();
        })) {
            assertThatThrownBy(pair.client::receive).isInstanceOf(EOFException.class);
            assertThatThrownBy(pair.client::receive).isInstanceOf(EOFException.class);
            assertThat(pair.client.webSocketCloseStatus()).isEqualTo(OptionalInt.of(1009));
            pair.client.close();
            pair.gateway.finish();
        }
    }

    @Test
    void fragmentsAreContinuationFrames() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.expectHex("0283" + "01020304" + "0c0203");
            talk.expectHex("0080" + "01020304");
            talk.expectHex("8085" + "01020304" + "0108030401");
        })) {
            pair.client.sendRawFragments(ByteBuffer.wrap(HexFormat.of().parseHex("0d0000" + "000a000000")), 3, 0);
            pair.gateway.finish();
        }
    }

    @Test
    void longFramesHaveLongLengths() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.expectHex("82fe007e" + "01020304" + "01020304".repeat(31) + "0102");
            talk.expectHex("82ff0000000000010000" + "01020304" + "01020304".repeat(16384));
            talk.sendHex("827e0100" + "0a00000000010000f600" + "61".repeat(246));
            talk.sendHex("827f0000000000000100" + "0a00000000010000f600" + "62".repeat(246));
        })) {
            pair.client.sendRaw(ByteBuffer.allocate(126));
            pair.client.sendRaw(ByteBuffer.allocate(65536));
            TsguPacket.FromServer first = pair.client.receive();
            TsguPacket.FromServer second = pair.client.receive();
            assertThat(first)
                    .isEqualTo(
                            new TsguPacket.Data(ByteBuffer.wrap("a".repeat(246).getBytes(StandardCharsets.US_ASCII))));
            assertThat(second)
                    .isEqualTo(
                            new TsguPacket.Data(ByteBuffer.wrap("b".repeat(246).getBytes(StandardCharsets.US_ASCII))));
        }
    }

    /** Or the steps after a short look at what comes would have to be as quick. */
    @Test
    void theTimeoutOfOneCallIsNotThatOfTheNext() throws Exception {
        try (Pair pair = new Pair(Duration.ofSeconds(1), talk -> talk.expectHex("8280" + "01020304"))) {
            assertThatThrownBy(() -> pair.client.receive(Duration.ofMillis(1)))
                    .isInstanceOf(SocketTimeoutException.class);
            long begin = System.nanoTime();
            assertThatThrownBy(() -> pair.client.receive()).isInstanceOf(SocketTimeoutException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(500));
            pair.client.sendRaw(ByteBuffer.allocate(0));
            pair.gateway.finish();
        }
    }

    @Test
    void aTimeoutLosesNothing() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.sendHex("82080d000000");
            talk.expectHex("8280" + "01020304");
            talk.sendHex("08000000");
        })) {
            assertThatThrownBy(() -> pair.client.receive(Duration.ofMillis(50)))
                    .isInstanceOf(SocketTimeoutException.class);
            pair.client.sendRaw(ByteBuffer.allocate(0));
            assertThat(pair.client.receive(Duration.ofSeconds(10))).isEqualTo(new TsguPacket.KeepAlive());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8288010203040c02030409020304", // masked
                "c2080d00000008000000", // compressed
                "8108" + KEEPALIVE, // text
                "8008" + KEEPALIVE, // continuation of nothing
                "02010d" + "820100", // message within a message
                "0900", // fragmented ping
                "897e0080", // long ping
                "8b00", // unknown control frame
                "827f0000000004000001" // more than 64 MiB
            })
    void brokenFramesAreProtocolErrors(String hex) throws Exception {
        try (Pair pair = new Pair(talk -> talk.sendHex(hex))) {
            assertThatThrownBy(pair.client::receive).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void malformedPacketsAreProtocolErrors() throws Exception {
        try (Pair pair = new Pair(talk -> talk.sendHex("8208" + "0d00000007000000"))) {
            assertThatThrownBy(pair.client::receive)
                    .isInstanceOf(ProtocolException.class)
                    .hasMessage("packetLength 7 (expected at least 8)");
        }
    }

    @Test
    void anEndWithinAPacketSaysSo() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.sendHex("82010d");
            talk.close();
        })) {
            assertThatThrownBy(pair.client::receive)
                    .isInstanceOf(EOFException.class)
                    .hasMessage("the gateway ended the connection within a packet");
        }
    }

    @Test
    void abortIsSeenAsReset() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.sendHex("8208" + KEEPALIVE);
            try {
                talk.expectEnd();
            } catch (SocketException reset) {
                return;
            }
            throw new AssertionError("an orderly end (expected a reset)");
        })) {
            pair.client.receive();
            pair.client.abort();
            pair.gateway.finish();
        }
    }

    @Test
    void aChannelAnswersItsClosingAndEnds() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.sendHex("820d" + "0a0000000d0000000300616263");
            talk.sendHex("8208" + KEEPALIVE);
            talk.sendHex("820c" + "100000000c000000a0000000");
            talk.expectHex("828c" + "01020304" + "10020304" + "0d020304" + "01020304");
        })) {
            Channel channel = pair.client.channel();
            ByteBuffer two = ByteBuffer.allocate(2);
            assertThat(channel.read(two)).isEqualTo(2);
            assertThat(two.array()).containsExactly('a', 'b');
            assertThat(channel.read(two.clear())).isEqualTo(1);
            assertThat(channel.read(two.clear())).isEqualTo(-1);
            assertThat(channel.closeStatus()).isEqualTo(OptionalInt.of(0xA0));
            pair.gateway.finish();
        }
    }

    @Test
    void aChannelCutsWhatItSends() throws Exception {
        try (Pair pair = new Pair(talk -> {
            talk.expectHex("82fe3fe7" + "01020304" + "0b020304" + "e63d0304" + "dc3d");
            talk.expectHex("0304" + "01020304".repeat(4086) + "010203");
            talk.expectHex("828b" + "01020304" + "0b020304" + "0a020304" + "000203");
        })) {
            pair.client.channel().send(ByteBuffer.allocate(16350));
            pair.gateway.finish();
        }
    }

    @Test
    void closeDoesNotWaitForAWriterThatIsStuck() throws Exception {
        try (Pair pair = new Pair(talk -> talk.expectHex("82ff0000000004000000" + "01020304"))) {
            CompletableFuture<Void> writer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    pair.client.sendRaw(ByteBuffer.allocate(64 << 20));
                    writer.complete(null);
                } catch (IOException e) {
                    writer.completeExceptionally(e);
                }
            });
            // No system buffers 64 MiB: once the first bytes are through, the writer waits for the rest.
            pair.gateway.finish();
            pair.client.close();
            assertThatThrownBy(() -> writer.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        }
    }

    /** A client whose WebSocket is open, and what the gateway does then. */
    private static final class Pair implements AutoCloseable {
        final ScriptedGateway gateway;
        final GatewayClient client;

        Pair(Then then) throws IOException {
            this(Duration.ofSeconds(10), then);
        }

        Pair(Duration readTimeout, Then then) throws IOException {
            gateway = ScriptedGateway.plain(acceptor -> {
                ScriptedGateway.Talk talk = acceptor.accept();
                talk.head();
                talk.send("HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=||");
                then.run(talk);
            });
            client = new GatewayClient(gateway.options()
                    .webSocketKey("dGhlIHNhbXBsZSBub25jZQ==")
                    .random(new FixedRandom())
                    .readTimeout(readTimeout)
                    .build());
            client.connect();
        }

        @Override
        public void close() throws IOException {
            client.close();
            gateway.close();
        }
    }

    @FunctionalInterface
    private interface Then {
        void run(ScriptedGateway.Talk talk) throws IOException;
    }
}
