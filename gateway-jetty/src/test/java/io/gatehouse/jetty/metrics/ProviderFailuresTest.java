package io.gatehouse.jetty.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Scheme;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProviderFailuresTest {
    @Test
    void failuresAreCountedByScheme() {
        MetricRegistry registry = new MetricRegistry();
        new ProviderFailures(registry).count(Scheme.BASIC);
        assertThat(new String(registry.page(), StandardCharsets.UTF_8))
                .contains("gatehouse_provider_failures_total{scheme=\"basic\"} 1.0");
    }
}
