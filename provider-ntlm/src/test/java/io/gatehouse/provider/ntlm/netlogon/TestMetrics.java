package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Metrics;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Metrics to look at: {@code name{label=value}}. */
final class TestMetrics implements Metrics {
    private final Map<String, LongSupplier> values = new ConcurrentHashMap<>();

    @Override
    public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
        if (!name.endsWith("_total")) {
            throw new AssertionError("counter " + name);
        }
        values.put(name + labels, value);
    }

    @Override
    public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {
        values.put(name + labels, value);
    }

    /** In nanoseconds. */
    @Override
    public void seconds(String name, String help, Map<String, String> labels, Supplier<Duration> value) {
        values.put(name + labels, () -> value.get().toNanos());
    }

    long value(String nameAndLabels) {
        return Objects.requireNonNull(values.get(nameAndLabels), () -> nameAndLabels + " of " + values.keySet())
                .getAsLong();
    }
}
