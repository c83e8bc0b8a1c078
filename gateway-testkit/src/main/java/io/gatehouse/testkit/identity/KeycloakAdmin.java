package io.gatehouse.testkit.identity;

import io.gatehouse.testkit.process.ProcessException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.json.Json;

/** Keycloak's admin REST interface, as far as tests need it. */
final class KeycloakAdmin {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Json JSON = new Json();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    KeycloakAdmin(URI address) {
        this.address = address;
    }

    /** Whether a GET is answered 200 now. */
    boolean answers(URI uri) {
        try {
            return http.send(request(uri).build(), BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessException("interrupted while asking " + uri, e);
        }
    }

    void post(String path, Map<String, ?> body) {
        send(authorized(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.toJson(body))));
    }

    List<?> list(String path) {
        return JSON.toType(send(authorized(path)), List.class);
    }

    String userId(String name) {
        if (list("/users?exact=true&username=" + name).getFirst() instanceof Map<?, ?> user) {
            return String.valueOf(user.get("id"));
        }
        throw new ProcessException("Keycloak does not know " + name);
    }

    /** The id of a step of a sign-in flow. */
    String executionId(String flow, String provider) {
        return list("/authentication/flows/" + flow + "/executions").stream()
                .filter(execution -> execution instanceof Map<?, ?> step && provider.equals(step.get("providerId")))
                .map(execution -> String.valueOf(((Map<?, ?>) execution).get("id")))
                .findFirst()
                .orElseThrow(() -> new ProcessException("the flow " + flow + " has no " + provider));
    }

    static String json(Map<String, ?> value) {
        return JSON.toJson(value);
    }

    private HttpRequest.Builder authorized(String path) {
        return request(URI.create(address + "/admin/realms/" + Keycloak.REALM + path))
                .header("Authorization", "Bearer " + token());
    }

    /** A new one for each request: they are good for a minute. */
    private String token() {
        String form = "grant_type=password&client_id=admin-cli&username=" + KeycloakTree.ADMIN + "&password="
                + URLEncoder.encode(KeycloakTree.ADMIN_PASSWORD, StandardCharsets.UTF_8);
        Map<String, Object> answer = JSON.toType(
                send(request(URI.create(address + "/realms/master/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))),
                Json.MAP_TYPE);
        return String.valueOf(answer.get("access_token"));
    }

    private static HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(LIMIT);
    }

    private String send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new ProcessException(
                        request.uri() + " answered " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new ProcessException(request.uri() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessException("interrupted while asking " + request.uri(), e);
        }
    }
}
