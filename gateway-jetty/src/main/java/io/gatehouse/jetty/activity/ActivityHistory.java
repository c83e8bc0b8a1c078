package io.gatehouse.jetty.activity;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * How busy the gateway was in each minute of the last day, in memory: as many samples as a day has minutes. Safe for
 * use by many threads.
 */
public final class ActivityHistory implements AuditLog {
    private static final int MOST = (int) Duration.ofDays(1).toMinutes();

    private final Clock clock;
    private final LongAdder signIns = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Totals before;

    /**
     * A minute, or several.
     *
     * @param begin when it began
     * @param sessions the most that were open at one time, as far as samples tell
     * @param signIns at the gateway and the portal
     * @param refusals of sign-ins, connections and targets
     * @param bytesToTarget what clients sent
     * @param bytesToClient what targets sent
     */
    public record Sample(
            Instant begin, int sessions, long signIns, long refusals, long bytesToTarget, long bytesToClient) {
        private Sample and(Sample later) {
            return new Sample(
                    begin,
                    Math.max(sessions, later.sessions),
                    signIns + later.signIns,
                    refusals + later.refusals,
                    bytesToTarget + later.bytesToTarget,
                    bytesToClient + later.bytesToClient);
        }
    }

    /** All that was counted since the start, at the beginning of a minute. */
    private record Totals(
            Instant minute, int sessions, long signIns, long refusals, long bytesToTarget, long bytesToClient) {}

    /** Nothing yet. */
    public ActivityHistory(Clock clock) {
        this.clock = clock;
        this.before = new Totals(clock.instant().truncatedTo(ChronoUnit.MINUTES), 0, 0, 0, 0, 0);
    }

    @Override
    public void record(AuditEvent event) {
        switch (event) {
            case AuditEvent.SignedIn _ -> signIns.increment();
            case AuditEvent.SignInRefused _, AuditEvent.Refused _ -> refusals.increment();
            case AuditEvent.KdcProxyRefused _,
                    AuditEvent.ChannelOpened _,
                    AuditEvent.ChannelContinued _,
                    AuditEvent.ChannelClosed _,
                    AuditEvent.TokenIssued _,
                    AuditEvent.SignedOut _,
                    AuditEvent.SecondFactor _,
                    AuditEvent.WakeUp _,
                    AuditEvent.AccessGranting _,
                    AuditEvent.DeviceTicketing _,
                    AuditEvent.Approval _,
                    AuditEvent.AdminCall _,
                    AuditEvent.RefusalsRepeated _,
                    AuditEvent.ConfigurationReloaded _ -> {} // in no chart
        }
    }

    /**
     * Looks at the gateway; to be called several times a minute.
     *
     * @param sessions that are open now
     * @param bytesToTarget all that were relayed since the start
     * @param bytesToClient the same in the other direction
     */
    public synchronized void sample(int sessions, long bytesToTarget, long bytesToClient) {
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        int most = Math.max(sessions, before.sessions());
        if (minute.equals(before.minute())) {
            before = new Totals(
                    minute, most, before.signIns(), before.refusals(), before.bytesToTarget(), before.bytesToClient());
            return;
        }
        Totals now = new Totals(minute, sessions, signIns.sum(), refusals.sum(), bytesToTarget, bytesToClient);
        samples.addLast(new Sample(
                before.minute(),
                most,
                now.signIns() - before.signIns(),
                now.refusals() - before.refusals(),
                Math.max(0, bytesToTarget - before.bytesToTarget()),
                Math.max(0, bytesToClient - before.bytesToClient())));
        if (samples.size() > MOST) {
            samples.removeFirst();
        }
        before = now;
    }

    /**
     * What was, the oldest first.
     *
     * @param length of the time that ends now
     * @param step whole minutes that make one sample
     */
    public synchronized List<Sample> last(Duration length, Duration step) {
        Instant from = clock.instant().minus(length);
        List<Sample> merged = new ArrayList<>();
        for (Sample sample : samples) {
            if (sample.begin().isBefore(from)) {
                continue;
            }
            long begin = sample.begin().getEpochSecond() / step.toSeconds() * step.toSeconds();
            Instant start = Instant.ofEpochSecond(begin);
            if (!merged.isEmpty() && merged.getLast().begin().equals(start)) {
                merged.set(merged.size() - 1, merged.getLast().and(sample));
            } else {
                merged.add(new Sample(
                        start,
                        sample.sessions(),
                        sample.signIns(),
                        sample.refusals(),
                        sample.bytesToTarget(),
                        sample.bytesToClient()));
            }
        }
        return merged;
    }
}
