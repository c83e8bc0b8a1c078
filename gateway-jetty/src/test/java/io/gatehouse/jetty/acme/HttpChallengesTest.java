package io.gatehouse.jetty.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.MonotonicClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One host must not keep the validators of an authority away from the answers. */
@Timeout(30)
class HttpChallengesTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    /** More than are accepted at a time. */
    private static final int MANY = 64;

    private static Socket connect(HttpChallenges challenges, String from) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), challenges.address().getPort(), InetAddress.getByName(from), 0);
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(HttpChallenges challenges, String from) throws IOException {
        try (Socket validator = connect(challenges, from)) {
            write(
                    validator,
                    String.join(
                            "\r\n",
                            "GET /.well-known/acme-challenge/token HTTP/1.1",
                            "Host: gw.example.com",
                            "Connection: close",
                            "",
                            ""));
            return new String(validator.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void oneHostWithManyConnectionsKeepsNobodyOut() throws Exception {
        try (HttpChallenges challenges = new HttpChallenges(ANY_PORT, MonotonicClock.system(), Duration.ofMinutes(1))) {
            challenges.open();
            challenges.open("token", "the-answer");
            List<Socket> attacker = new ArrayList<>();
            try {
                for (int i = 0; i < MANY; i++) {
                    attacker.add(connect(challenges, "127.0.0.2"));
                }
                assertThat(answer(challenges, "127.0.0.3"))
                        .startsWith("HTTP/1.1 200")
                        .endsWith("the-answer");
            } finally {
                for (Socket socket : attacker) {
                    socket.close();
                }
            }
            // Those of the past do not count.
            assertThat(answer(challenges, "127.0.0.3")).endsWith("the-answer");
        }
    }

    @Test
    void aRequestThatComesByteByByteEndsAllTheSame() throws Exception {
        try (HttpChallenges challenges =
                new HttpChallenges(ANY_PORT, MonotonicClock.system(), Duration.ofMillis(500))) {
            challenges.open();
            try (Socket slow = connect(challenges, "127.0.0.2")) {
                slow.setSoTimeout(100);
                write(slow, "GET / HTTP/1.1\r\nHost: gw.example.com\r\nX-Slow: ");
                assertThat(endsWhileBytesCome(slow)).isTrue();
            }
        }
    }

    /** Whether the server closes it before a header of ten seconds is complete. */
    private static boolean endsWhileBytesCome(Socket slow) throws IOException {
        for (int i = 0; i < 100; i++) {
            try {
                write(slow, "x");
                if (slow.getInputStream().read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException _) {
                // It is still open.
            } catch (SocketException _) {
                return true;
            }
        }
        return false;
    }
}
