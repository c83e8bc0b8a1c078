package io.gatehouse.provider.ntlm.netlogon.rpc;

import java.time.Duration;

/**
 * The moment until which something must be done.
 *
 * @param nanos on the scale of {@link System#nanoTime}
 */
public record Deadline(long nanos) {
    /** So long from now. */
    public static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** How long from now; negative when it is over. */
    public long remainingNanos() {
        return nanos - System.nanoTime();
    }

    /** How long from now in milliseconds, rounded up; 0 when it is over. */
    public int remainingMillis() {
        return Math.clamp((remainingNanos() + 999_999) / 1_000_000, 0, Integer.MAX_VALUE);
    }

    public boolean isOver() {
        return remainingNanos() <= 0;
    }

    /** This, or so long from now, whichever comes first. */
    public Deadline within(Duration duration) {
        Deadline other = in(duration);
        return other.nanos - nanos < 0 ? other : this;
    }
}
