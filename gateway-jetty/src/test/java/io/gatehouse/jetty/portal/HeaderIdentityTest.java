package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.Nginx;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The portal of a real gateway behind a real nginx that signs users in, and behind others that are careless: one passes
 * on what clients write, one takes underscores as well, one sets a header twice, and one is not trusted.
 */
@Timeout(60)
class HeaderIdentityTest {
    private static final String ZOE = "Zo\u00eb";
    private static final String LOAD_BALANCER =
            "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/portal/50dc6c495c0c9188";
    private static final String TABLES = """
            [[domain]]
            name = "example.org"
            [auth.paa]
            [auth.header.plain]
            user = "Remote-User"
            groups = "Remote-Groups"
            local-users = true
            [[auth.header.signed]]
            preset = "aws-alb"
            signers = ["%1$s"]
            issuer = "https://idp.example"
            audience = ["client-1"]
            domains = ["example.org"]
            groups-claim = "custom:groups"
            keys-by-id = "KEY_SERVER/{kid}"
            [portal]
            url = "%2$s"
            signing = { certificate = "gateway.pem", key = "gateway.key" }
            [[desktop]]
            name = "echo"
            host = "127.0.0.1"
            port = TARGET
            """.formatted(LOAD_BALANCER, Browser.ORIGIN);
    private static final String SERVER = """
              server {
                listen 127.0.0.1:PORT ssl;
                ssl_certificate gateway.pem;
                ssl_certificate_key gateway.key;
                OF_SERVER
                location / {
                  proxy_pass BEHIND;
                  proxy_set_header Host $host;
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  OF_LOCATION
                }
              }
            """;
    private static final String SIGN_IN = """
            auth_basic "corp";
            auth_basic_user_file users;
            proxy_set_header Remote-User $remote_user;
            proxy_set_header Remote-Groups staff;
            """;

    @TempDir
    private Path folder;

    private final KeyPair loadBalancer = keyPair();
    private @Nullable HttpServer keyServer;
    private @Nullable EchoTarget target;
    private @Nullable TestGateway gateway;
    private @Nullable Nginx nginx;

