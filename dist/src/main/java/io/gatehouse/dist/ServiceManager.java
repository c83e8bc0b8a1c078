package io.gatehouse.dist;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that has started this process, which is systemd, or none: says to it when the gateway is ready,
 * reloads and stops, and that it is alive (sd_notify(3)). Safe for use by many threads.
 */
final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    /** How often in the time of the watchdog it is fed. */
    private static final int FEEDINGS = 3;

    /** What a gateway takes to end once it does not wait any more, and more; as TimeoutStopSec of the unit. */
    private static final Duration TO_END = Duration.ofSeconds(30);

    private final Optional<NotifySocket> socket;
    private final Optional<Duration> watchdog;

    private ServiceManager(Optional<NotifySocket> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /** Whether the gateway works; waits for the answer as long as it is told, at most. */
    @FunctionalInterface
    interface Pulse {
        boolean isFelt(Duration limit) throws InterruptedException;
    }

    /** Feeds the watchdog until it is closed. */
    @FunctionalInterface
    interface Watching extends AutoCloseable {
        @Override
        void close();
    }

    private static final class OfThisProcess {
        private static final ServiceManager INSTANCE =
                of(System.getenv(), ProcessHandle.current().pid());
    }

    static ServiceManager ofThisProcess() {
        return OfThisProcess.INSTANCE;
    }

    /** What systemd says in the environment of the process {@code pid}; a manager that nobody hears without that. */
    static ServiceManager of(Map<String, String> environment, long pid) {
        Optional<NotifySocket> socket =
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).flatMap(NotifySocket::at);
        String watched = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        Optional<Duration> watchdog = Optional.ofNullable(environment.get("WATCHDOG_USEC"))
                .filter(text -> text.matches("[1-9][0-9]{0,15}") && watched.equals(Long.toString(pid)))
                .map(text -> Duration.ofNanos(Long.parseLong(text) * 1000));
        return new ServiceManager(socket, watchdog);
    }

    /**
     * The gateway takes connections, or has ended a reload.
     *
     * @param status a line for {@code systemctl status}
     */
    void ready(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    /** The gateway takes connections again: it has ended a reload. */
    void ready() {
        send("READY=1");
    }

    /** The gateway reads its configuration again; the time is what {@code Type=notify-reload} waits for. */
    void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    }

    /**
     * The gateway ends, and may wait for its users before.
     *
     * @param wait how long at most; systemd, which would kill it after {@code TimeoutStopSec}, waits so much longer
     */
    void stopping(Duration wait) {
        send("STOPPING=1\nSTATUS=stopping: waits at most " + wait.toSeconds()
                + " s for open sessions\nEXTEND_TIMEOUT_USEC="
                + wait.plus(TO_END).toNanos() / 1000);
    }

    /**
     * Feeds the watchdog as long as {@code pulse} is felt. When it is not, systemd starts the gateway again after
     * {@code WatchdogSec}.
     */
    Watching watch(Pulse pulse) {
        if (socket.isEmpty() || watchdog.isEmpty()) {
            return () -> {};
        }
        Duration pause = watchdog.get().dividedBy(FEEDINGS);
        // Of the platform: a virtual thread would wait for the very carriers that it is to watch.
        Thread thread = Thread.ofPlatform().daemon().name("watchdog").start(() -> {
            try {
                while (true) {
                    if (pulse.isFelt(pause)) {
                        send("WATCHDOG=1");
                    } else {
                        LOG.atError().addKeyValue("within", pause).log("the gateway does not respond");
                    }
                    Thread.sleep(pause);
                }
            } catch (InterruptedException _) {
                // It is closed.
            }
        });
        return thread::interrupt;
    }

    private void send(String state) {
        socket.ifPresent(there -> there.send(state));
    }
}
