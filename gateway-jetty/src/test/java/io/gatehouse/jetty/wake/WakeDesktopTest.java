package io.gatehouse.jetty.wake;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Debian's xfreerdp at a desktop that is started by the magic packet: X server, session and xrdp. */
@Tag("desktop")
@Timeout(120)
class WakeDesktopTest {
    private static final String MAC = "00:1a:2b:aa:bb:cc";
    private static final Color ORANGE = new Color(0xff8000);

    @Test
    void theFirstTryOfXfreerdpSeesADesktopThatThePacketStarts() throws Exception {
        RequiredTools.assumeDesktop();
        try (TestFolder folder = new TestFolder();
                SleepingMachine machine = SleepingMachine.onLoopback(MAC, address -> desktop(folder, address));
                TestGateway gateway = TestGateway.start("""
                        [[desktop]]
                        name = "pc"
                        host = "127.0.0.5"
                        port = %d
                        mac = "%s"
                        wake-address = "%s"
                        [[policy.rule]]
                        name = "staff"
                        groups = ["staff"]
                        targets = ["127.0.0.5"]
                        ports = ["*"]
                        wake = true
                        """.formatted(machine.port(), MAC, machine.wakeAddress()))) {
            FreeRdpClient.Builder client = FreeRdpClient.to("127.0.0.5", machine.port())
                    .through("localhost", gateway.tls().getPort())
                    .as("alice", TestGateway.PASSWORD);
            try (FreeRdpClient running = client.start(folder)) {
                running.awaitColour(ORANGE, 0.8, Duration.ofSeconds(60));
            }
            assertThat(gateway.audit())
                    .filteredOn(line -> line.contains("\"session.start\""))
                    .hasSize(1);
            assertThat(gateway.audit()).noneMatch(line -> line.contains("\"resource.unreachable\""));
        }
    }

    /** xrdp chooses its own port, hence the relay. */
    private static Closeable desktop(TestFolder folder, InetSocketAddress address) throws IOException {
        XrdpDesktop desktop = XrdpDesktop.start(folder);
        desktop.paint(ORANGE);
        Closeable relay = SleepingMachine.serve(address, client -> {
            try (Socket target = new Socket(InetAddress.getLoopbackAddress(), desktop.port())) {
                Thread.ofPlatform().daemon().start(() -> copy(target, client));
                client.getInputStream().transferTo(target.getOutputStream());
            }
        });
        return () -> {
            relay.close();
            desktop.close();
        };
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException gone) {
            // the end of both
        }
    }
}
