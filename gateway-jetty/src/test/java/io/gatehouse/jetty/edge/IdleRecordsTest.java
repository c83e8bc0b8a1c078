package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class IdleRecordsTest {
    private long now;
    private final IdleRecords records = new IdleRecords(() -> now);

    private void count(int times, int produced) throws SSLException {
        for (int i = 0; i < times; i++) {
            records.count(produced);
        }
    }

    @Test
    void thirtyTwoInARowAreAHandshakeAndOneMoreIsAFlood() throws Exception {
        count(32, 0);
        assertThatThrownBy(() -> records.count(0))
                .isInstanceOf(SSLException.class)
                .hasMessage("33 TLS records in a row without application data (expected at most 32)");
    }

    @Test
    void dataBetweenThemDoesNotBuyMoreThanSoManyAtOnce() throws Exception {
        for (int i = 0; i < 64; i++) {
            records.count(0);
            records.count(1);
        }
        assertThatThrownBy(() -> records.count(0))
                .isInstanceOf(SSLException.class)
                .hasMessage("more than 64 TLS records without application data (expected at most one in 250 ms)");
    }

    @Test
    void aClientThatUpdatesItsKeysNowAndThenMayDoSoForYears() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            count(2, 0);
            count(3, 16_384);
        }
    }

    @Test
    void dataIsFree() throws Exception {
        count(1_000_000, 1);
    }
}
