package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.tunnel.TunnelTimer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The timers of one tunnel. A timer that activity holds off looks at the activity only when it fires and sleeps on if
 * there was some, so that relayed bytes never touch the scheduler. Not thread safe but for the scheduler's own thread,
 * which only calls {@code fire}.
 */
final class TunnelTimers {
    /** Tells since when the thing that a timer watches is quiet. */
    interface Activity {
        /** By the clock; {@code armedAt} for a timer that nothing holds off. */
        long quietSince(TunnelTimer timer, long armedAt);
    }

    private record Armed(Duration delay, long armedAt, Scheduler.Task task) {}

    private final Scheduler scheduler;
    private final MonotonicClock time;
    private final Consumer<TunnelTimer> fire;
    private final Activity activity;
    private final Map<TunnelTimer, Armed> armed = new EnumMap<>(TunnelTimer.class);
    private OptionalLong firstChannelAt = OptionalLong.empty();
    private Optional<Duration> longest = Optional.empty();

    TunnelTimers(Scheduler scheduler, MonotonicClock time, Consumer<TunnelTimer> fire, Activity activity) {
        this.scheduler = scheduler;
        this.time = time;
        this.fire = fire;
        this.activity = activity;
    }

    /** A channel is open. */
    void channelOpened() {
        firstChannelAt = OptionalLong.of(firstChannelAt.orElseGet(time::nanos));
    }

    /**
     * The session timeout counts from now.
     *
     * @param most how long the session lasts at most, whatever its rules say
     */
    void sessionRenewed(Optional<Duration> most) {
        firstChannelAt = OptionalLong.of(time.nanos());
        longest = most;
    }

    void arm(TunnelTimer timer, Duration delay) {
        disarm(timer);
        Duration left = timer == TunnelTimer.SESSION ? leftOfSession(delay) : delay;
        armed.put(timer, new Armed(left, time.nanos(), schedule(timer, left.toNanos())));
    }

    /**
     * A session lasts from the first channel of its tunnel on: closing the channel and opening it again makes it no
     * longer.
     */
    private Duration leftOfSession(Duration ofRule) {
        Duration timeout = longest.filter(most -> most.compareTo(ofRule) < 0).orElse(ofRule);
        long now = time.nanos();
        Duration passed = Duration.ofNanos(now - firstChannelAt.orElse(now));
        return passed.compareTo(timeout) < 0 ? timeout.minus(passed) : Duration.ZERO;
    }

    void disarm(TunnelTimer timer) {
        Armed old = armed.remove(timer);
        if (old != null) {
            old.task().cancel();
        }
    }

    void disarmAll() {
        armed.values().forEach(timer -> timer.task().cancel());
        armed.clear();
    }

    /** Whether {@code timer}, which fired, is armed and its time is really over; it is armed no more then. */
    boolean expired(TunnelTimer timer) {
        Armed current = armed.get(timer);
        if (current == null) {
            return false;
        }
        long quiet = time.nanos() - activity.quietSince(timer, current.armedAt());
        long left = current.delay().toNanos() - quiet;
        if (left > 0) {
            armed.put(timer, new Armed(current.delay(), current.armedAt(), schedule(timer, left)));
            return false;
        }
        armed.remove(timer);
        return true;
    }

    private Scheduler.Task schedule(TunnelTimer timer, long nanos) {
        return scheduler.schedule(() -> fire.accept(timer), nanos, TimeUnit.NANOSECONDS);
    }
}
