package io.gatehouse.jetty.audit;

import io.gatehouse.core.audit.AuditRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait to be written by one thread. It is bounded, and nobody waits for room. Events of refused strangers
 * have one half of it only, so that a flood of them drives out nothing that people did who signed in. Safe for use by
 * many threads.
 */
final class AuditQueue {
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final Semaphore roomForUsers;

    /**
     * What waits.
     *
     * @param audited empty when nothing comes behind it
     * @param place is given back when the event is taken care of
     */
    record Waiting(Optional<AuditRecord> audited, Semaphore place) {
        void done() {
            place.release();
        }
    }

    /**
     * An empty queue.
     *
     * @param capacity events of strangers, and as many of users
     */
    AuditQueue(int capacity) {
        this.room = new Semaphore(capacity);
        this.roomForUsers = new Semaphore(capacity);
    }

    /** Takes an event, if there is room. */
    boolean offer(AuditRecord audited, boolean ofStranger) {
        Optional<Semaphore> place = (ofStranger ? Stream.of(room) : Stream.of(room, roomForUsers))
                .filter(Semaphore::tryAcquire)
                .findFirst();
        place.ifPresent(taken -> waiting.add(new Waiting(Optional.of(audited), taken)));
        return place.isPresent();
    }

    /** Nothing comes behind what waits now. */
    void end() {
        waiting.add(new Waiting(Optional.empty(), new Semaphore(0)));
    }

    /** The next event; null when none came within {@code limit}. */
    @Nullable Waiting poll(Duration limit) throws InterruptedException {
        return waiting.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }
}
