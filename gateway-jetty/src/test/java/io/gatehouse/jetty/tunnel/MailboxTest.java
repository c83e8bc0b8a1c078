package io.gatehouse.jetty.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MailboxTest {
    private final List<String> done = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox(failure -> done.add("failed: " + failure.getMessage()));

    @Test
    void aTaskRunsOnTheThreadThatPostsIt() {
        mailbox.post(() -> done.add(Thread.currentThread().getName()));

        assertThat(done).containsExactly(Thread.currentThread().getName());
    }

    @Test
    void whatATaskPostsRunsAfterItAndInOrder() {
        mailbox.post(() -> {
            mailbox.post(() -> done.add("second"));
            mailbox.post(() -> done.add("third"));
            done.add("first");
        });

        assertThat(done).containsExactly("first", "second", "third");
    }

    @Test
    void aTaskThatFailsIsToldOfBeforeTheNextOneRuns() {
        mailbox.post(() -> {
            mailbox.post(() -> done.add("next"));
            throw new AssertionError("broken");
        });

        assertThat(done).containsExactly("failed: broken", "next");
    }

    @Test
    void theNextTaskRunsAlsoWhenAFailureCannotBeDealtWith() throws Exception {
        List<Throwable> uncaught = new ArrayList<>();
        Mailbox helpless = new Mailbox(failure -> {
            throw new IllegalStateException("helpless");
        });
        Thread thread = Thread.ofPlatform()
                .uncaughtExceptionHandler((_, failure) -> uncaught.add(failure))
                .start(() -> {
                    helpless.post(() -> {
                        helpless.post(() -> done.add("waited"));
                        throw new AssertionError("broken");
                    });
                    helpless.post(() -> done.add("came later"));
                });
        thread.join();

        assertThat(done).containsExactly("waited", "came later");
        assertThat(uncaught).singleElement().satisfies(failure -> {
            assertThat(failure).hasMessage("helpless");
            assertThat(failure.getSuppressed())
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("broken");
        });
    }

    /** The thread that found the mailbox busy goes on at once; the busy one runs its task. */
    @Test
    void aThreadThatPostsMeanwhileDoesNotWait() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch posted = new CountDownLatch(1);
        Thread busy = Thread.ofVirtual()
                .name("busy")
                .start(() -> mailbox.post(() -> {
                    begun.countDown();
                    awaitUninterruptibly(posted);
                    done.add("first");
                }));
        begun.await();
        mailbox.post(() -> done.add(Thread.currentThread().getName()));
        posted.countDown();
        busy.join();

        assertThat(done).containsExactly("first", "busy");
    }

    @Test
    void tasksOfManyThreadsRunOneAtATimeAndNoneIsLost() throws Exception {
        int[] count = new int[1];
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int k = 0; k < 10_000; k++) {
                    mailbox.post(() -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        count[0]++;
                        inside.decrementAndGet();
                    });
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        CountDownLatch empty = new CountDownLatch(1);
        mailbox.post(empty::countDown);
        empty.await();

        assertThat(count[0]).isEqualTo(80_000);
        assertThat(most).hasValue(1);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
