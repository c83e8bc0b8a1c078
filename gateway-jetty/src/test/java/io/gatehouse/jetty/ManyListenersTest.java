package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway with an address for each of many networks. */
@Timeout(60)
class ManyListenersTest {
    /** Each has threads of its own, more on machines with more processors. */
    @Test
    void threadsAreLeftForRequestsHoweverManyListenersThereAre() throws Exception {
        try (TestGateway gateway = TestGateway.start("[[listener]]\naddress = \"127.0.0.1:0\"\n".repeat(200));
                RawHttp http = RawHttp.to(gateway.listener(201), "127.0.0.1")) {
            http.send("GET /nothing HTTP/1.1\r\nHost: gw.test\r\n\r\n");
            assertThat(http.readHead().status()).isEqualTo(404);
        }
    }
}
