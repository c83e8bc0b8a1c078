package io.gatehouse.jetty.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.audit.AuditRecord;
import io.gatehouse.core.audit.AuditVerifier;
import io.gatehouse.core.audit.SyslogEncoder;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.jetty.Await;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An event that cannot be written, or memory that is short, costs this event: those behind it are kept. */
@Timeout(60)
class UnwritableEventTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private static AuditRecord event(Object user) {
        return new AuditRecord(NOON, new LinkedHashMap<>(Map.of("event.action", "session.start", "user.name", user)));
    }

    private static AuditRecord unwritable() {
        return event(new Object() {
            @Override
            public String toString() {
                throw new OutOfMemoryError("of the test");
            }
        });
    }

    @Test
    void theFileHasTheNextOneAndSaysThatOneWasLost() throws Exception {
        Path file = folder.fresh("audit.jsonl");
        Clock clock = Clock.systemUTC();
        AuditFileWriter writer = new AuditFileWriter(
                AuditFile.at(file, AuditRotation.NONE, clock), Optional.empty(), List.of(), clock, 10);
        writer.offer(unwritable(), false);
        writer.offer(event("alice"), false);
        Await.until("the line about what was lost", () -> Files.readString(file).contains("audit.lost"));
        writer.close();
        assertThat(writer.losses().ever()).isOne();
        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"user.name\":\"alice\""),
                        line -> assertThat(line).contains("\"audit.lost\""));
        AuditVerifier verifier = new AuditVerifier();
        Files.readAllLines(file).forEach(line -> verifier.line("line", line));
        assertThat(verifier.problems()).isEmpty();
    }

    @Test
    void syslogGoesOnWithTheNextOne() throws Exception {
        SyslogForwarder forwarder = new SyslogForwarder(
                new ServerAddress("localhost", OptionalInt.of(1)),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                new SyslogEncoder("gw.example.com", 1, "1", SyslogEncoder.Content.JSON),
                10);
        for (int event = 1; event <= 20; event++) {
            forwarder.offer(unwritable(), true);
            int lost = event;
            Await.until("one more that is lost", () -> forwarder.losses().ever() == lost);
            Await.until("room for the next one", () -> forwarder.waiting() == 0);
        }
        forwarder.close();
    }

    @Test
    void sendingGoesOnAfterAFailure() throws Exception {
        CountDownLatch runs = new CountDownLatch(2);
        SendingThread thread = new SendingThread("of-the-test", "the server of the test", new AuditQueue(1), () -> {
            runs.countDown();
            if (runs.getCount() > 0) {
                throw new OutOfMemoryError("of the test");
            }
        });
        thread.start();
        assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
        thread.close(() -> {});
    }
}
