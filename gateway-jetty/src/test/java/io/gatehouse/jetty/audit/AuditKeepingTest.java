package io.gatehouse.jetty.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditVerifier;
import io.gatehouse.core.config.AuditConfig;
import io.gatehouse.core.config.AuditConfig.OnFull;
import io.gatehouse.jetty.Await;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an auditor finds after rotations, crashes and full disks. */
@Timeout(60)
class AuditKeepingTest {
    private static final Identity ALICE = Identity.local("local", "basic", "alice", Set.of("staff"), Set.of());
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private Path file;
    private Instant now = NOON;

    private final Clock clock = new Clock() {
        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    @BeforeEach
    void aFreshFile() {
        file = folder.freshFolder("logs").resolve("audit.jsonl");
    }

    private AuditTrail trail(long size, Optional<Duration> every, int keep, OnFull onFull) throws Exception {
        return AuditTrail.open(
                new AuditConfig(Optional.of(file), size, every, keep, onFull, List.of()),
                List.of(),
                "gw",
                clock,
                MonotonicClock.system());
    }

    private AuditTrail trail() throws Exception {
        return trail(0, Optional.empty(), 1, OnFull.DROP);
    }

    private static AuditEvent.Origin origin(String id) {
        return new AuditEvent.Origin(id, InetAddress.ofLiteral("192.0.2.7"), Optional.of("PC"), "websocket");
    }

    private static AuditEvent opened(String id) {
        return new AuditEvent.ChannelOpened(
                origin(id), ALICE, "staff", "desk1.example.com:3389", InetAddress.ofLiteral("10.1.0.1"));
    }

    private static AuditEvent closed(String id) {
        return new AuditEvent.ChannelClosed(
                origin(id),
                ALICE,
                "staff",
                "desk1.example.com:3389",
                1,
                2,
                Duration.ofSeconds(3),
                AuditEvent.ClosedBy.CLIENT,
                "the client left");
    }

    private static AuditVerifier verified(List<Path> files) throws IOException {
        AuditVerifier verifier = new AuditVerifier();
        for (Path each : files) {
            int number = 0;
            for (String line : Files.readAllLines(each)) {
                verifier.line(each.getFileName() + ":" + ++number, line);
            }
        }
        return verifier;
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file);
    }

    private void await(int count) throws Exception {
        Await.until(count + " lines", () -> Files.exists(file) && lines().size() == count);
    }

    /** As after kill -9: nothing is closed. Another one is not closed either, and both come back. */
    @Test
    void sessionsOfAKilledGatewayGetTheirEndsAtTheNextStart() throws Exception {
        AuditTrail killed = trail();
        killed.record(opened("one"));
        killed.record(opened("two"));
        killed.record(closed("one"));
        killed.record(opened("two")); // clients choose their ids
        await(4);
        Await.until(
                "what is open, which is written after the lines",
                () -> Files.readAllLines(OpenSessions.beside(file)).size() == 4);
        now = NOON.plusSeconds(60);

        try (AuditTrail next = trail()) {
            await(6);
            assertThat(lines().subList(4, 6))
                    .allSatisfy(line -> assertThat(line)
                            .startsWith(
                                    "{\"@timestamp\":\"2026-11-29T12:01:00.000Z\",\"event.action\":\"session.end\","
                                            + "\"event.category\":\"session\",\"event.code\":\"303\",\"event.outcome\":\"failure\"")
                            .contains(
                                    "\"event.start\":\"2026-11-29T12:00:00.000Z\"",
                                    "\"rdgw.closed_by\":\"crash\"",
                                    "\"user.name\":\"alice\"",
                                    "\"destination.domain\":\"desk1.example.com\",\"destination.ip\":\"10.1.0.1\"",
                                    "\"rdgw.correlation_id\":\"two\""));
            next.record(opened("three"));
            await(7);
            next.record(closed("three"));
        }
        try (AuditTrail third = trail()) {
            third.record(opened("four"));
            third.record(closed("four"));
        }
        assertThat(lines()).hasSize(10);
        assertThat(verified(List.of(file)).problems()).isEmpty();
        assertThat(OpenSessions.beside(file)).doesNotExist();
    }

    /** A full disk may have cut the last line anywhere, within a character for instance. */
    @Test
    void aFileOfOpenSessionsThatWasCutKeepsNoGatewayFromStarting() throws Exception {
        AuditTrail killed = trail();
        killed.record(opened("one"));
        Path open = OpenSessions.beside(file);
        Await.until("what is open", () -> Files.exists(open) && Files.size(open) > 0);
        byte[] next = "+\t{\"user.name\":\"jürgen\"}".getBytes(StandardCharsets.UTF_8);
        for (int length = 1; length <= next.length; length++) {
            Path cut = Files.copy(open, folder.fresh("cut"));
            Files.write(cut, Arrays.copyOf(next, length), StandardOpenOption.APPEND);
            assertThat(OpenSessions.ends(cut, NOON)).as(length + " bytes").hasSize(length < next.length ? 1 : 2);
        }
    }

