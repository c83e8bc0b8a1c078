package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Sends what a browser sends: cookies, forms, and where it comes from. */
public final class Browser {
    /** The portal's address in configurations of tests. */
    public static final String ORIGIN = "https://portal.test";

    /** The tables of a portal there. */
    public static final String PORTAL = portal(ORIGIN);

    private final HttpClient client;
    private final URI gateway;
    private final Map<String, String> cookies = new HashMap<>();

    /** One at the address of a gateway, or of a proxy in front of it. */
    public Browser(InetSocketAddress gateway) throws Exception {
        this(gateway, InetAddress.getLoopbackAddress());
    }

    /** The tables of a portal at that address. */
    public static String portal(String origin) {
        return """
                [auth.paa]
                [portal]
                url = "%s"
                signing = { certificate = "gateway.pem", key = "gateway.key" }
                """.formatted(origin);
    }

    /** One whose user has signed in. */
    static Browser signedIn(TestGateway gateway, String user) throws Exception {
        Browser browser = new Browser(gateway.tls());
        assertThat(browser.signIn(user, TestGateway.PASSWORD).statusCode()).isEqualTo(303);
        return browser;
    }

    /** One that comes from another address of this machine. */
    Browser(InetSocketAddress gateway, InetAddress source) throws Exception {
        this(gateway, source, new KeyManager[0]);
    }

    /** One that shows a certificate in each TLS handshake. */
    static Browser withCertificate(InetSocketAddress gateway, Path pkcs12, String password) throws Exception {
        KeyStore own = KeyStore.getInstance(pkcs12.toFile(), password.toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password.toCharArray());
        return new Browser(gateway, InetAddress.getLoopbackAddress(), keys.getKeyManagers());
    }

    private Browser(InetSocketAddress gateway, InetAddress source, KeyManager[] keys) throws Exception {
        this.gateway = URI.create("https://localhost:" + gateway.getPort());
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("gateway", TestCertificate.shared().certificate());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, factory.getTrustManagers(), null);
        this.client =
                HttpClient.newBuilder().sslContext(context).localAddress(source).build();
    }

    /** A request with any method, without a body. */
    HttpResponse<byte[]> ask(String method, String path, String... headers) throws IOException, InterruptedException {
        return send(request(path).method(method, HttpRequest.BodyPublishers.noBody()), headers);
    }

    public HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return send(request(path).GET(), headers);
    }

    HttpResponse<byte[]> post(String path, Map<String, String> form, String... headers)
            throws IOException, InterruptedException {
        return send(
                request(path).POST(body(form)),
                headers.length > 0 ? headers : new String[] {"Sec-Fetch-Site", "same-origin"});
    }

    /** A form of a browser that does not say where it comes from. */
    HttpResponse<byte[]> postWithout(String path, Map<String, String> form) throws IOException, InterruptedException {
        return send(request(path).POST(body(form)));
    }

    HttpResponse<byte[]> signIn(String user, String password) throws IOException, InterruptedException {
        cookies.remove("__Host-gatehouse-signin");
        String session = cookies.remove("__Host-gatehouse");
        get("/signin");
        if (session != null) {
            cookies.put("__Host-gatehouse", session);
        }
        return post("/signin", Map.of("csrf", cookie("__Host-gatehouse-signin"), "user", user, "password", password));
    }

    /** The sign-in form, filled in for alice. */
    Map<String, String> form(String returnTo) {
        return Map.of(
                "csrf",
                cookie("__Host-gatehouse-signin"),
                "user",
                "alice",
                "password",
                TestGateway.PASSWORD,
                "return_to",
                returnTo);
    }

    /** The secret of the forms of a page. */
    String csrf(String path) throws IOException, InterruptedException {
        return new String(get(path).body(), StandardCharsets.UTF_8)
                .replaceAll("(?s).*name=\"csrf\" value=\"([^\"]+)\".*", "$1");
    }

    String cookie(String name) {
        return cookies.getOrDefault(name, "");
    }

    void setCookie(String name, String value) {
        cookies.put(name, value);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path));
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        return request;
    }

    private static HttpRequest.BodyPublisher body(Map<String, String> form) {
        return HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&")));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        request.header("Content-Type", "application/x-www-form-urlencoded");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        for (String line : response.headers().allValues("Set-Cookie")) {
            String pair = line.substring(0, line.indexOf(';'));
            String name = pair.substring(0, pair.indexOf('='));
            if (line.contains("Max-Age=0")) {
                cookies.remove(name);
            } else {
                cookies.put(name, pair.substring(name.length() + 1));
            }
        }
        return response;
    }
}