    private InetSocketAddress signingIn = new InetSocketAddress(0);
    private InetSocketAddress passingOn = new InetSocketAddress(0);
    private InetSocketAddress withUnderscores = new InetSocketAddress(0);
    private InetSocketAddress twice = new InetSocketAddress(0);
    private InetSocketAddress untrusted = new InetSocketAddress(0);

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Publishes the load balancer's key as Amazon does. */
    private String startKeyServer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 4);
        keyServer = server;
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(loadBalancer.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
        server.createContext("/key-1", exchange -> {
            exchange.sendResponseHeaders(200, pem.length);
            exchange.getResponseBody().write(pem);
            exchange.close();
        });
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private String assertion(String user, KeyPair signer) throws GeneralSecurityException {
        long expires = Instant.now().getEpochSecond() + 120;
        String header = """
                {"typ":"JWT","kid":"key-1","alg":"ES256","iss":"https://idp.example","client":"client-1","signer":"%s","exp":%d}""".formatted(LOAD_BALANCER, expires);
        String claims = """
                {"sub":"1","email":"%s@example.org","email_verified":"true","custom:groups":"staff","exp":%d,"iss":"https://idp.example"}""".formatted(user, expires);
        Base64.Encoder padded = Base64.getUrlEncoder();
        String input = padded.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + padded.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(signer.getPrivate());
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        return input + "." + padded.encodeToString(signature.sign());
    }

    @BeforeEach
    void start() throws Exception {
        EchoTarget echo = new EchoTarget();
        target = echo;
        TestGateway behind = TestGateway.behindSigningProxy(
                TABLES.replace("KEY_SERVER", startKeyServer()).replace("TARGET", String.valueOf(echo.port()))
                        + TestGateway.RULE);
        gateway = behind;
        Files.writeString(
                folder.resolve("users"),
                "alice:{PLAIN}wonderland\nbob:{PLAIN}wonderland\n" + ZOE + ":{PLAIN}wonderland\n");
        signingIn = Nginx.freeAddress();
        passingOn = Nginx.freeAddress();
        withUnderscores = Nginx.freeAddress();
        twice = Nginx.freeAddress();
        untrusted = Nginx.freeAddress();
        String servers = server(signingIn, "", SIGN_IN)
                + server(passingOn, "", "")
                + server(withUnderscores, "underscores_in_headers on;", SIGN_IN)
                + server(twice, "", SIGN_IN + "proxy_set_header Remote-User admin;")
                + server(untrusted, "", SIGN_IN + "proxy_bind 127.0.0.2;")
                        .replace("BEHIND", "https://127.0.0.1:" + behind.tls().getPort());
        nginx = Nginx.start(
                servers.replace("BEHIND", "http://127.0.0.1:" + behind.plain().getPort()), folder, untrusted);
    }

    private static String server(InetSocketAddress address, String ofServer, String ofLocation) {
        return SERVER.replace("PORT", String.valueOf(address.getPort()))
                .replace("OF_SERVER", ofServer)
                .replace("OF_LOCATION", ofLocation);
    }

    @AfterEach
    void stop() throws Exception {
        if (nginx != null) {
            nginx.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (target != null) {
            target.close();
        }
        if (keyServer != null) {
            keyServer.stop(0);
        }
    }

    private TestGateway gateway() {
        TestGateway running = gateway;
        assertThat(running).isNotNull();
        return running;
    }

    private static String[] signedInAtTheProxy(String user, String... more) {
        String[] headers = new String[more.length + 2];
        headers[0] = "Authorization";
        headers[1] =
                "Basic " + Base64.getEncoder().encodeToString((user + ":wonderland").getBytes(StandardCharsets.UTF_8));
        System.arraycopy(more, 0, headers, 2, more.length);
        return headers;
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private void staysOutside(HttpResponse<byte[]> response, String detail) throws Exception {
        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.headers().firstValue("Location")).hasValue("/signin?return_to=%2Fdesktops");
        assertThat(response.headers().allValues("Set-Cookie")).isEmpty();
        gateway().awaitAudit("sign-in.refused", detail);
        assertThat(String.join("\n", gateway().audit())).doesNotContain("sign-in.accepted");
    }

    @Test
    void whoeverSignedInAtTheProxyIsSignedInAtThePortalAndOpensADesktop() throws Exception {
        Browser browser = new Browser(signingIn);
        HttpResponse<byte[]> desktops = browser.get("/desktops", signedInAtTheProxy("alice"));
        assertThat(desktops.statusCode()).isEqualTo(200);
        assertThat(text(desktops)).contains("alice", "/connect/echo.rdp");
        gateway().awaitAudit("sign-in.accepted", "\"user.name\":\"alice\"", "\"source.ip\":\"127.0.0.1\"");

        HttpResponse<byte[]> file = browser.get("/connect/echo.rdp", signedInAtTheProxy("alice"));
        assertThat(file.statusCode()).isEqualTo(200);
        String token = token(file.body());
        try (GatewayClient client = new GatewayClient(gateway()
                .options(Transport.WEBSOCKET)
                .credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build())) {
            EchoTarget echo = target;
            assertThat(echo).isNotNull();
            Channel channel = client.open("pc", List.of("127.0.0.1"), echo.port());
            channel.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer back = ByteBuffer.allocate(5);
            channel.readFully(back);
            assertThat(new String(back.array(), StandardCharsets.US_ASCII)).isEqualTo("hello");
        }
    }

    private static String token(byte[] file) {
        return switch (RdpFile.parse(file)) {
            case Parsed.Valid<RdpFile>(RdpFile parsed) ->
                parsed.find("gatewayaccesstoken").orElseThrow().value();
            case Parsed.Faulty<RdpFile>(String problem) -> throw new AssertionError(problem);
        };
    }

    @Test
    void anAssertionSignsInThroughAProxyThatPassesItOn() throws Exception {
        Browser browser = new Browser(passingOn);
        HttpResponse<byte[]> desktops = browser.get("/desktops", "X-Amzn-Oidc-Data", assertion("alice", loadBalancer));
        assertThat(text(desktops)).contains("alice", "/connect/echo.rdp");
        gateway().awaitAudit("sign-in.accepted", "\"user.name\":\"alice\"", "\"user.domain\":\"example.org\"");

        HttpResponse<byte[]> later = browser.get("/desktops");
        assertThat(later.statusCode())
                .as("without the assertion the session is over")
                .isEqualTo(303);
    }

    @Test
    void aForgedAssertionIsNotMadeGoodByAPlainHeader() throws Exception {
        staysOutside(
                new Browser(passingOn)
                        .get(
                                "/desktops",
                                "X-Amzn-Oidc-Data",
                                assertion("alice", keyPair()),
                                "Remote-User",
                                "alice",
                                "Remote-Groups",
                                "staff"),
                "the signature is not one of key");
    }

    @Test
    void aNameBeyondAsciiArrivesWhole() throws Exception {
        assertThat(text(new Browser(signingIn).get("/desktops", signedInAtTheProxy(ZOE))))
                .contains(ZOE);
        gateway().awaitAudit("sign-in.accepted", "\"user.name\":\"" + ZOE + "\"");
    }

    /** nginx replaces what it sets itself, and drops names with underscores and dots. */
    @ParameterizedTest
    @ValueSource(strings = {"Remote-User", "remote-user", "Remote_User", "REMOTE_USER", "Remote.User", "Remote-Groups"})
    void whatAClientAddsChangesNothing(String header) throws Exception {
        HttpResponse<byte[]> response = new Browser(signingIn)
                .get("/desktops", signedInAtTheProxy("alice", header, "mallory", header, "admin"));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(text(response)).contains("alice").doesNotContain("mallory");
        gateway().awaitAudit("sign-in.accepted", "\"user.name\":\"alice\"");
        assertThat(String.join("\n", gateway().audit())).doesNotContain("mallory", "admin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Remote-User", "remote-user", "Remote_User", "Remote.User", "Remote_Groups"})
    void aBrowserThatReachesTheGatewayItselfIsNotBelieved(String header) throws Exception {
        Browser direct = new Browser(gateway().tls());
        staysOutside(
                direct.get("/desktops", header, "alice", "Remote-Groups", "staff", "X-Forwarded-For", "127.0.0.1"),
                "headers that say who the user is, from 127.0.0.1 (expected a trusted proxy)");
    }

    @Test
    void aProxyThatIsNotTrustedIsNotBelieved() throws Exception {
        staysOutside(
                new Browser(untrusted).get("/desktops", signedInAtTheProxy("alice")),
                "headers that say who the user is, from 127.0.0.2 (expected a trusted proxy)");
    }

    @Test
    void aBrowserThatChangesHandsAtTheProxyChangesHandsAtThePortal() throws Exception {
        Browser browser = new Browser(signingIn);
        assertThat(text(browser.get("/desktops", signedInAtTheProxy("alice")))).contains("alice");
        String alices = browser.cookie("__Host-gatehouse");
        browser.get("/desktops", signedInAtTheProxy("alice"));
        assertThat(browser.cookie("__Host-gatehouse")).as("the same session").isEqualTo(alices);

        assertThat(text(browser.get("/desktops", signedInAtTheProxy("bob"))))
                .contains("bob")
                .doesNotContain("alice");
        Browser thief = new Browser(passingOn);
        thief.setCookie("__Host-gatehouse", alices);
        assertThat(thief.get("/desktops").statusCode())
                .as("alice's session is over")
                .isEqualTo(303);
    }

    @Test
    void anotherSpellingThatAProxyLetsThroughIsRefused() throws Exception {
        staysOutside(
                new Browser(withUnderscores).get("/desktops", signedInAtTheProxy("alice", "Remote_User", "admin")),
                "header remote_user (expected no other spelling of Remote-User)");
    }

    @Test
    void aHeaderThatComesTwiceIsRefused() throws Exception {
        staysOutside(
                new Browser(twice).get("/desktops", signedInAtTheProxy("alice")),
                "header Remote-User came 2 times (expected once)");
        staysOutside(
                new Browser(passingOn)
                        .get("/desktops", "Remote-User", "alice", "Remote-User", "bob", "Remote-Groups", "staff"),
                "header Remote-User came 2 times (expected once)");
    }

    @Test
    void anEmptyHeaderIsRefused() throws Exception {
        staysOutside(
                new Browser(passingOn).get("/desktops", "Remote-User", "", "Remote-Groups", "staff"),
                "header Remote-User is empty");
        staysOutside(
                new Browser(passingOn).get("/desktops", "Remote-User", "alice", "Remote-Groups", ""),
                "header Remote-Groups is empty");
    }

    @Test
    void withoutTheHeaderUsersSignInAsAlways() throws Exception {
        Browser browser = new Browser(passingOn);
        assertThat(browser.get("/desktops").statusCode()).isEqualTo(303);
        assertThat(browser.signIn("alice", TestGateway.PASSWORD).statusCode()).isEqualTo(303);
        assertThat(text(browser.get("/desktops"))).contains("/connect/echo.rdp");
    }
}
