package io.gatehouse.jetty.admin;

import io.gatehouse.api.Secret;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.admin.AdminTokens;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.WholeFile;
import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway with an admin API on a socket and an address, one token for each role, and somebody who uses them. */
public final class AdminClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** An answer: its status and its JSON. */
    public record Answer(int status, String type, JsonNode json) {}

    private final TestGateway gateway;
    private final Path folder;
    private final Map<AdminRole, String> tokens;
    private final HttpClient http = HttpClient.newHttpClient();

    private AdminClient(TestGateway gateway, Path folder, Map<AdminRole, String> tokens) {
        this.gateway = gateway;
        this.folder = folder;
        this.tokens = tokens;
    }

    /** Starts a gateway with these tables. */
    @FunctionalInterface
    public interface Start {
        TestGateway with(String tables) throws Exception;
    }

    /** Starts a gateway whose files of the table [admin] are in {@code folder}. */
    static AdminClient start(Path folder, String tables) throws Exception {
        return start(folder, tables, TestGateway::start);
    }

    /** The same with another gateway. */
    public static AdminClient start(Path folder, String tables, Start start) throws Exception {
        AdminTokens all = AdminTokens.NONE;
        Map<AdminRole, String> texts = new EnumMap<>(AdminRole.class);
        for (AdminRole role : AdminRole.values()) {
            Secret token = AdminTokens.generate(new SecureRandom());
            texts.put(role, token.text());
            all = all.with(role.label(), role, Instant.EPOCH, token).orElseThrow();
        }
        writePrivate(folder.resolve("tokens"), all.text());
        TestGateway gateway = start.with(tables
                + """
                [admin]
                socket = "%s"
                address = "127.0.0.1:0"
                tokens = "%s"
                blocks = "%s"
                [metrics]
                address = "127.0.0.1:0"
                """.formatted(folder.resolve("admin.sock"), folder.resolve("tokens"), folder.resolve("blocks")));
        return new AdminClient(gateway, folder, texts);
    }

    static void writePrivate(Path file, String text) throws IOException {
        WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8), FileOwnership.PRIVATE);
    }

    public TestGateway gateway() {
        return gateway;
    }

    Path socket() {
        return folder.resolve("admin.sock");
    }

    String token(AdminRole role) {
        return tokens.getOrDefault(role, "");
    }

    int port() {
        return gateway.adminAddress().orElseThrow().getPort();
    }

    /** A request to the API, without a token yet. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body()));
    }

    public Answer get(AdminRole role, String path) throws Exception {
        return send(
                request(path).header("Authorization", "Bearer " + token(role)).build());
    }

    public Answer post(AdminRole role, String path, String json) throws Exception {
        return send(request(path)
                .header("Authorization", "Bearer " + token(role))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    /** The status of a page of the metrics listener. */
    int monitoring(String page) throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + page);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** What the metrics listener shows. */
    public String metrics() throws Exception {
        URI uri = URI.create(
                "http://127.0.0.1:" + gateway.metricsAddress().orElseThrow().getPort() + "/metrics");
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Override
    public void close() throws IOException {
        gateway.close();
    }
}
