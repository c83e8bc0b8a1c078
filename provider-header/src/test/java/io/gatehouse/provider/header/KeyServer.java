package io.gatehouse.provider.header;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Publishes keys, on a loopback address. */
final class KeyServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile boolean down;

    KeyServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getRawPath();
            requests.add(path);
            String document = documents.get(path);
            byte[] content = (document == null ? "" : document).getBytes(StandardCharsets.UTF_8);
            if (document != null && document.startsWith("http:")) {
                exchange.getResponseHeaders().set("Location", document);
                exchange.sendResponseHeaders(302, -1);
            } else {
                exchange.sendResponseHeaders(
                        down ? 503 : document == null ? 404 : 200, content.length == 0 ? -1 : content.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(content);
                }
            }
            exchange.close();
        });
        server.start();
    }

    /** What is at {@code path} from now on; an address leads there. */
    void publish(String path, String document) {
        documents.put(path, document);
    }

    void setDown(boolean isDown) {
        down = isDown;
    }

    /** The paths that were asked for. */
    List<String> requests() {
        return requests;
    }

    String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
