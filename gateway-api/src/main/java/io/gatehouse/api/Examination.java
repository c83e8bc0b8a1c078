package io.gatehouse.api;

import java.time.Duration;
import java.util.List;

/**
 * One thing that {@code gatehouse doctor} looks at. Examinations run at the same time, each on a virtual thread of its
 * own that is interrupted when the time is over.
 */
public interface Examination {
    /** How long an examination may take unless it says otherwise. */
    Duration PATIENCE = Duration.ofSeconds(15);

    /** What it looks at, in a few words: {@code KDCs of EXAMPLE.COM}. */
    String subject();

    /** The longest that it takes; it is given up after this time. */
    default Duration patience() {
        return PATIENCE;
    }

    /**
     * Looks. What does not work is a finding and no exception; an exception is a fault of the examination.
     *
     * @return nothing when all is well
     */
    List<Finding> examine() throws InterruptedException;

    /** An examination of {@code subject} by {@code body}. */
    static Examination of(String subject, Body body) {
        return new Examination() {
            @Override
            public String subject() {
                return subject;
            }

            @Override
            public List<Finding> examine() throws InterruptedException {
                return body.examine();
            }
        };
    }

    /** What an examination does. */
    @FunctionalInterface
    interface Body {
        /** As {@link Examination#examine()}. */
        List<Finding> examine() throws InterruptedException;
    }
}
