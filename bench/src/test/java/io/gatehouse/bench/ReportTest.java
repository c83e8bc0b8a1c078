package io.gatehouse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static Measurement bulk(String proxy, Measurement.Kind kind, int round, double cpu) {
        return new Measurement(proxy, kind, round, 2_000_000_000L, 4, cpu, 0, 0);
    }

    @Test
    void ratiosAreTakenWithinARound() {
        Report report = new Report(
                List.of("haproxy", "gatehouse"),
                List.of(
                        bulk("haproxy", Measurement.Kind.DOWN, 1, 2),
                        bulk("gatehouse", Measurement.Kind.DOWN, 1, 3),
                        bulk("gatehouse", Measurement.Kind.DOWN, 2, 8),
                        bulk("haproxy", Measurement.Kind.DOWN, 2, 4)));
        assertThat(report.ratios("gatehouse", "haproxy", Measurement.Kind.DOWN)).containsExactly(1.5, 2.0);
        assertThat(report.text()).contains("  down        1.75  (1.50 to 2.00)");
    }

    @Test
    void theCostOfBulkIsCpuSecondsPerGigabyte() {
        Measurement down = bulk("haproxy", Measurement.Kind.DOWN, 1, 3);
        assertThat(down.cost()).isEqualTo(1.5);
        assertThat(down.rate()).isEqualTo(500);
        assertThat(down.core()).isEqualTo(75);
    }

    @Test
    void theCostOfARoundTripIsCpuMicroseconds() {
        Measurement small =
                new Measurement("haproxy", Measurement.Kind.ROUND_TRIP, 2, 20_000, 2.5, 1.5, 120.06, 300.04);
        assertThat(small.cost()).isEqualTo(75);
        assertThat(small.json())
                .isEqualTo("{\"proxy\":\"haproxy\",\"kind\":\"round-trip\",\"round\":2,\"units\":20000,"
                        + "\"seconds\":2.500,\"cpu-seconds\":1.50,\"p50-us\":120.1,\"p99-us\":300.0}");
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetween() {
        assertThat(Report.median(List.of(4.0, 1.0, 2.0, 8.0))).isEqualTo(3);
        assertThat(Report.median(List.of())).isNaN();
    }

    @Test
    void processorTimeIsReadBehindTheNameHoweverItLooks() {
        assertThat(ProcessorTime.parse("42 (a) b (c) S 1 42 42 0 -1 4194560 9 0 0 0 150 25 7 7 20 0 30 0 1 2 3 4 5\n"))
                .isEqualTo(1.75);
    }
}