    /** More ends than the file of open sessions keeps: it is written anew, and loses none that is open. */
    @Test
    void theFileOfOpenSessionsStaysSmall() throws Exception {
        AuditTrail killed = trail();
        killed.record(opened("stays"));
        for (int number = 0; number < 3_000; number++) {
            killed.record(opened("short"));
            killed.record(closed("short"));
        }
        await(6_001);
        assertThat(Files.size(OpenSessions.beside(file))).isLessThan(600_000);
        try (AuditTrail _ = trail()) {
            await(6_002);
        }
        assertThat(lines().getLast()).contains("crash", "\"rdgw.correlation_id\":\"stays\"");
    }

    @Test
    void aLineThatAKilledGatewayLeftHalfIsNoneAndTheChainGoesOn() throws Exception {
        try (AuditTrail first = trail()) {
            first.record(opened("one"));
            first.record(closed("one"));
        }
        Files.writeString(file, "{\"@timestamp\":\"2026", StandardOpenOption.APPEND);
        try (AuditTrail second = trail()) {
            second.record(opened("two"));
            second.record(closed("two"));
        }
        AuditVerifier verifier = verified(List.of(file));
        assertThat(verifier.problems()).isEmpty();
        assertThat(verifier.notes())
                .containsExactly(
                        "audit.jsonl:3: not whole, as a full disk or a crash leaves a line; no line is missing");
        assertThat(verifier.lines()).isEqualTo(4);
    }

    @Test
    void fullFilesGetNumbersAndTheOldestGoes() throws Exception {
        try (AuditTrail trail = trail(2_000, Optional.empty(), 3, OnFull.DROP)) {
            for (int number = 0; number < 50; number++) {
                trail.record(closed("number-" + number));
            }
        }
        List<Path> files = new ArrayList<>();
        for (int number = 3; number >= 1; number--) {
            files.add(AuditRotation.old(file, number));
        }
        files.add(file);
        assertThat(files).allSatisfy(each -> assertThat(Files.size(each)).isBetween(1L, 2_000L));
        assertThat(AuditRotation.old(file, 4)).doesNotExist();
        AuditVerifier verifier = verified(files);
        assertThat(verifier.problems()).isEmpty();
        assertThat(verifier.notes()).singleElement().asString().contains("older ones were not given");
        assertThat(verifier.end().orElseThrow().sequence()).isEqualTo(50);
        assertThat(Files.readAllLines(files.getFirst()).getFirst()).contains("rdgw.audit.previous");
    }

    @Test
    void aDayGetsAFileOfItsOwn() throws Exception {
        now = NOON.plus(Duration.ofMinutes(719)); // 23:59
        try (AuditTrail trail = trail(0, Optional.of(Duration.ofDays(1)), 9, OnFull.DROP)) {
            trail.record(closed("today"));
            await(1);
            now = NOON.plus(Duration.ofHours(12));
            trail.record(closed("tomorrow"));
            Await.until("the rotation", () -> Files.exists(AuditRotation.old(file, 1)));
            await(1);
        }
        assertThat(Files.readString(AuditRotation.old(file, 1))).contains("today");
        assertThat(Files.readString(file)).contains("tomorrow");
    }

    /** logrotate moved the file while the gateway was down: the chain goes on all the same. */
    @Test
    void theChainGoesOnBehindTheFileThatWasRotatedLast() throws Exception {
        try (AuditTrail first = trail()) {
            first.record(closed("one"));
        }
        Files.move(file, AuditRotation.old(file, 1));
        try (AuditTrail second = trail()) {
            second.record(closed("two"));
        }
        AuditVerifier verifier = verified(List.of(AuditRotation.old(file, 1), file));
        assertThat(verifier.problems()).isEmpty();
        assertThat(verifier.end().orElseThrow().sequence()).isEqualTo(2);
    }

    /** A disk without room: nobody is served, nothing hangs, and it ends by itself when there is room. */
    @Test
    void aFullDiskDeniesWhereItIsToldToAndForAsLongAsItIsFull() throws Exception {
        Path disk = folder.freshFolder("disk");
        Assumptions.assumeTrue(
                Command.of("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString())
                        .run(folder)
                        .succeeded(),
                "no right to mount a small disk");
        try {
            file = disk.resolve("audit.jsonl");
            try (AuditTrail trail = trail(0, Optional.empty(), 1, OnFull.DENY)) {
                trail.record(closed("before"));
                await(1);
                assertThat(trail.refusal()).isEmpty();
                Path other = disk.resolve("other");
                fill(other);
                Await.until("denial", () -> {
                    trail.record(closed("lost"));
                    return trail.refusal().isPresent();
                });
                assertThat(trail.refusal()).contains("audit lines cannot be written (on-full = \"deny\")");
                Files.delete(other);
                Await.until("service", () -> trail.refusal().isEmpty());
                assertThat(trail.lost()).isPositive();
                // An event that still found its place in the queue may come after this line.
                Await.until(
                        "the line about what was lost",
                        () -> lines().stream()
                                .anyMatch(line -> line.contains("\"event.action\":\"audit.lost\"")
                                        && line.contains("\"rdgw.count\":" + trail.lost() + ",")));
            }
            assertThat(verified(List.of(file)).problems()).isEmpty();
        } finally {
            Command.of("umount", "--lazy", disk.toString()).runOrThrow(folder);
        }
    }

    private static void fill(Path other) {
        try {
            for (int block = 4096; block > 0; block /= 16) {
                while (true) {
                    Files.write(other, new byte[block], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            }
        } catch (IOException full) {
            // That is what was wanted.
        }
    }
}
