package io.gatehouse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final String DOWN = "down, websocket, 1 tunnel";

    private static Results two() {
        Results results = new Results();
        results.add(DOWN, "CPU s/GB", "haproxy", 1, 2);
        results.add(DOWN, "CPU s/GB", "gatehouse", 1, 3);
        results.add(DOWN, "CPU s/GB", "gatehouse", 2, 8);
        results.add(DOWN, "CPU s/GB", "haproxy", 2, 4);
        return results;
    }

    @Test
    void ratiosAreTakenWithinARound() {
        assertThat(two().ratios(DOWN, "gatehouse", "haproxy")).containsExactly(1.5, 2.0);
    }

    @Test
    void theTableHasMediansExtremesAndRatiosToTheFirst() {
        assertThat(two().table())
                .contains("down, websocket, 1 tunnel, CPU s/GB")
                .contains("3.00 (2.00 to 4.00) ")
                .contains("5.50 (3.00 to 8.00) x1.75\n");
    }

    @Test
    void whoWasNotMeasuredHasADash() {
        Results results = two();
        results.add("cold start", "s", "gatehouse", 1, 1.25);
        assertThat(results.table().lines().toList().getLast())
                .matches("cold start, s +- +1\\.25 \\(1\\.25 to 1\\.25\\)");
    }

    @Test
    void aNumberThatIsNotKnownIsLeftOut() {
        Results results = new Results();
        results.add(DOWN, "CPU s/GB", "elsewhere", 1, Double.NaN);
        assertThat(results.values()).isEmpty();
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetween() {
        assertThat(Results.median(List.of(4.0, 1.0, 2.0, 8.0))).isEqualTo(3);
        assertThat(Results.median(List.of())).isNaN();
    }

    @Test
    void aLineOfJsonIsReadAsItWasWritten() {
        Value value = new Value(DOWN, "CPU s/GB", "haproxy", 2, 1.25);
        assertThat(value.json())
                .isEqualTo("{\"figure\":\"down, websocket, 1 tunnel\",\"unit\":\"CPU s/GB\",\"proxy\":\"haproxy\","
                        + "\"round\":2,\"value\":1.250000}");
        assertThat(Value.parse(value.json())).isEqualTo(value);
        assertThatThrownBy(() -> Value.parse("{}")).hasMessage("{} (expected a line of bench/results)");
    }

    @Test
    void theLongestBarOfAFigureIsFullAndTheOthersInProportion() {
        assertThat(Plot.svg(two()))
                .contains(">down, websocket, 1 tunnel, CPU s/GB</text>")
                .contains("width=\"520\" height=\"14\"")
                .contains("width=\"284\" height=\"14\"")
                .endsWith("</svg>\n");
    }

    @Test
    void processorTimeIsReadBehindTheNameHoweverItLooks() {
        assertThat(ServerProcess.processorSeconds(
                        "42 (a) b (c) S 1 42 42 0 -1 4194560 9 0 0 0 150 25 7 7 20 0 30 0 1 2 3 4 5\n"))
                .isEqualTo(1.75);
    }
}
