package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.provider.ntlm.validation.Deadline;
import io.gatehouse.provider.ntlm.validation.ValidatorUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers the {@link JoinedDomain}: read when winbindd first answers, and true until the gateway ends. While winbindd
 * does not answer, it is asked by one thread at a time, and not more than once a second. Safe for use by many threads.
 */
final class LazyJoinedDomain {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final JoinedDomainReader reader;
    private final MonotonicClock time;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Optional<JoinedDomain> known = Optional.empty();
    private volatile Optional<Failure> failure = Optional.empty();

    private record Failure(String why, long until) {}

    LazyJoinedDomain(JoinedDomainReader reader, MonotonicClock time) {
        this.reader = reader;
        this.time = time;
    }

    /** What is known already; asks nobody. */
    Optional<JoinedDomain> known() {
        return known;
    }

    /** What is known, or else what winbindd says until {@code deadline}. */
    JoinedDomain get(Deadline deadline) throws ValidatorUnavailableException {
        Optional<JoinedDomain> before = known;
        if (before.isPresent()) {
            return before.get();
        }
        try {
            if (!reading.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new ValidatorUnavailableException("winbindd did not answer within " + deadline.text());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ValidatorUnavailableException("interrupted");
        }
        try {
            Optional<JoinedDomain> meanwhile = known;
            return meanwhile.isPresent() ? meanwhile.get() : read(deadline);
        } finally {
            reading.unlock();
        }
    }

    private JoinedDomain read(Deadline deadline) throws ValidatorUnavailableException {
        Optional<Failure> last = failure;
        if (last.isPresent() && !time.hasReached(last.get().until())) {
            throw new ValidatorUnavailableException(last.get().why());
        }
        try {
            JoinedDomain joined = reader.read(deadline);
            known = Optional.of(joined);
            return joined;
        } catch (ValidatorUnavailableException e) {
            failure = Optional.of(new Failure(String.valueOf(e.getMessage()), time.in(PAUSE)));
            throw e;
        }
    }
}
