package io.gatehouse.jetty.tunnel;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs tasks one at a time, in the order in which they were posted: the thread that posts to an idle mailbox runs its
 * task and all that are posted meanwhile, by this or other threads. What a task posts runs after it. A task that fails
 * keeps no other from running. Safe for use by many threads.
 *
 * <p>It has no limit of its own: what is posted is bounded by what can be outstanding.
 */
final class Mailbox {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Consumer<Throwable> failed;

    /**
     * An empty mailbox.
     *
     * @param failed is told what a task threw, before the next one runs; what it throws itself goes to the handler of
     *     uncaught exceptions
     */
    Mailbox(Consumer<Throwable> failed) {
        this.failed = failed;
    }

    void post(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            do {
                run(tasks.remove());
            } while (waiting.decrementAndGet() != 0);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            tell(e);
        }
    }

    /** If this ended the loop, the mailbox would be busy for ever, and run nothing more. */
    private void tell(Throwable failure) {
        try {
            failed.accept(failure);
        } catch (Throwable worse) {
            worse.addSuppressed(failure);
            Thread here = Thread.currentThread();
            here.getUncaughtExceptionHandler().uncaughtException(here, worse);
        }
    }
}
