package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.provider.ntlm.validation.Deadline;
import io.gatehouse.provider.ntlm.validation.ValidatorUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers the {@link Membership}: read when winbindd first answers, and true until the gateway ends. While winbindd
 * does not answer, it is asked by one thread at a time, and not more than once a second. Safe for use by many threads.
 */
final class LazyMembership {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final MembershipReader reader;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Optional<Membership> known = Optional.empty();
    private volatile Optional<Failure> failure = Optional.empty();

    private record Failure(String why, Deadline until) {}

    LazyMembership(MembershipReader reader) {
        this.reader = reader;
    }

    /** What is known already; asks nobody. */
    Optional<Membership> known() {
        return known;
    }

    /** What is known, or else what winbindd says until {@code deadline}. */
    Membership get(Deadline deadline) throws ValidatorUnavailableException {
        Optional<Membership> before = known;
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
            Optional<Membership> meanwhile = known;
            return meanwhile.isPresent() ? meanwhile.get() : read(deadline);
        } finally {
            reading.unlock();
        }
    }

    private Membership read(Deadline deadline) throws ValidatorUnavailableException {
        Optional<Failure> last = failure;
        if (last.isPresent() && last.get().until().remainingNanos() > 0) {
            throw new ValidatorUnavailableException(last.get().why());
        }
        try {
            Membership membership = reader.read(deadline);
            known = Optional.of(membership);
            return membership;
        } catch (ValidatorUnavailableException e) {
            failure = Optional.of(new Failure(String.valueOf(e.getMessage()), Deadline.in(PAUSE)));
            throw e;
        }
    }
}
