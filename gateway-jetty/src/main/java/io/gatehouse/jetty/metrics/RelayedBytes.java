package io.gatehouse.jetty.metrics;

import io.gatehouse.api.Metrics;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The bytes that go through all channels, beside what each channel counts for itself. Safe for use by many threads. */
public final class RelayedBytes {
    private final LongAdder toTarget = new LongAdder();
    private final LongAdder toClient = new LongAdder();

    /** Counts for {@code metrics}. */
    public RelayedBytes(Metrics metrics) {
        String name = "gatehouse_relayed_bytes_total";
        String help = "Bytes relayed between clients and targets, without the frames around them.";
        metrics.counter(name, help, Map.of("direction", "to-target"), toTarget::sum);
        metrics.counter(name, help, Map.of("direction", "to-client"), toClient::sum);
    }

    /** All bytes of clients so far. */
    public long sumToTarget() {
        return toTarget.sum();
    }

    /** All bytes of targets so far. */
    public long sumToClient() {
        return toClient.sum();
    }

    /** So many bytes of a client go to its target. */
    public void toTarget(long bytes) {
        toTarget.add(bytes);
    }

    /** So many bytes of a target go to its client. */
    public void toClient(long bytes) {
        toClient.add(bytes);
    }
}
