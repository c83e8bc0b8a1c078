package io.gatehouse.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.text.Parsed;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortRangeTest {
    @Test
    void portRangeIncludesBothEnds() {
        PortRange range = new PortRange(3390, 3399);
        assertThat(PortRange.parse("3390-3399")).isEqualTo(Parsed.valid(range));
        assertThat(List.of(3389, 3390, 3399, 3400).stream().map(range::contains))
                .containsExactly(false, true, true, false);
        assertThat(PortRange.parse("*")).isEqualTo(Parsed.valid(new PortRange(1, 65535)));
        assertThat(PortRange.parse("65536")).isInstanceOf(Parsed.Faulty.class);
        assertThat(PortRange.parse("-5")).isInstanceOf(Parsed.Faulty.class);
    }
}
