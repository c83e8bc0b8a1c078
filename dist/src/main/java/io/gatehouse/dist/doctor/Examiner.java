package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes examinations at the same time, and gives each up when its time is over. */
public final class Examiner {
    private Examiner() {}

    /**
     * An examination to make.
     *
     * @param area under which heading its findings stand
     */
    public record Planned(String area, Examination examination) {}

    /** Makes all of {@code plan}; what comes back is in its order. */
    public static List<Examined> examine(List<Planned> plan) throws InterruptedException {
        List<Examined> all = new ArrayList<>();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            long begin = System.nanoTime();
            List<Future<List<Finding>>> running = plan.stream()
                    .map(each -> threads.submit(each.examination()::examine))
                    .toList();
            for (int i = 0; i < plan.size(); i++) {
                Planned each = plan.get(i);
                all.add(new Examined(
                        each.area(), each.examination().subject(), result(running.get(i), each.examination(), begin)));
            }
        } finally {
            threads.shutdownNow();
        }
        return all;
    }

    private static List<Finding> result(Future<List<Finding>> running, Examination examination, long begin)
            throws InterruptedException {
        Duration patience = examination.patience();
        try {
            return running.get(begin + patience.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException exception) {
            running.cancel(true);
            return List.of(Finding.warning(
                    "examination.unfinished",
                    "no result after " + patience.toSeconds() + " seconds; something there does not answer",
                    "look whether a firewall drops packets to what is examined"));
        } catch (ExecutionException exception) {
            return List.of(Finding.warning(
                    "examination.failed",
                    "the examination itself failed: " + exception.getCause(),
                    "report it, with the configuration (without secrets)"));
        }
    }
}
