package io.gatehouse.provider.ntlm.winbind;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.provider.ntlm.validation.Deadline;
import io.gatehouse.testkit.process.Wait;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class HelperPoolTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String PASSWORD = "Passw0rd!";
    private static final int USERS = 8;

    @TempDir
    private Path folder;

    private final AtomicLong nanoTime = new AtomicLong(1_000_000);
    private final List<HelperPool> pools = new ArrayList<>();
    private FakeSamba samba;

    @BeforeEach
    void makeSamba() {
        samba = new FakeSamba(folder);
        for (int user = 0; user < USERS; user++) {
            samba.account("user" + user, PASSWORD, 1100 + user);
        }
    }

    @AfterEach
    void closePools() {
        pools.forEach(HelperPool::close);
        assertThat(Wait.until(LONG, () -> samba.living().isEmpty()))
                .as("all helpers ended")
                .isTrue();
    }

    private HelperPool pool(int processes) {
        HelperPool pool = new HelperPool(samba.ntlmAuth(), processes, new SecureRandom(), nanoTime::get);
        pools.add(pool);
        return pool;
    }

    private static HelperAnswer ask(HelperPool pool, Responses response) {
        return pool.ask(response.request(), Deadline.in(LONG, MonotonicClock.system()));
    }

    private static Responses right(int user) {
        return Responses.of("user" + user, "ADTEST", PASSWORD);
    }

    private static Responses wrong(int user) {
        return Responses.of("user" + user, "ADTEST", "wrong");
    }

    private static void assertNone(HelperAnswer answer, String why) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        HelperAnswer.None.class, none -> assertThat(none.why()).contains(why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"right", "byte by byte", "one dot"})
    void answersBelongToTheirQuestions(String way) {
        HelperPool pool = pool(1);
        samba.answering(way);
        for (int user = 0; user < 3; user++) {
            assertThat(ask(pool, wrong(user)))
                    .isInstanceOfSatisfying(
                            HelperAnswer.No.class,
                            no -> assertThat(no.error()).contains("current password is not correct"));
            Responses right = right(user);
            assertThat(FakeSamba.key(ask(pool, right))).isEqualTo(right.sessionKey());
        }
        assertThat(samba.starts()).hasSize(1);
        assertThat(pool.lost()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "no dots, keep to its protocol: unexpected line",
        "three dots, keep to its protocol: unexpected line",
        "twice, keep to its protocol: unexpected line",
        "nothing, keep to its protocol: unexpected line",
        "error, keep to its protocol: unexpected line",
        "huge line, keep to its protocol: line longer than 1024 bytes",
        "dies midway, ended with exit code 11: segmentation fault",
    })
    void aSurpriseEndsTheProcessAndTheNextOneAnswers(String way, String why) {
        HelperPool pool = pool(1);
        samba.answering(way);
        assertNone(ask(pool, wrong(1)), why);

        assertThat(pool.living()).isZero();
        assertThat(pool.lost()).isOne();
        samba.answering("right");
        nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
        Responses right = right(2);
        assertThat(FakeSamba.key(ask(pool, right))).isEqualTo(right.sessionKey());
        assertThat(samba.starts()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"short key", "garbage", "huge line", "dies midway", "twice"})
    void noSurpriseIsAYes(String way) {
        HelperPool pool = pool(1);
        samba.answering(way);
        assertThat(ask(pool, right(1))).isInstanceOf(HelperAnswer.None.class);
    }

    @Test
    void whoSpeaksBeforeTheQuestionIsNotAsked() {
        HelperPool pool = pool(1);
        samba.starting("speaks");
        assertNone(ask(pool, wrong(1)), "does not keep to its protocol");
    }

    @Test
    void hangingCostsTheTimeoutAndTheProcess() {
        HelperPool pool = pool(1);
        samba.answering("hangs");
        long start = System.nanoTime();
        HelperAnswer answer =
                pool.ask(right(1).request(), Deadline.in(Duration.ofMillis(1500), MonotonicClock.system()));

        assertNone(answer, "ntlm_auth did not answer within 1500 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1500), Duration.ofSeconds(6));
        assertThat(Wait.until(LONG, () -> samba.living().isEmpty())).isTrue();

        samba.answering("right");
        assertThat(ask(pool, right(1))).isInstanceOf(HelperAnswer.Yes.class);
    }

    @Test
    void whoFindsAllBusyWaitsNoLongerThanItsTime() throws Exception {
        HelperPool pool = pool(1);
        samba.answering("hangs");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HelperAnswer> first = threads.submit(
                    () -> pool.ask(right(1).request(), Deadline.in(Duration.ofSeconds(4), MonotonicClock.system())));
            assertThat(Wait.until(LONG, () -> !samba.starts().isEmpty())).isTrue();
            HelperAnswer second =
                    pool.ask(right(2).request(), Deadline.in(Duration.ofMillis(300), MonotonicClock.system()));

            assertNone(second, "all 1 helpers were busy for 150 ms");
            assertNone(first.get(), "did not answer within 4 s");
        }
    }

    /** Winbindd would go on with it when its time is over, and a wrong password would count in the domain only. */
    @Test
    void whoWaitedForMostOfItsTimeIsNotAskedAbout() throws Exception {
        HelperPool pool = pool(1);
        samba.answering("hangs");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HelperAnswer> first = threads.submit(
                    () -> pool.ask(right(1).request(), Deadline.in(Duration.ofSeconds(3), MonotonicClock.system())));
            assertThat(Wait.until(LONG, () -> samba.starts().size() == 1)).isTrue();
            HelperAnswer second =
                    pool.ask(right(2).request(), Deadline.in(Duration.ofSeconds(5), MonotonicClock.system()));

            assertNone(first.get(), "did not answer within 3 s");
            assertNone(second, "all 1 helpers were busy for 2500 ms");
            assertThat(samba.starts()).hasSize(1);
        }
    }

    @Test
    void tooManyDoNotWaitAtAll() throws Exception {
        HelperPool pool = pool(1);
        samba.answering("hangs");
        List<Future<HelperAnswer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 40; count++) {
                answers.add(threads.submit(() ->
                        pool.ask(right(1).request(), Deadline.in(Duration.ofSeconds(3), MonotonicClock.system()))));
            }
        }
        int turnedAway = 0;
        for (Future<HelperAnswer> answer : answers) {
            turnedAway += ((HelperAnswer.None) answer.get()).why().contains("too many requests wait") ? 1 : 0;
        }
        assertThat(turnedAway).isBetween(7, 8); // of 40: one is asking or about to, 32 wait
        assertThat(pool.waiting()).isZero();
    }

    /**
     * Whatever a helper does, a yes is only ever the yes to that user's own right response. Only one that swallows a
     * question <em>and</em> has another thread repeat the last answer in just that moment could not be seen through.
     */
    @Test
    void noAnswerEverReachesAnotherUser() throws Exception {
        HelperPool pool = pool(4);
        samba.answering(
                "right",
                "right",
                "right",
                "right",
                "byte by byte",
                "one dot",
                "no dots",
                "three dots",
                "twice",
                "again later",
                "again later",
                "garbage",
                "error",
                "dies midway");
        AtomicInteger yes = new AtomicInteger();
        AtomicInteger no = new AtomicInteger();
        AtomicInteger none = new AtomicInteger();
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(USERS)) {
            for (int thread = 0; thread < USERS; thread++) {
                int user = thread;
                done.add(threads.submit(() -> {
                    for (int count = 0; count < 40; count++) {
                        boolean isRight = (count + user) % 2 == 0;
                        Responses response = isRight ? right(user) : wrong(user);
                        nanoTime.addAndGet(Duration.ofSeconds(20).toNanos()); // no start waits
                        switch (ask(pool, response)) {
                            case HelperAnswer.Yes answer -> {
                                assertThat(isRight)
                                        .as("a wrong password was accepted")
                                        .isTrue();
                                assertThat(FakeSamba.key(answer)).isEqualTo(response.sessionKey());
                                yes.incrementAndGet();
                            }
                            case HelperAnswer.No _ -> {
                                assertThat(isRight)
                                        .as("a right password was refused")
                                        .isFalse();
                                no.incrementAndGet();
                            }
                            case HelperAnswer.None _ -> none.incrementAndGet();
                        }
                    }
                }));
            }
        }
        for (Future<?> each : done) {
            each.get();
        }
        assertThat(yes).hasValueGreaterThan(20);
        assertThat(no).hasValueGreaterThan(20);
        assertThat(none).hasValueGreaterThan(20);
        assertThat(pool.living()).isLessThanOrEqualTo(4);
    }

    @Test
    void processesStartWhenNeededAndEndWhenIdle() throws Exception {
        HelperPool pool = pool(2);
        assertThat(samba.starts()).isEmpty();
        List<Future<HelperAnswer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 12; count++) {
                answers.add(threads.submit(() -> ask(pool, right(1))));
            }
        }
        for (Future<HelperAnswer> answer : answers) {
            assertThat(answer.get()).isInstanceOf(HelperAnswer.Yes.class);
        }
        assertThat(samba.starts()).hasSize(2);
        assertThat(pool.living()).isEqualTo(2);

        nanoTime.addAndGet(HelperPool.IDLE_LIMIT.toNanos() - 1);
        pool.endIdle();
        assertThat(pool.living()).isEqualTo(2);
        assertThat(ask(pool, right(1))).isInstanceOf(HelperAnswer.Yes.class); // by the one that rested least
        nanoTime.addAndGet(1);
        pool.endIdle();
        assertThat(pool.living()).isOne();
        nanoTime.addAndGet(HelperPool.IDLE_LIMIT.toNanos());
        pool.endIdle();
        assertThat(pool.living()).isZero();
        assertThat(pool.lost()).isZero();
    }

    @Test
    void oneThatEndedWhileItRestedIsReplaced() {
        HelperPool pool = pool(1);
        ask(pool, right(1));
        samba.living().forEach(ProcessHandle::destroyForcibly);
        assertThat(Wait.until(LONG, () -> samba.living().isEmpty())).isTrue();

        assertThat(ask(pool, right(1))).isInstanceOf(HelperAnswer.Yes.class);
        assertThat(pool.lost()).isOne();
    }

    @Test
    void whatEndsAtOnceIsStartedLessAndLessOften() {
        HelperPool pool = pool(2);
        samba.starting("dies");
        assertNone(ask(pool, right(1)), "ntlm_auth ended with exit code 1: no such option");
        assertNone(ask(pool, right(1)), "no such option (next try within 100 ms)");
        assertThat(samba.starts()).hasSize(1);

        nanoTime.addAndGet(Duration.ofMillis(100).toNanos());
        assertNone(ask(pool, right(1)), "exit code 1");
        assertThat(samba.starts()).hasSize(2);
        nanoTime.addAndGet(Duration.ofMillis(100).toNanos());
        assertNone(ask(pool, right(1)), "within 200 ms");
        assertThat(samba.starts()).hasSize(2);

        samba.starting("right");
        nanoTime.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(ask(pool, right(1))).isInstanceOf(HelperAnswer.Yes.class);
    }

    @Test
    void noProgramIsNoAnswer() {
        HelperPool pool = new HelperPool(List.of("/nowhere/ntlm_auth"), 1, new SecureRandom(), nanoTime::get);
        pools.add(pool);
        assertNone(ask(pool, right(1)), "ntlm_auth cannot be started");
    }

    @Test
    void complaintsDoNotStopAHelper() {
        HelperPool pool = pool(1);
        samba.starting("complains");
        assertThat(ask(pool, right(1))).isInstanceOf(HelperAnswer.Yes.class);
    }

    @Test
    void whatClientsSentIsNotRepeatedFromComplaints() {
        HelperPool pool = pool(1);
        samba.starting("complains").answering("dies midway");
        assertNone(ask(pool, right(1)), "exit code 11: (a line that may hold what a client sent)");
    }

    @Test
    void nothingOfTheEnvironmentIsPassedOn() {
        HelperPool pool = pool(1);
        ask(pool, right(1));
        assertThat(samba.starts().getFirst())
                .contains("\"PATH\"", "\"LANG\": \"C.UTF-8\"")
                .doesNotContain("JAVA", "HOME", "USER", "TMP", "PWD");
    }

    @Test
    void onceClosedItAnswersNothingAndLeavesNothing() throws Exception {
        HelperPool pool = pool(1);
        samba.answering("hangs");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HelperAnswer> asked = threads.submit(() -> ask(pool, right(1)));
            assertThat(Wait.until(LONG, () -> !samba.starts().isEmpty())).isTrue();
            pool.close();
            assertThat(asked.get()).isInstanceOf(HelperAnswer.None.class);
        }
        assertNone(ask(pool, right(1)), "the gateway closes");
        assertThat(samba.starts()).hasSize(1);
    }
}
