package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.jetty.GoodClient;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.WarningLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records of TLS 1.3 that nobody above TLS ever sees: each KeyUpdate makes the gateway derive keys and answer with
 * another one.
 */
@Tag("attack")
@Timeout(120)
class TlsRecordsAttackTest {
    private static final int CONNECTIONS = 3;
    /** A gateway that counts nothing takes all of them. */
    private static final int KEY_UPDATES = 20_000;

    /** The JDK's client updates its keys when it is told to begin the handshake again. */
    private static boolean isCutOff(TestGateway gateway, boolean upgraded) throws Exception {
        try (SSLSocket socket = RawHttp.tlsSocket(gateway)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.3"});
            socket.startHandshake();
            if (upgraded) {
                upgrade(socket);
            }
            for (int update = 0; update < KEY_UPDATES; update++) {
                socket.startHandshake();
            }
            return false;
        } catch (IOException ended) {
            return true;
        }
    }

    private static void upgrade(SSLSocket socket) throws IOException {
        String head = RawHttp.head(
                "RDG_OUT_DATA " + RawHttp.PATH,
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "RDG-Connection-Id: " + RawHttp.ID,
                "RDG-Auth-Scheme: SSPI_NTLM");
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = socket.getInputStream();
        int lineEnds = 0;
        while (lineEnds < 4) {
            int next = in.read();
            lineEnds = next == '\r' || next == '\n' ? lineEnds + 1 : 0;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keyUpdatesWithoutEndEndTheConnection(boolean upgraded) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                GoodClient good = GoodClient.beside(gateway)) {
            good.await(20, 1);
            good.forget();
            AtomicInteger cutOff = new AtomicInteger();
            List<Thread> attack = new ArrayList<>();
            for (int index = 0; index < CONNECTIONS; index++) {
                attack.add(Thread.ofPlatform().start(() -> {
                    try {
                        if (isCutOff(gateway, upgraded)) {
                            cutOff.incrementAndGet();
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread thread : attack) {
                thread.join();
            }
            GoodClient.Waits waits = good.await(20, 1);
            good.report("KeyUpdates" + (upgraded ? " after an upgrade" : " before a request"));
            assertThat(cutOff).hasValue(CONNECTIONS);
            assertThat(waits.failures()).isEmpty();
        }
    }

    /** With TLS 1.2, each costs the gateway as much as the first, and no client needs another (RFC 5246 7.4.1.1). */
    @Test
    void aSecondHandshakeEndsTheConnectionAndTheLogSaysWhy() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                WarningLog log = new WarningLog(RefusedConnections.class);
                SSLSocket socket = RawHttp.tlsSocket(gateway)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            socket.startHandshake();
            assertThat(log.lines())
                    .containsExactly("connection cut off: a second TLS handshake on one connection (expected no"
                            + " renegotiation)");
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .as("an alert, by which scanners know that it was refused")
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("handshake_failure");
        }
    }
}
