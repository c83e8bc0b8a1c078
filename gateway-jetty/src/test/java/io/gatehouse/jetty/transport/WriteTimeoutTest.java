package io.gatehouse.jetty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.SilentTarget;
import io.gatehouse.testkit.target.SourceTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that take nothing any more, as one that vanished does, beside one that is only slow. */
@Timeout(60)
class WriteTimeoutTest {
    private static final long FLOOD = 4096L * 1024 * 1024;
    private static final int PIECE = 256 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Channel open(GatewayClient client, String host, int port) throws IOException {
        return client.open("pc", List.of(host), port);
    }

    /** Reads some MiB a second until it is told to stop; answers whether the channel was there to the end. */
    private static boolean readSlowly(Channel channel, AtomicBoolean stop, AtomicLong bytes) throws Exception {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        while (!stop.get()) {
            piece.clear();
            channel.readFully(piece);
            bytes.addAndGet(PIECE);
            Thread.sleep(50);
        }
        return true;
    }

    private static void sendUntilTheEnd(Channel channel) {
        try {
            ByteBuffer piece = ByteBuffer.allocate(65_536);
            while (true) {
                channel.send(piece.clear());
            }
        } catch (IOException _) {
            // the end of the channel
        }
    }

    @Test
    void whoTakesNothingIsEndedAndWhoIsSlowIsNot() throws Exception {
        try (TestGateway gateway = TestGateway.start("[tunnel]\nwrite-timeout = \"2s\"\n" + TestGateway.RULE);
                SourceTarget flood = new SourceTarget(FLOOD);
                SourceTarget other = new SourceTarget(FLOOD);
                SilentTarget silent = new SilentTarget();
                GatewayClient webSocket = gateway.client(Transport.WEBSOCKET);
                GatewayClient dual = gateway.client(Transport.DUAL_CHANNEL);
                GatewayClient sender = gateway.client(Transport.WEBSOCKET);
                GatewayClient slow = gateway.client(Transport.WEBSOCKET)) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong read = new AtomicLong();
            AtomicBoolean wasThere = new AtomicBoolean();
            Channel slowChannel = open(slow, other.host(), other.port());
            Thread reading = Thread.startVirtualThread(() -> {
                try {
                    wasThere.set(readSlowly(slowChannel, stop, read));
                } catch (Exception ended) {
                    wasThere.set(false);
                }
            });
            open(webSocket, flood.host(), flood.port());
            open(dual, flood.host(), flood.port());
            Channel sending = open(sender, silent.host(), silent.port());
            Thread.startVirtualThread(() -> sendUntilTheEnd(sending));

            assertThat(flood.awaitAccepted(2, PATIENCE)).isTrue();
            assertThat(flood.awaitIdle(PATIENCE))
                    .as("the targets of the clients that read nothing")
                    .isTrue();
            gateway.awaitAudit("session.end", "the client took nothing for 2000 ms (write-timeout)", "websocket");
            gateway.awaitAudit("session.end", "the client took nothing for 2000 ms (write-timeout)", "dual-channel");
            gateway.awaitAudit("session.end", "the target took nothing for 2000 ms (write-timeout)");
            stop.set(true);
            reading.join(PATIENCE);
            assertThat(wasThere).isTrue();
            assertThat(read.get()).isPositive();
        }
    }
}
