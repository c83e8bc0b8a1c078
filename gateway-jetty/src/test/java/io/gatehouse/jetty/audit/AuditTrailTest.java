package io.gatehouse.jetty.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.config.AuditConfig;
import io.gatehouse.jetty.Await;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A disk that stands still: the audit file is a pipe that nobody reads for a while. And a disk that is full. */
@Timeout(60)
class AuditTrailTest {
    private static final int CAPACITY = 10;
    /** More than the pipe and both queues hold. */
    private static final int MANY = 1000;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private static AuditConfig config(Path file) {
        return new AuditConfig(Optional.of(file), 0, Optional.empty(), 1, AuditConfig.OnFull.DROP, List.of());
    }

    /** Without what the log says about itself. */
    private static List<String> events(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.contains("\"event.action\":\"audit."))
                .toList();
    }

    private static AuditEvent.Origin origin(int number) {
        return new AuditEvent.Origin(
                "number-" + number, InetAddress.getLoopbackAddress(), Optional.empty(), "websocket");
    }

    private static AuditEvent refusal(int number) {
        return new AuditEvent.KdcProxyRefused(
                origin(number), Optional.empty(), "EXAMPLE.TEST", "AS-REQ", "x".repeat(200));
    }

    private static AuditEvent signIn(int number) {
        return new AuditEvent.SignedIn(origin(number), Identity.local("local", "basic", "alice", Set.of(), Set.of()));
    }

    /** Nobody waits: a thousand waits, however short they are, would be too long for this test. */
    @Test
    void nobodyWaitsForTheDiskAndAFloodOfRefusalsDrivesOutNothingElse() throws Exception {
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
        AuditTrail trail =
                AuditTrail.open(config(pipe), List.of(), "gw", Clock.systemUTC(), MonotonicClock.system(), CAPACITY);
        long lost;
        try {
            Thread.ofVirtual()
                    .start(() -> {
                        for (int i = 0; i < MANY; i++) {
                            trail.record(refusal(i));
                        }
                    })
                    .join();
            lost = trail.lost();
            assertThat(lost).isBetween(1L, MANY - (long) CAPACITY);
            for (int i = MANY; i < MANY + CAPACITY; i++) {
                trail.record(signIn(i));
            }
            assertThat(trail.lost()).as("sign-ins have room of their own").isEqualTo(lost);
        } finally {
            reading.countDown();
            trail.close();
            disk.join();
        }
        List<String> lines = events(read.toString().lines().toList());
        assertThat(lines).hasSize(MANY + CAPACITY - (int) lost);
        assertThat(lines.getFirst()).contains("number-0\"");
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(lines.get(lines.size() - CAPACITY + i)).contains("number-" + (MANY + i) + "\"");
        }
    }

    @Test
    void whatAFullDiskDoesNotTakeIsCountedAndWhatItTakesLaterIsKept() throws Exception {
        Path disk = folder.fresh("disk");
        Files.createDirectories(disk);
        Assumptions.assumeTrue(
                Command.of("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
                        .run(folder)
                        .succeeded(),
                "no right to mount a small disk");
        Path file = disk.resolve("audit.jsonl");
        Path other = disk.resolve("other");
        int recorded = 0;
        AuditTrail trail = AuditTrail.open(config(file), List.of(), "gw", Clock.systemUTC(), MonotonicClock.system());
        try {
            Files.write(other, new byte[900_000]);
            for (; recorded < MANY; recorded++) {
                trail.record(refusal(recorded));
            }
            Await.until("a full disk", () -> trail.lost() > 0);
            Await.until("nothing waits", () -> trail.waiting() == 0);
            Files.write(other, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
            trail.record(signIn(recorded++));
            trail.close();
            List<String> whole = Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith("{") && line.endsWith("}"))
                    .toList();
            assertThat(events(whole))
                    .hasSize(recorded - (int) trail.lost())
                    .last()
                    .asString()
                    .contains("number-" + MANY + "\"");
        } finally {
            Command.of("umount", "--lazy", disk.toString()).runOrThrow(folder);
        }
    }
}
