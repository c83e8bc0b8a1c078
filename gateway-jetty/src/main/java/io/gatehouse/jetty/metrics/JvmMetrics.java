package io.gatehouse.jetty.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;

/** The process and its virtual machine, under the names that Prometheus' own clients use. */
public final class JvmMetrics {
    private static final double NANOSECONDS = 1e9;
    private static final double MILLISECONDS = 1e3;

    private JvmMetrics() {}

    /** Adds them to {@code registry}. */
    public static void register(MetricRegistry registry) {
        memory(registry, ManagementFactory.getMemoryMXBean());
        buffers(registry, ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class));
        threads(registry, ManagementFactory.getThreadMXBean());
        collections(registry, ManagementFactory.getGarbageCollectorMXBeans());
        process(registry, ManagementFactory.getRuntimeMXBean());
    }

    private static void memory(MetricRegistry registry, MemoryMXBean memory) {
        Map<String, String> heap = Map.of("area", "heap");
        Map<String, String> other = Map.of("area", "nonheap");
        String used = "jvm_memory_used_bytes";
        String usedHelp = "Memory in use.";
        registry.gauge(used, usedHelp, heap, () -> memory.getHeapMemoryUsage().getUsed());
        registry.gauge(
                used, usedHelp, other, () -> memory.getNonHeapMemoryUsage().getUsed());
        String committed = "jvm_memory_committed_bytes";
        String committedHelp = "Memory taken from the system.";
        registry.gauge(
                committed,
                committedHelp,
                heap,
                () -> memory.getHeapMemoryUsage().getCommitted());
        registry.gauge(
                committed,
                committedHelp,
                other,
                () -> memory.getNonHeapMemoryUsage().getCommitted());
        registry.gauge(
                "jvm_memory_max_bytes",
                "The largest heap.",
                heap,
                () -> memory.getHeapMemoryUsage().getMax());
    }

    private static void buffers(MetricRegistry registry, List<BufferPoolMXBean> pools) {
        for (BufferPoolMXBean pool : pools) {
            registry.gauge(
                    "jvm_buffer_pool_used_bytes",
                    "Memory in buffers outside the heap.",
                    Map.of("pool", pool.getName()),
                    pool::getMemoryUsed);
        }
    }

    private static void threads(MetricRegistry registry, ThreadMXBean threads) {
        registry.gauge("jvm_threads_current", "Platform threads.", Map.of(), threads::getThreadCount);
        registry.gauge(
                "jvm_threads_peak", "The most platform threads there were.", Map.of(), threads::getPeakThreadCount);
    }

    private static void collections(MetricRegistry registry, List<GarbageCollectorMXBean> collectors) {
        for (GarbageCollectorMXBean collector : collectors) {
            Map<String, String> labels = Map.of("gc", collector.getName());
            registry.counterOf(
                    "jvm_gc_collections_total", "Garbage collections.", labels, collector::getCollectionCount);
            registry.counterOf(
                    "jvm_gc_collection_seconds_total",
                    "Time spent on garbage collections.",
                    labels,
                    () -> collector.getCollectionTime() / MILLISECONDS);
        }
    }

    private static void process(MetricRegistry registry, RuntimeMXBean runtime) {
        registry.gaugeOf(
                "process_start_time_seconds",
                "When the process was started, in seconds since 1970.",
                Map.of(),
                () -> runtime.getStartTime() / MILLISECONDS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            registry.counterOf(
                    "process_cpu_seconds_total",
                    "Processor time that the process took.",
                    Map.of(),
                    () -> system.getProcessCpuTime() / NANOSECONDS);
            registry.gauge("process_open_fds", "Open files and sockets.", Map.of(), system::getOpenFileDescriptorCount);
            registry.gauge(
                    "process_max_fds",
                    "The most files and sockets that may be open.",
                    Map.of(),
                    system::getMaxFileDescriptorCount);
        }
    }
}
