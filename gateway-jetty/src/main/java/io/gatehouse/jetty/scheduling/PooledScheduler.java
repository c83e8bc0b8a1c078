package io.gatehouse.jetty.scheduling;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Keeps the time on one thread and does the work on others: what a timer sets going, for example the reading of a
 * client whose target was given up, must not hold up the timers of everybody else.
 */
public final class PooledScheduler extends ScheduledExecutorScheduler {
    private final Executor executor;

    public PooledScheduler(String name, Executor executor) {
        super(name, true);
        this.executor = executor;
    }

    /** While the scheduler stops, and after that, the task is dropped: what it is about ends with the gateway. */
    @Override
    public Task schedule(Runnable task, long delay, TimeUnit units) {
        try {
            return super.schedule(() -> dispatch(task), delay, units);
        } catch (RejectedExecutionException stopping) {
            return () -> false;
        }
    }

    /** When the server stops, its threads stop first. */
    private void dispatch(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException stopped) {
            task.run();
        }
    }
}
