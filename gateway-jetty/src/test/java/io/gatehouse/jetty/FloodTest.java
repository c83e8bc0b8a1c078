package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.target.EchoTarget;
import io.gatehouse.testkit.target.LoopbackTarget;
import io.gatehouse.testkit.target.SilentTarget;
import io.gatehouse.testkit.target.SinkTarget;
import io.gatehouse.testkit.target.SourceTarget;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tunnels that carry all they can, and tunnels whose one end does not read, leave room for others and end when they
 * should.
 */
@Timeout(120)
class FloodTest {
    private static final long ENDLESS = Long.MAX_VALUE;
    private static final long MEBIBYTE = 1024 * 1024;
    private static final int PIECE = 64 * 1024;

    private static Channel open(GatewayClient client, LoopbackTarget target) throws IOException {
        return client.open("pc", List.of(target.host()), target.port());
    }

    private static void assertEchoes(TestGateway gateway, Transport transport) throws IOException {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            Channel channel = open(client, target);
            for (int i = 0; i < 20; i++) {
                channel.send(ByteBuffer.wrap(new byte[] {(byte) i}));
                ByteBuffer answer = ByteBuffer.allocate(1);
                channel.readFully(answer);
                assertThat(answer.get(0)).isEqualTo((byte) i);
            }
        }
    }

    /** Sends until the gateway or the test ends the tunnel. */
    private static Thread flooding(Channel channel) {
        return Thread.ofVirtual().start(() -> {
            byte[] piece = new byte[PIECE];
            try {
                while (true) {
                    channel.send(ByteBuffer.wrap(piece));
                }
            } catch (IOException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Reads until the gateway or the test ends the tunnel. */
    private static Thread draining(Channel channel) {
        return Thread.ofVirtual().start(() -> {
            ByteBuffer piece = ByteBuffer.allocate(PIECE);
            try {
                while (channel.read(piece.clear()) >= 0) {
                    piece.flip();
                }
            } catch (IOException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void clientsThatSendAllTheyCanLeaveTimeForOthers(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                SinkTarget sink = new SinkTarget();
                GatewayClient one = gateway.client(transport);
                GatewayClient two = gateway.client(transport)) {
            List<Thread> floods = List.of(flooding(open(one, sink)), flooding(open(two, sink)));
            Await.until("data", () -> sink.received() > MEBIBYTE);
            assertEchoes(gateway, transport);
            one.abort();
            two.abort();
            for (Thread flood : floods) {
                flood.join();
            }
            gateway.awaitEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void targetsThatSendAllTheyCanLeaveTimeForOthers(Transport transport) throws Exception {
        try (TestGateway gateway = TestGateway.start();
                SourceTarget source = new SourceTarget(ENDLESS);
                GatewayClient one = gateway.client(transport);
                GatewayClient two = gateway.client(transport)) {
            List<Thread> floods = List.of(draining(open(one, source)), draining(open(two, source)));
            Await.until("data", () -> source.sent() > MEBIBYTE);
            assertEchoes(gateway, transport);
            one.abort();
            two.abort();
            for (Thread flood : floods) {
                flood.join();
            }
            gateway.awaitEmpty();
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Each holds a few buffers, whatever the target sends; others are served. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void fiftyClientsThatNeverReadCostLittle(Transport transport) throws Exception {
        ArrayByteBufferPool.Tracking pool = new ArrayByteBufferPool.Tracking();
        List<GatewayClient> clients = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE, pool);
                SourceTarget source = new SourceTarget(ENDLESS)) {
            long before = heap();
            for (int i = 0; i < 50; i++) {
                GatewayClient client = gateway.client(transport);
                clients.add(client);
                open(client, source);
            }
            long sent = Await.still(source::sent, Duration.ofMillis(500));
            assertThat(sent).isPositive();
            assertThat(heap() - before).isLessThan(64 * MEBIBYTE);
            assertEchoes(gateway, transport);
            clients.forEach(GatewayClient::abort);
            gateway.awaitEmpty();
            Await.until("buffers given back", () -> pool.getLeaks().isEmpty());
        } finally {
            clients.forEach(GatewayClient::close);
        }
    }

    /** The goodbye cannot be delivered, for the client does not read what is before it. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatNeverReadsIsCutOffWhenItsTimeIsOver(Transport transport) throws Exception {
        ArrayByteBufferPool.Tracking pool = new ArrayByteBufferPool.Tracking();
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + "session-timeout = \"1s\"\n", pool);
                SourceTarget source = new SourceTarget(ENDLESS);
                GatewayClient client = gateway.client(transport)) {
            open(client, source);
            gateway.awaitEmpty();
            Await.until("the target let go", () -> source.active() == 0);
            Await.until("buffers given back", () -> pool.getLeaks().isEmpty());
            gateway.awaitAudit("\"session.timeout\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTargetThatNeverReadsIsLetGoWhenTheTimeIsOver(Transport transport) throws Exception {
        ArrayByteBufferPool.Tracking pool = new ArrayByteBufferPool.Tracking();
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + "session-timeout = \"1s\"\n", pool);
                SilentTarget silent = new SilentTarget();
                GatewayClient client = gateway.client(transport)) {
            Thread flood = flooding(open(client, silent));
            gateway.awaitEmpty();
            flood.join();
            Await.until("buffers given back", () -> pool.getLeaks().isEmpty());
            gateway.awaitAudit("\"session.timeout\"");
        }
    }
}
