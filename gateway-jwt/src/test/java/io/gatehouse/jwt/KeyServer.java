package io.gatehouse.jwt;

import com.sun.net.httpserver.HttpServer;
import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes a key set over HTTP, on a loopback address. */
final class KeyServer implements AutoCloseable {
    private final HttpServer server;
    private final IssuerClient exchange;
    final AtomicInteger asked = new AtomicInteger();
    volatile String document;

    KeyServer(String document) throws IOException, ProviderException {
        this.document = document;
        exchange = new IssuerClient(Optional.empty(), Duration.ofSeconds(20));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/keys", request -> {
            asked.incrementAndGet();
            byte[] bytes = this.document.getBytes(StandardCharsets.UTF_8);
            request.sendResponseHeaders(200, bytes.length);
            try (request) {
                request.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    SigningKeys keys(Clock clock) {
        return SigningKeys.ofSet(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys"), exchange, clock);
    }

    @Override
    public void close() {
        server.stop(0);
        exchange.close();
    }
}
