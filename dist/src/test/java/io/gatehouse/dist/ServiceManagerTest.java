package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.TestFolder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServiceManagerTest {
    private static final long ME = 4711;
    private static final Pattern RELOADING = Pattern.compile("(\\d+) RELOADING=1\\|MONOTONIC_USEC=(\\d+)\n");

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private static ServiceManager manager(NotifyReceiver receiver, String... watchdog) {
        Map<String, String> environment = new HashMap<>(receiver.environment());
        if (watchdog.length > 0) {
            environment.put("WATCHDOG_USEC", watchdog[0]);
            environment.put("WATCHDOG_PID", watchdog[1]);
        }
        return ServiceManager.of(environment, ME);
    }

    @Test
    void systemdIsToldOfEachState() {
        try (NotifyReceiver receiver =
                NotifyReceiver.at(folder, folder.fresh("notify").toString())) {
            ServiceManager manager = manager(receiver);
            manager.ready("listens on /127.0.0.1:443");
            receiver.await("READY=1|STATUS=listens on /127.0.0.1:443\n");
            manager.reloading();
            manager.ready();
            Matcher reloading = RELOADING.matcher(receiver.await("READY=1\n"));
            assertThat(reloading.find()).isTrue();
            // systemd takes a reload for the one that it has asked for by this time of its own clock.
            assertThat(Long.parseLong(reloading.group(1)) - Long.parseLong(reloading.group(2)))
                    .isBetween(0L, Duration.ofSeconds(60).toNanos() / 1000);
            manager.stopping(Duration.ofMinutes(2));
            // The drain, and as long as TimeoutStopSec of the unit.
            receiver.await("STOPPING=1|STATUS=stopping: waits at most 120 s for open sessions"
                    + "|EXTEND_TIMEOUT_USEC=150000000\n");
        }
    }

    @Test
    void theSocketMayHaveAnAbstractName() {
        try (NotifyReceiver receiver = NotifyReceiver.at(
                folder, "@gatehouse-test-" + ProcessHandle.current().pid())) {
            manager(receiver).ready("well");
            receiver.await("READY=1|STATUS=well\n");
        }
    }

    @Test
    void theWatchdogIsFedAsLongAsThePulseIsFelt() throws InterruptedException {
        try (NotifyReceiver receiver =
                NotifyReceiver.at(folder, folder.fresh("notify").toString())) {
            ServiceManager manager = manager(receiver, "300000", Long.toString(ME));
            CountDownLatch asked = new CountDownLatch(3);
            try (ServiceManager.Watching _ = manager.watch(limit -> {
                assertThat(limit).isEqualTo(Duration.ofMillis(100));
                asked.countDown();
                return false;
            })) {
                asked.await();
            }
            manager.ready("asked three times");
            assertThat(receiver.await("asked three times")).doesNotContain("WATCHDOG");
            try (ServiceManager.Watching _ = manager.watch(_ -> true)) {
                receiver.await("WATCHDOG=1\n");
            }
        }
    }

    /** The variables of systemd reach the children of a service, too. */
    @Test
    void theWatchdogOfAnotherProcessIsNotFed() {
        try (NotifyReceiver receiver =
                NotifyReceiver.at(folder, folder.fresh("notify").toString())) {
            ServiceManager manager = manager(receiver, "300000", "1");
            try (ServiceManager.Watching _ = manager.watch(_ -> {
                throw new AssertionError("nobody is to ask");
            })) {
                manager.ready("done");
                assertThat(receiver.await("done")).doesNotContain("WATCHDOG");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "relative", "/no/such/socket", "@"})
    void aSocketThatIsNotThereDoesNoHarm(String name) {
        ServiceManager.of(Map.of("NOTIFY_SOCKET", name), ME).ready("well");
    }

    @Test
    void withoutSystemdNobodyIsTold() {
        ServiceManager.of(Map.of(), ME).stopping(Duration.ZERO);
    }
}
