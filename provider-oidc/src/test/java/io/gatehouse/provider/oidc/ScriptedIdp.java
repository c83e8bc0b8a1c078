package io.gatehouse.provider.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider that answers over HTTP what the test wants, also what no honest one would. */
final class ScriptedIdp implements AutoCloseable {
    /** Answers a request. */
    interface Script {
        void answer(HttpExchange exchange) throws IOException;
    }

    final Map<String, Object> discovery = new HashMap<>();
    final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    /** Forms posted to the token endpoint. */
    final List<String> forms = new CopyOnWriteArrayList<>();

    final List<String> authorizations = new CopyOnWriteArrayList<>();

    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private final int port;

    ScriptedIdp() throws IOException {
        server = listen(0);
        port = server.getAddress().getPort();
        discovery.putAll(Map.of(
                "issuer", issuer(),
                "authorization_endpoint", issuer() + "/authorize",
                "token_endpoint", issuer() + "/token",
                "jwks_uri", issuer() + "/keys",
                "userinfo_endpoint", issuer() + "/userinfo",
                "end_session_endpoint", issuer() + "/logout",
                "subject_types_supported", List.of("public"),
                "response_types_supported", List.of("code"),
                "id_token_signing_alg_values_supported", List.of("RS256")));
        script("/.well-known/openid-configuration", exchange -> json(exchange, 200, discovery));
    }

    private HttpServer listen(int wanted) throws IOException {
        HttpServer made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
        made.setExecutor(threads);
        made.createContext("/", this::handle);
        made.start();
        return made;
    }

    String issuer() {
        return "http://127.0.0.1:" + port;
    }

    /** What stands at {@code path} from now on. */
    void script(String path, Script script) {
        scripts.put(path, script);
    }

    void keys(JWK... keys) throws JOSEException {
        Map<String, Object> set = new JWKSet(List.of(keys)).toPublicJWKSet().toJSONObject();
        script("/keys", exchange -> json(exchange, 200, set));
    }

    /** The token endpoint answers {@code idToken} once. */
    void tokens(String idToken, String accessToken) {
        AtomicInteger uses = new AtomicInteger();
        script("/token", exchange -> {
            forms.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            if (uses.getAndIncrement() > 0) {
                json(exchange, 400, Map.of("error", "invalid_grant", "error_description", "Code not valid"));
            } else {
                json(exchange, 200, Map.of("access_token", accessToken, "token_type", "Bearer", "id_token", idToken));
            }
        });
    }

    int asked(String path) {
        AtomicInteger count = asked.get(path);
        return count == null ? 0 : count.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
        try (exchange) {
            Script script = scripts.get(path);
            if (script == null) {
                send(exchange, 404, "text/plain", "nothing here");
            } else {
                script.answer(exchange);
            }
        }
    }

    static void json(HttpExchange exchange, int status, Map<String, Object> body) throws IOException {
        send(exchange, status, "application/json", JSONObjectUtils.toJSONString(body));
    }

    static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    /** Nobody listens any more. */
    void stop() {
        server.stop(0);
    }

    /** Somebody listens again, at the same address. */
    void restart() throws IOException {
        server = listen(port);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
