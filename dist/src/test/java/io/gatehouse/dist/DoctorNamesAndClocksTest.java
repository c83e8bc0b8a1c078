package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Finding;
import io.gatehouse.dist.doctor.NameExamination;
import io.gatehouse.dist.doctor.TimeServerExamination;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor finds about names of addresses and about clocks: a good one beside each that is wrong. */
class DoctorNamesAndClocksTest {
    private static final Clock NOW = Clock.systemUTC();

    /** Without a name, or with one of the gateway's, there is nothing to say. */
    @ParameterizedTest
    @CsvSource({"gw.example.com.,", "GW2.example.com,", "192.0.2.7,", "mail.example.com,dns.reverse"})
    void reverseNameThatIsNoneOfTheGateways(String reverse, String expected) throws IOException {
        InetAddress address = InetAddress.getByAddress("gw.example.com", new byte[] {(byte) 192, 0, 2, 7});
        List<Finding> findings = new NameExamination(
                        "gw.example.com",
                        nobody(),
                        _ -> List.of(address),
                        true,
                        Set.of("gw.example.com", "gw2.example.com"),
                        _ -> reverse,
                        _ -> {})
                .examine();
        if (expected == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).extracting(Finding::code).containsExactly(expected);
            assertThat(findings.getFirst().cause()).contains("192.0.2.7 has the name mail.example.com");
            assertThat(findings.getFirst().fix()).contains("PTR record", "rdns = false");
        }
    }

    private static int nobody() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** A time server with another clock; what does not begin as an answer to this request is none. */
    private static final class TimeServer implements AutoCloseable {
        private final DatagramSocket socket =
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        TimeServer(Duration ahead, boolean isHonest) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[48], 48);
                    socket.receive(packet);
                    long cookie = ByteBuffer.wrap(packet.getData()).getLong(40);
                    ByteBuffer answer = ByteBuffer.allocate(48);
                    answer.put(0, (byte) 0x24).putLong(24, isHonest ? cookie : cookie + 1);
                    answer.putInt(40, (int) (NOW.instant().plus(ahead).getEpochSecond() + 2_208_988_800L));
                    packet.setData(answer.array());
                    socket.send(packet);
                } catch (IOException e) {
                    // The test is over.
                }
            });
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static List<Finding> examined(TimeServer server) {
        return new TimeServerExamination("127.0.0.1", server.port(), NOW).examine();
    }

    @Test
    void clockThatIsNotThatOfTheTimeServer() throws IOException {
        try (TimeServer good = new TimeServer(Duration.ZERO, true);
                TimeServer ahead = new TimeServer(Duration.ofMinutes(7), true);
                TimeServer forged = new TimeServer(Duration.ofMinutes(7), false)) {
            assertThat(examined(good)).isEmpty();
            assertThat(examined(ahead)).extracting(Finding::code).containsExactly("clock.ntp");
            assertThat(examined(forged)).extracting(Finding::code).containsExactly("clock.ntp-unreachable");
        }
    }
}
