package io.gatehouse.api;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Where a verification computes what takes a processor for more than a moment, such as a password hash. The threads on
 * which verifications run carry the sign-ins of all clients and wait well, but a computation on one of them would hold
 * up all others; so the core gives a few threads for this, in turns that are fair between sources.
 */
@FunctionalInterface
public interface CpuWork {
    /**
     * Runs {@code work} on such a thread and returns when it is over. What it throws is thrown here. It must not wait,
     * for a network for instance: that belongs outside.
     *
     * @throws BusyException when no thread became free in time; {@code work} was not begun
     */
    void run(Runnable work);

    /** Does the same for work with a result. */
    default <T> T compute(Supplier<T> work) {
        AtomicReference<T> result = new AtomicReference<>();
        run(() -> result.set(work.get()));
        return result.get();
    }

    /**
     * The gateway has more to compute than it can. A verification lets this pass; the core makes
     * {@link Outcome.Reason#UNAVAILABLE} of it, with the message as the detail.
     */
    final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** The message says how busy, for the audit log. */
        public BusyException(String message) {
            super(message, null, false, false);
        }
    }
}
