package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A disk that stands still: the audit file is a pipe that nobody reads for a while. */
@Timeout(60)
class AuditTrailTest {
    private static final int CAPACITY = 10;
    /** More than the pipe and both queues hold. */
    private static final int MANY = 1000;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private static AuditEvent event(int number) {
        AuditEvent.Origin origin = new AuditEvent.Origin(
                "number-" + number, InetAddress.getLoopbackAddress(), Optional.empty(), "websocket");
        return new AuditEvent.KdcProxyRefused(origin, Optional.empty(), "EXAMPLE.TEST", "AS-REQ", "x".repeat(200));
    }

    @Test
    void tunnelsDoNotWaitForTheDiskAndSignInsDo() throws Exception {
        Path pipe = folder.fresh("audit.pipe");
        Command.of("mkfifo", pipe.toString()).runOrThrow(folder);
        CountDownLatch reading = new CountDownLatch(1);
        StringBuilder read = new StringBuilder();
        Thread disk = Thread.ofPlatform().start(() -> {
            try (InputStream in = Files.newInputStream(pipe)) {
                reading.await();
                read.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        AuditTrail trail = new AuditTrail(Optional.of(pipe), Clock.systemUTC(), CAPACITY);
        try {
            for (int i = 0; i < MANY; i++) {
                trail.record(event(i)); // 5 seconds each would be too long for this test
            }
            long lost = trail.lost();
            assertThat(lost).isBetween(1L, MANY - 2L * CAPACITY);

            Thread signIn = Thread.ofVirtual().start(() -> trail.record(event(MANY)));
            Await.until("the sign-in waits", () -> signIn.getState() == Thread.State.TIMED_WAITING);
            reading.countDown();
            signIn.join();
            assertThat(trail.lost()).isEqualTo(lost);
        } finally {
            reading.countDown();
            trail.close();
            disk.join();
        }
        assertThat(read.toString().lines())
                .hasSize(MANY + 1 - (int) trail.lost())
                .first()
                .asString()
                .contains("number-0\"");
        assertThat(read.toString().lines().toList().getLast()).contains("number-" + MANY + "\"");
    }
}
