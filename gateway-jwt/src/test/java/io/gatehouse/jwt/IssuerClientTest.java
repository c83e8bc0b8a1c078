package io.gatehouse.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class IssuerClientTest {
    /**
     * A provider asks its sites in the background from the start, and may be closed meanwhile, as by
     * {@code gatehouse check}.
     */
    @Test
    void whoAsksWhileItClosesIsToldSo() throws Exception {
        List<Throwable> surprises = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            IssuerClient exchange = new IssuerClient(Optional.empty(), Duration.ofSeconds(5));
            Thread asking = Thread.ofPlatform().start(() -> {
                try {
                    while (true) {
                        exchange.send(URI.create("https://127.0.0.1:9/"), Map.of(), Optional.empty());
                    }
                } catch (IOException expected) {
                    // it is closed, or nobody answers
                } catch (RuntimeException surprise) {
                    surprises.add(surprise);
                }
            });
            exchange.close();
            asking.join();
        }
        assertThat(surprises).isEmpty();
    }
}
