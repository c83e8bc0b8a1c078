package io.gatehouse.jetty.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricRegistryTest {
    private final MetricRegistry registry = new MetricRegistry();

    private String page() {
        return new String(registry.page(), StandardCharsets.UTF_8);
    }

    @Test
    void thePageHasEveryNumberAsItIsNow() {
        AtomicLong logons = new AtomicLong(3);
        registry.gauge("test_queue", "Waiting.", Map.of(), () -> -2);
        registry.counter("test_logons_total", "Log-ons.", Map.of("result", "ok", "domain", "CORP"), logons::get);
        registry.counter("test_logons_total", "Log-ons.", Map.of("domain", "CORP", "result", "bad"), () -> 0);
        logons.incrementAndGet();

        assertThat(page()).isEqualTo("""
                        # HELP test_logons_total Log-ons.
                        # TYPE test_logons_total counter
                        test_logons_total{domain="CORP",result="bad"} 0.0
                        test_logons_total{domain="CORP",result="ok"} 4.0
                        # HELP test_queue Waiting.
                        # TYPE test_queue gauge
                        test_queue -2.0
                        """);
    }

    @Test
    void labelsAndHelpAreEscaped() {
        registry.gauge("test_dc_up", "One line\nnot two, with \\.", Map.of("dc", "a\"} 1\nfake_metric 2\\"), () -> 1);

        assertThat(page()).isEqualTo("""
                        # HELP test_dc_up One line\\nnot two, with \\\\.
                        # TYPE test_dc_up gauge
                        test_dc_up{dc="a\\"} 1\\nfake_metric 2\\\\"} 1.0
                        """);
    }

    @Test
    void aNumberThatCannotBeHadDoesNotHideTheOthers() {
        registry.gauge("test_broken", "Broken.", Map.of(), () -> {
            throw new IllegalStateException("closed");
        });
        registry.gauge("test_whole", "Whole.", Map.of(), () -> 7);

        assertThat(page()).contains("test_broken NaN\n", "test_whole 7.0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Test_total", "9_total", "a-b_total", "a b_total", "a{b=\"c\"}_total", "é_total"})
    void oddNamesAreRefused(String name) {
        assertThatThrownBy(() -> registry.counter(name, "", Map.of(), () -> 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> registry.gauge("good", "", Map.of(name, "value"), () -> 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(page()).isEmpty();
    }

    @Test
    void aCounterIsCalledTotal() {
        assertThatThrownBy(() -> registry.counter("test_logons", "", Map.of(), () -> 0))
                .hasMessage("counter \"test_logons\" (expected a name that ends in _total)");
    }

    @Test
    void whatIsThereAlreadyIsRefused() {
        registry.gauge("test", "", Map.of("a", "1"), () -> 0);
        registry.gauge("test", "", Map.of("a", "2"), () -> 0);

        assertThatThrownBy(() -> registry.gauge("test", "", Map.of("a", "1"), () -> 0))
                .hasMessage("metric \"test\" {a=1} is there already");
        assertThatThrownBy(() -> registry.counter("test_total", "", Map.of("b", "1"), () -> 0))
                .hasMessage("test: Conflicting metric types. Existing: GAUGE, new: COUNTER");
        registry.counter("other_total", "", Map.of(), () -> 0);
        assertThatThrownBy(() -> registry.gauge("other", "", Map.of("b", "1"), () -> 0))
                .hasMessage("other: Conflicting metric types. Existing: COUNTER, new: GAUGE");
        assertThatThrownBy(() -> registry.gauge("third_total", "", Map.of(), () -> 0))
                .hasMessage("gauge \"third_total\" ends like a metric of another kind");
        assertThat(page()).contains("other_total 0.0\n");
    }

    @Test
    void thereIsARoomOfSeriesAndNoMore() {
        for (int i = 0; i < 10_000; i++) {
            registry.gauge("test", "", Map.of("i", String.valueOf(i)), () -> 0);
        }
        assertThatThrownBy(() -> registry.gauge("test", "", Map.of("i", "10000"), () -> 0))
                .hasMessage("metric \"test\" {i=10000} is one too many");
    }

    @Test
    void aFamilyOfCountersDoesNotGrowForEver() {
        CounterFamily family = registry.counters("test_total", "Test.", "first", "second");
        for (int i = 0; i < 1000; i++) {
            family.count("a" + i, "b");
            family.count("a0", "b");
        }
        assertThat(page().lines().filter(line -> line.startsWith("test_total"))).hasSize(65);
        assertThat(page())
                .contains(
                        "test_total{first=\"a0\",second=\"b\"} 1001.0\n",
                        "test_total{first=\"a63\",second=\"b\"} 1.0\n",
                        "test_total{first=\"other\",second=\"other\"} 936.0\n");
    }

    @Test
    void aHistogramCountsDurationsInSecondsAndDoesNotGrowForEver() {
        DurationHistogram histogram =
                registry.durations("test_duration_seconds", "Test.", new double[] {0.5, 2}, "result");
        histogram.observe(Duration.ofMillis(250), "ok");
        histogram.observe(Duration.ofMillis(1500), "ok");
        histogram.observe(Duration.ofSeconds(60), "ok");

        assertThat(page()).isEqualTo("""
                        # HELP test_duration_seconds Test.
                        # TYPE test_duration_seconds histogram
                        test_duration_seconds_bucket{result="ok",le="0.5"} 1
                        test_duration_seconds_bucket{result="ok",le="2.0"} 2
                        test_duration_seconds_bucket{result="ok",le="+Inf"} 3
                        test_duration_seconds_count{result="ok"} 3
                        test_duration_seconds_sum{result="ok"} 61.75
                        """);
        for (int i = 0; i < 1000; i++) {
            histogram.observe(Duration.ofSeconds(1), "result " + i);
        }
        assertThat(page().lines().filter(line -> line.startsWith("test_duration_seconds_count")))
                .hasSize(65)
                .contains("test_duration_seconds_count{result=\"other\"} 937");
    }

    @Test
    void allSeriesOfAMetricHaveTheSameLabels() {
        registry.gauge("test", "", Map.of("a", "1"), () -> 0);
        assertThatThrownBy(() -> registry.gauge("test", "", Map.of("b", "1"), () -> 0))
                .hasMessage("metric \"test\" {b=1} (expected labels [a])");
    }

    @Test
    void theVirtualMachineTellsOfItself() {
        registry.addVirtualMachine();

        assertThat(page())
                .containsPattern("jvm_memory_used_bytes\\{area=\"heap\"} [1-9]")
                .containsPattern("jvm_threads_current [1-9]")
                .containsPattern("jvm_gc_collection_seconds_count\\{gc=\"[^\"]+\"} \\d")
                .containsPattern("process_cpu_seconds_total \\d")
                .containsPattern("process_open_fds [1-9]");
    }
}
