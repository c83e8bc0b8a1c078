package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HangUpTest {
    @Test
    void eachSignalIsHeard() throws Exception {
        Semaphore heard = new Semaphore(0);
        HangUp.calls(() -> {
            heard.release();
            if (heard.availablePermits() == 1) {
                throw new IllegalStateException("a failure must not stop the next one");
            }
        });
        for (int i = 1; i <= 3; i++) {
            String me = Long.toString(ProcessHandle.current().pid());
            assertThat(new ProcessBuilder("kill", "-HUP", me).start().waitFor()).isZero();
            assertThat(heard.tryAcquire(i, 10, TimeUnit.SECONDS)).isTrue();
            heard.release(i);
        }
    }

    @Test
    void aReloadOfAWrongFileIsRefusedBeforeAnybodyIsAsked() {
        CommandRun run = CommandRun.of("reload", "--config", "/nowhere/gatehouse.toml", "--pid", "1");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }
}
