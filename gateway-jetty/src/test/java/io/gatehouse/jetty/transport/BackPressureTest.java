package io.gatehouse.jetty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.Pattern;
import io.gatehouse.testkit.target.SilentTarget;
import io.gatehouse.testkit.target.SinkTarget;
import io.gatehouse.testkit.target.SourceTarget;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Much data, and peers that do not take it. */
@Timeout(60)
class BackPressureTest {
    private static final long MIB = 1024 * 1024;
    private static final long BULK = 50 * MIB;
    private static final long FLOOD = 2048 * MIB;
    /** What may sit in the kernel's buffers of two loopback connections; far below the flood and the heap. */
    private static final long KERNEL = 64 * MIB;

    private static final Duration STILL = Duration.ofMillis(700);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void fiftyMebibytesFromTheTargetArriveUnchanged(Transport transport) throws Exception {
        try (SourceTarget target = new SourceTarget(BULK);
                GatewayClient client = gateway.client(transport)) {
            Channel channel = client.open("pc", List.of(target.host()), target.port());
            ByteBuffer piece = ByteBuffer.allocate(65536);
            long received = 0;
            for (int count = channel.read(piece); count >= 0; count = channel.read(piece)) {
                assertThat(Pattern.mismatch(piece.flip(), received)).isEqualTo(-1);
                received += count;
                piece.clear();
            }
            assertThat(received).isEqualTo(BULK);
        }
        gateway.awaitAudit("session.end", Long.toString(BULK));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void fiftyMebibytesToTheTargetArriveUnchanged(Transport transport) throws Exception {
        try (SinkTarget target = new SinkTarget();
                GatewayClient client = gateway.client(transport)) {
            Channel channel = client.open("pc", List.of(target.host()), target.port());
            ByteBuffer piece = ByteBuffer.allocate(65536);
            for (long sent = 0; sent < BULK; sent += piece.capacity()) {
                Pattern.fill(piece.clear(), sent);
                channel.send(piece.flip());
            }
            assertThat(target.awaitReceived(BULK, PATIENCE)).isTrue();
            assertThat(target.received()).isEqualTo(BULK);
            assertThat(target.firstMismatch()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatNeverReadsStopsItsTarget(Transport transport) throws Exception {
        try (SourceTarget target = new SourceTarget(FLOOD);
                GatewayClient client = gateway.client(transport)) {
            long before = heap();
            client.open("pc", List.of(target.host()), target.port());
            long sent = Await.still(target::sent, STILL);
            assertThat(sent).isBetween(1L, KERNEL);
            assertThat(heap() - before).as("growth of the heap").isLessThan(16 * MIB);
            client.abort();
            assertThat(target.awaitIdle(PATIENCE)).isTrue();
        }
        gateway.awaitEmpty();
    }

    /**
     * KEEPALIVE packets do not pile up behind a write that the client does not take, so that patience is not punished.
     */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatReadsLateGetsEveryByte(Transport transport) throws Exception {
        long bytes = 80 * MIB;
        try (TestGateway lively = TestGateway.start("[tunnel]\nkeepalive = \"10ms\"\n" + TestGateway.RULE);
                SourceTarget target = new SourceTarget(bytes);
                GatewayClient client = lively.client(transport)) {
            Channel channel = client.open("pc", List.of(target.host()), target.port());
            assertThat(Await.still(target::sent, Duration.ofMillis(1500))).isLessThan(bytes);
            ByteBuffer piece = ByteBuffer.allocate(65536);
            long received = 0;
            for (int count = channel.read(piece); count >= 0; count = channel.read(piece)) {
                assertThat(Pattern.mismatch(piece.flip(), received)).isEqualTo(-1);
                received += count;
                piece.clear();
            }
            assertThat(received).isEqualTo(bytes);
        }
    }

    /** While the target does not read, nothing is read from the client: its end is noticed by the next KEEPALIVE. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTargetThatNeverReadsStopsItsClient(Transport transport) throws Exception {
        try (TestGateway lively = TestGateway.start("[tunnel]\nkeepalive = \"1s\"\n" + TestGateway.RULE);
                SilentTarget target = new SilentTarget();
                GatewayClient client = lively.client(transport)) {
            long before = heap();
            Channel channel = client.open("pc", List.of(target.host()), target.port());
            AtomicLong sent = new AtomicLong();
            Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    ByteBuffer piece = ByteBuffer.allocate(65536);
                    while (sent.get() < FLOOD) {
                        channel.send(piece.clear());
                        sent.addAndGet(piece.capacity());
                    }
                } catch (IOException ended) {
                    // The test ended the client.
                }
            });
            long stopped = Await.still(sent::get, STILL);
            assertThat(stopped).isBetween(1L, KERNEL);
            assertThat(heap() - before).as("growth of the heap").isLessThan(16 * MIB);
            client.abort();
            sender.join(PATIENCE);
            assertThat(sender.isAlive()).isFalse();
            lively.awaitEmpty();
        }
    }
}
