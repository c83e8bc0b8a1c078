package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class SelfTestTargetTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @Test
    void sendsBackWhatItIsSentUntilItIsClosed() throws IOException {
        SelfTestTarget echo = SelfTestTarget.start();
        try (Socket socket = new Socket(LOOPBACK, echo.port())) {
            socket.getOutputStream().write(new byte[] {1, 2, 3});
            assertThat(socket.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        }
        echo.close();
        assertThatThrownBy(() -> new Socket(LOOPBACK, echo.port())).isInstanceOf(ConnectException.class);
    }
}
