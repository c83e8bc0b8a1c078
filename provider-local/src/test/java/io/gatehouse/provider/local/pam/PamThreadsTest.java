package io.gatehouse.provider.local.pam;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.local.pam.PamAnswer.Refused;
import io.gatehouse.provider.local.pam.PamAnswer.Verified;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.Wait;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PamThreadsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final PamServices services = new PamServices();
    private final NotedMetrics metrics = new NotedMetrics();

    /** Keeps the suppliers, to ask them. */
    private static final class NotedMetrics implements Metrics {
        private final Map<String, LongSupplier> all = new ConcurrentHashMap<>();

        @Override
        public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
            all.put(name, value);
        }

        @Override
        public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {
            all.put(name, value);
        }

        long of(String name) {
            return Optional.ofNullable(all.get(name)).orElseThrow().getAsLong();
        }
    }

    @AfterEach
    void removeServices() {
        services.close();
    }

    private PamVerifier verifier(Duration timeout, int threads) throws Exception {
        PamConfig config = new PamConfig("test", Optional.of(services.directory()), timeout, threads, 1000, false);
        return PamVerifier.open(config, metrics, InstantSource.system());
    }

    private static PamAnswer verify(PamVerifier verifier, String name) {
        return verifier.verify(name, "secret".getBytes(StandardCharsets.UTF_8), InetAddress.getLoopbackAddress());
    }

    private static Refused unavailable(String detail) {
        return new Refused(Reason.UNAVAILABLE, detail);
    }

    private static Refused unanswered(String detail) {
        return new Refused(Reason.UNANSWERED, detail);
    }

    /** A service that hangs until somebody opens the pipe for writing; names that begin with "quick" do not. */
    private Path hanging() throws Exception {
        Path pipe = services.folder().fresh("pipe");
        Command.of("mkfifo", "-m", "666", pipe.toString()).runOrThrow(services.folder());
        services.withScript("test", "case $PAM_USER in quick*) exit 0;; esac\nexec cat " + pipe);
        return pipe;
    }

    private static boolean until(java.util.function.BooleanSupplier condition) {
        return Wait.until(SOON, condition);
    }

    @Test
    void aModuleThatHangsIsGivenUpAndCostsOneThreadUntilItComesBack() throws Exception {
        Path pipe = hanging();
        try (PamVerifier verifier = verifier(Duration.ofSeconds(4), 2)) {
            assertThat(verify(verifier, "alice")).isEqualTo(unanswered("PAM does not answer within 4000 ms"));
            assertThat(metrics.of("gatehouse_pam_threads_stuck")).isEqualTo(1);
            assertThat(verify(verifier, "quick-one")).isInstanceOf(Verified.class);

            assertThat(verify(verifier, "alice")).isEqualTo(unanswered("PAM does not answer within 4000 ms"));
            long before = System.nanoTime();
            for (int count = 0; count < 50; count++) {
                assertThat(verify(verifier, "quick-two"))
                        .isEqualTo(unavailable("PAM does not answer: all 2 threads wait for it"));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(3900));
            assertThat(metrics.of("gatehouse_pam_threads_stuck")).isEqualTo(2);
            assertThat(metrics.of("gatehouse_pam_timeouts_total")).isEqualTo(2);

            assertThat(until(() -> release(pipe, () -> metrics.of("gatehouse_pam_threads_stuck") == 0)))
                    .isTrue();
            assertThat(verify(verifier, "quick-three")).isInstanceOf(Verified.class);
        }
    }

    /** Lets go who hangs at {@code pipe}; does not wait for somebody to hang there. */
    private static void open(Path pipe) throws java.io.IOException {
        try (FileChannel both = FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            both.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
    }

    /** Lets every module go that hangs at {@code pipe}. */
    private static boolean release(Path pipe, java.util.function.BooleanSupplier done) {
        try {
            if (!done.getAsBoolean()) {
                open(pipe);
            }
            return done.getAsBoolean();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nobodyIsAskedMoreThanTheBoundAtOneTime() throws Exception {
        Path pipe = hanging();
        List<Future<PamAnswer>> answers = new ArrayList<>();
        try (PamVerifier verifier = verifier(Duration.ofSeconds(60), 1);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 17; count++) {
                answers.add(threads.submit(() -> verify(verifier, "alice")));
            }
            assertThat(until(() -> queued(verifier))).isTrue();
            assertThat(metrics.of("gatehouse_pam_threads_busy")).isEqualTo(1);
            assertThat(verify(verifier, "alice")).isEqualTo(unavailable("more than 16 sign-ins wait for PAM"));

            assertThat(until(() -> release(pipe, () -> answers.stream().allMatch(Future::isDone))))
                    .isTrue();
        }
        for (Future<PamAnswer> answer : answers) {
            assertThat(answer.get()).isInstanceOf(Verified.class);
        }
    }

    /**
     * PAM would go on with it when its time is over, and might count a wrong password that costs the guesser nothing.
     */
    @Test
    void whoWaitedTooLongIsNotAskedAbout() throws Exception {
        Path pipe = hanging();
        Path asked = services.folder().fresh("asked");
        services.withScript("test", "echo $PAM_USER >> " + asked + "\nexec cat " + pipe);
        Duration timeout = Duration.ofSeconds(8);
        try (PamVerifier verifier = verifier(timeout, 1);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<PamAnswer> first = threads.submit(() -> verify(verifier, "alice"));
            assertThat(until(() -> Files.exists(asked))).isTrue();
            Future<PamAnswer> second = threads.submit(() -> verify(verifier, "bob"));
            assertThat(until(() -> verifier.waiting() == 1)).isTrue();
            long waiting = System.nanoTime();
            assertThat(until(() -> System.nanoTime() - waiting
                            > timeout.dividedBy(2).plusMillis(100).toNanos()))
                    .isTrue();
            open(pipe);
            assertThat(first.get()).isInstanceOf(Verified.class);
            assertThat(second.get()).isEqualTo(unavailable("no thread of PAM within 4000 ms"));
            assertThat(Files.readAllLines(asked)).containsExactly("alice");
        }
    }

    private static boolean queued(PamVerifier verifier) {
        return verifier.waiting() == 16;
    }

    @Test
    void whoWaitsInVainForAThreadTakesNone() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        try (PamThreads threads = new PamThreads(1, Duration.ofMillis(200), metrics);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<PamAnswer>> answers = new ArrayList<>();
            for (int count = 0; count < 5; count++) {
                answers.add(callers.submit(() -> threads.run(() -> await(leave))));
            }
            for (Future<PamAnswer> answer : answers) {
                assertThat(answer.get()).isInstanceOf(Refused.class);
            }
            assertThat(metrics.of("gatehouse_pam_threads_stuck")).isEqualTo(1);
            leave.countDown();
            assertThat(until(() -> metrics.of("gatehouse_pam_threads_stuck") == 0))
                    .isTrue();
            assertThat(until(() -> metrics.of("gatehouse_pam_threads_busy") == 0))
                    .isTrue();
            assertThat(threads.waiting()).isZero();
        }
    }

    private static PamAnswer await(CountDownLatch latch) {
        try {
            latch.await();
            return unavailable("came back");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoIsInterruptedStopsWaitingAndStaysInterrupted() {
        CountDownLatch leave = new CountDownLatch(1);
        try (PamThreads threads = new PamThreads(1, SOON, metrics)) {
            Thread.currentThread().interrupt();
            assertThat(threads.run(() -> await(leave))).isEqualTo(unavailable("interrupted while waiting for PAM"));
            assertThat(Thread.interrupted()).isTrue();
            leave.countDown();
        }
    }

    @Test
    void whatIsClosedTakesNoMoreCalls() {
        PamThreads threads = new PamThreads(1, SOON, metrics);
        threads.close();
        assertThat(threads.run(() -> unavailable("done"))).isInstanceOf(Refused.class);
    }
}
