package io.gatehouse.testkit.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The targets do what their names say, or tests that rely on them would prove nothing. */
@Timeout(20)
class TargetsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void echoSendsBackEveryByte() throws Exception {
        try (EchoTarget target = new EchoTarget();
                Socket socket = connect(target)) {
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(target.awaitIdle(SOON)).isTrue();
            assertThat(target.accepted()).isEqualTo(1);
            assertThat(target.received()).isEqualTo(5);
            assertThat(target.sent()).isEqualTo(5);
        }
    }

    @Test
    void sourceSendsThePatternAndEnds() throws Exception {
        try (SourceTarget target = new SourceTarget(200_000);
                Socket socket = connect(target)) {
            byte[] bytes = socket.getInputStream().readAllBytes();
            assertThat(bytes).hasSize(200_000);
            assertThat(Pattern.mismatch(ByteBuffer.wrap(bytes), 0)).isEqualTo(-1);
            assertThat(Pattern.mismatch(ByteBuffer.wrap(bytes, 70_000, 1000), 70_000))
                    .isEqualTo(-1);
            bytes[150_000] ^= 1;
            assertThat(Pattern.mismatch(ByteBuffer.wrap(bytes), 0)).isEqualTo(150_000);
            assertThat(Pattern.mismatch(ByteBuffer.wrap(bytes), 65_536)).isLessThan(65_540);
        }
    }

    @Test
    void sinkFindsTheFirstWrongByte() throws Exception {
        ByteBuffer piece = ByteBuffer.allocate(100_000);
        Pattern.fill(piece, 0);
        try (SinkTarget target = new SinkTarget();
                Socket good = connect(target);
                Socket bad = connect(target)) {
            good.getOutputStream().write(piece.array());
            assertThat(target.awaitReceived(100_000, SOON)).isTrue();
            assertThat(target.firstMismatch()).isEqualTo(-1);
            piece.array()[77_777] ^= 1;
            bad.getOutputStream().write(piece.array());
            assertThat(target.awaitReceived(200_000, SOON)).isTrue();
            assertThat(target.firstMismatch()).isEqualTo(77_777);
        }
    }

    @Test
    void silentTakesNoMoreThanTheBuffersHold() throws Exception {
        try (SilentTarget target = new SilentTarget();
                Socket socket = connect(target)) {
            assertThat(target.awaitAccepted(1, SOON)).isTrue();
            socket.setSoTimeout(50);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(target.active()).isEqualTo(1);
            target.closeConnections();
            assertThat(target.awaitIdle(SOON)).isTrue();
        }
    }

    @Test
    void resettingEndsByResetAfterItsBytes() throws Exception {
        try (ResettingTarget target = new ResettingTarget(3, 0);
                Socket socket = connect(target)) {
            socket.getOutputStream().write(new byte[3]);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(target.received()).isEqualTo(3);
        }
    }

    @Test
    void anyTargetCanDropItsConnectionsAndGoOn() throws Exception {
        try (EchoTarget target = new EchoTarget();
                Socket socket = connect(target)) {
            assertThat(target.awaitAccepted(1, SOON)).isTrue();
            target.resetConnections();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            try (Socket second = connect(target)) {
                second.getOutputStream().write(7);
                assertThat(second.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @Test
    void closeEndsListenerAndConnections() throws Exception {
        EchoTarget target = new EchoTarget();
        int port = target.port();
        try (Socket socket = connect(target)) {
            assertThat(target.awaitAccepted(1, SOON)).isTrue();
            target.close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(target.active()).isZero();
            assertThatThrownBy(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close())
                    .isInstanceOf(IOException.class);
        }
    }

    private static Socket connect(LoopbackTarget target) throws IOException {
        return new Socket(InetAddress.ofLiteral(target.host()), target.port());
    }
}
