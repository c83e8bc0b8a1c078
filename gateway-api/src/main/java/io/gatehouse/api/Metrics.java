package io.gatehouse.api;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where a provider publishes its metrics. Names follow the conventions of Prometheus:
 * {@code gatehouse_netlogon_logons_total}, lower case, with the unit at the end; all series of one name have the same
 * labels. Safe for use by many threads; suppliers are asked by any thread and must answer at once.
 */
public interface Metrics {
    /** Forgets everything. */
    Metrics NONE = new Metrics() {
        @Override
        public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {}

        @Override
        public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {}
    };

    /** A number that only grows; its name ends in {@code _total}. */
    void counter(String name, String help, Map<String, String> labels, LongSupplier value);

    /** A number that goes up and down. */
    void gauge(String name, String help, Map<String, String> labels, LongSupplier value);

    /** A time that goes up and down, in seconds; its name ends in {@code _seconds}. */
    default void seconds(String name, String help, Map<String, String> labels, Supplier<Duration> value) {
        gauge(name, help, labels, () -> value.get().toSeconds());
    }
}
