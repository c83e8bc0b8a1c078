package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The measure that attacks are judged by sees what it should see. */
@Timeout(60)
class GoodClientTest {

    @Test
    void measuresRoundTripsAndSignIns() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                GoodClient good = GoodClient.beside(gateway)) {
            GoodClient.Waits waits = good.await(20, 2);
            assertThat(waits.failures()).isEmpty();
            assertThat(waits.longestRoundTrip()).isGreaterThanOrEqualTo(waits.medianRoundTrip());
            assertThat(waits.longestSignIn()).isPositive();
        }
    }

    @Test
    void countsWhatFails() throws Exception {
        TestGateway gateway = TestGateway.start();
        try (GoodClient good = GoodClient.beside(gateway)) {
            good.await(1, 1);
            gateway.close();
            Await.until("failures", () -> !good.waits().failures().isEmpty());
        }
    }
}
