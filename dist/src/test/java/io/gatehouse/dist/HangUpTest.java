package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HangUpTest {
    @BeforeAll
    static void listen() {
        HangUp.listen();
    }

    private static void hangUp() throws Exception {
        String me = Long.toString(ProcessHandle.current().pid());
        assertThat(new ProcessBuilder("kill", "-HUP", me).start().waitFor()).isZero();
    }

    @Test
    void eachSignalIsHeardAlsoAfterAFailure() throws Exception {
        Semaphore heard = new Semaphore(0);
        try (HangUp.Answering _ = HangUp.answerBy(() -> {
            heard.release();
            throw new IllegalStateException("a failure must not stop the next one");
        })) {
            for (int i = 1; i <= 3; i++) {
                hangUp();
                assertThat(heard.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** A gateway that is starting may not have read its file to the end. */
    @Test
    void aSignalThatComesBeforeAnybodyAnswersIsRemembered() throws Exception {
        hangUp();
        Semaphore heard = new Semaphore(0);
        try (HangUp.Answering _ = HangUp.answerBy(heard::release)) {
            assertThat(heard.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void signalsThatComeWhileOneIsAnsweredAreAnsweredOnceMore() throws Exception {
        Semaphore begun = new Semaphore(0);
        Semaphore goOn = new Semaphore(0);
        try (HangUp.Answering _ = HangUp.answerBy(() -> {
            begun.release();
            goOn.acquireUninterruptibly();
        })) {
            hangUp();
            assertThat(begun.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 20; i++) {
                hangUp();
            }
            goOn.release();
            assertThat(begun.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            goOn.release(100);
        }
    }
}
