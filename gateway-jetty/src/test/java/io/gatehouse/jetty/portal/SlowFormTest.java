package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behind a proxy that hands bodies on as they come, a connection has no deadline of its own. */
@Timeout(60)
class SlowFormTest {
    private static final String[] HEADERS = {
        "X-Forwarded-For: 192.0.2.7",
        "X-Forwarded-Proto: https",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 400"
    };

    @Test
    void aFormThatDripsIsRefusedInTimeAndOneThatIsSlowIsRead() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(Browser.PORTAL + TestGateway.RULE);
                RawHttp dripping = RawHttp.plain(gateway);
                RawHttp slow = RawHttp.plain(gateway)) {
            dripping.send(RawHttp.head("POST /signin", HEADERS));
            slow.send(RawHttp.head("POST /signin", HEADERS));
            slow.send("user=alice&");
            Thread drip = Thread.ofVirtual().start(() -> drip(dripping));
            slow.send("x".repeat(389));
            assertThat(slow.readHead().status())
                    .as("read, and refused for what it lacks")
                    .isEqualTo(403);
            assertThat(dripping.readHead().status()).isEqualTo(400);
            drip.interrupt();
            drip.join();
        }
    }

    private static void drip(RawHttp connection) {
        try {
            while (true) {
                connection.send("x");
                Thread.sleep(200);
            }
        } catch (IOException | InterruptedException e) {
            // it has ended
        }
    }
}
