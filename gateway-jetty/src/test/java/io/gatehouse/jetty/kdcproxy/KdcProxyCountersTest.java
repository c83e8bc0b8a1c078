package io.gatehouse.jetty.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Metrics;
import io.gatehouse.core.limits.RequestLimits;
import java.net.InetAddress;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class KdcProxyCountersTest {
    private final Map<String, LongSupplier> shown = new TreeMap<>();
    private final Metrics metrics = new Metrics() {
        @Override
        public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
            shown.put(name + labels, value);
        }

        @Override
        public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {
            shown.put(name + labels, value);
        }
    };

    private long value(String key) {
        return Objects.requireNonNull(shown.get(key), key).getAsLong();
    }

    @Test
    void everyResultHasItsCounter() {
        RequestLimits limits = new RequestLimits(() -> 0, 10, 10);
        KdcProxyCounters counters = new KdcProxyCounters(metrics, limits);
        assertThat(shown.keySet())
                .containsExactly(
                        "gatehouse_kdc_proxy_requests_total{result=answered}",
                        "gatehouse_kdc_proxy_requests_total{result=busy}",
                        "gatehouse_kdc_proxy_requests_total{result=limited}",
                        "gatehouse_kdc_proxy_requests_total{result=malformed}",
                        "gatehouse_kdc_proxy_requests_total{result=refused}",
                        "gatehouse_kdc_proxy_requests_total{result=throttled}",
                        "gatehouse_kdc_proxy_requests_total{result=unanswered}",
                        "gatehouse_kdc_proxy_requests_under_way{}");
        counters.count(KdcProxyCounters.Result.THROTTLED);
        counters.count(KdcProxyCounters.Result.THROTTLED);
        assertThat(limits.enter(InetAddress.getLoopbackAddress())).isPresent();
        assertThat(value("gatehouse_kdc_proxy_requests_total{result=throttled}"))
                .isEqualTo(2);
        assertThat(value("gatehouse_kdc_proxy_requests_total{result=answered}")).isZero();
        assertThat(value("gatehouse_kdc_proxy_requests_under_way{}")).isEqualTo(1);
    }
}
