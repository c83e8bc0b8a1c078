package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.dist.DoctorSetUp.Diagnosis;
import io.gatehouse.dist.DoctorSetUp.Found;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Behind real reverse proxies, each set up wrongly in one way. */
@Timeout(120)
class DoctorProxyIT {
    private static final String GOOD_LOCATION = """
            proxy_pass http://gateway;
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_request_buffering off;
            client_max_body_size 0;
            chunked_transfer_encoding off;
            proxy_read_timeout 1h;
            proxy_send_timeout 1h;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            """;
    private static final String GOOD_HEADERS = "large_client_header_buffers 4 96k;";
    private static final String GOOD_HAPROXY = """
            global
              tune.bufsize 131072
            defaults
              mode http
              option http-no-delay
              timeout connect 5s
              timeout client 1h
              timeout server 1h
              timeout tunnel 1h
            frontend https
              bind 127.0.0.1:PORT ssl crt FOLDER/both.pem alpn http/1.1
              http-request set-header X-Forwarded-For %[src]
              http-request set-header X-Forwarded-Proto https
              default_backend gatehouse
            backend gatehouse
              server gateway 127.0.0.1:GATEWAY
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private final List<OwnProcess> proxies = new ArrayList<>();
    private DoctorSetUp setUp;
    private int gateway;

    @BeforeEach
    void makeSetUp() throws IOException {
        RequiredTools.assume("openssl", "nginx", "haproxy");
        setUp = DoctorSetUp.in(folder);
        setUp.withText(DoctorSetUp.text(setUp.configuration)
                .replace("tls = { certificate = \"a.pem\", key = \"a.key\" }", "trusted-proxies = [\"127.0.0.1\"]"));
        gateway = setUp.start();
    }

    @AfterEach
    void close() {
        proxies.forEach(OwnProcess::close);
        setUp.close();
    }

    /** One nginx with a server for each way to be wrong, and one that is right. */
    @Test
    void nginx() throws Exception {
        int second = setUp.start();
        int nobody = freePort();
        int good = freePort();
        int noUpgrade = freePort();
        int buffered = freePort();
        int requestBuffered = freePort();
        int smallHeaders = freePort();
        int chunked = freePort();
        int balanced = freePort();
        int down = freePort();
        int http = freePort();
        String location = GOOD_LOCATION;
        startNginx(
                List.of(
                        "upstream gateway { server 127.0.0.1:" + gateway + "; }",
                        "upstream both { server 127.0.0.1:" + gateway + "; server 127.0.0.1:" + second + "; }",
                        server(good, GOOD_HEADERS, location),
                        server(noUpgrade, GOOD_HEADERS, without(location, "Upgrade $http_upgrade")),
                        server(buffered, GOOD_HEADERS, without(location, "proxy_buffering off")),
                        server(requestBuffered, GOOD_HEADERS, without(location, "proxy_request_buffering off")),
                        server(smallHeaders, "", location),
                        server(chunked, GOOD_HEADERS, without(location, "chunked_transfer_encoding off")),
                        server(balanced, GOOD_HEADERS, location.replace("http://gateway", "http://both")),
                        server(down, GOOD_HEADERS, location.replace("http://gateway", "http://127.0.0.1:" + nobody)),
                        server(
                                http,
                                GOOD_HEADERS,
                                location.replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto http")
                                        .replace("$proxy_add_x_forwarded_for", "192.0.2.1"))),
                good);
        Map<Integer, Diagnosis> found = examined(
                List.of(good, noUpgrade, buffered, requestBuffered, smallHeaders, chunked, balanced, down, http));
        assertThat(Objects.requireNonNull(found.get(good)).findings()).isEmpty();
        assertOnly(found.get(noUpgrade), "front.no-upgrade", "proxy_set_header Upgrade $http_upgrade");
        assertOnly(found.get(buffered), "front.response-buffered", "proxy_buffering off");
        assertOnly(found.get(requestBuffered), "front.request-buffered", "proxy_request_buffering off");
        assertOnly(found.get(smallHeaders), "front.header-size", "large_client_header_buffers 4 96k");
        assertOnly(found.get(chunked), "front.chunked", "chunked_transfer_encoding off");
        assertOnly(found.get(balanced), "front.affinity", "ip_hash");
        assertOnly(found.get(down), "front.no-back-end", "start the gateway");
        assertOnly(found.get(http), "front.forbidden", "X-Forwarded-Proto");
    }

    /** nginx comes from 127.0.0.2, and the doctor from 127.0.0.1: one server says so, one does not. */
    @Test
    void aSignInSaysWhichClientAddressTheGatewaySawBehindNginx() throws Exception {
        setUp.withText(DoctorSetUp.text(setUp.configuration).replace("[\"127.0.0.1\"]", "[\"127.0.0.2\"]")
                + "[audit]\nfile = \"audit.jsonl\"\n");
        String location =
                GOOD_LOCATION.replace("http://gateway", "http://127.0.0.1:" + setUp.start()) + "proxy_bind 127.0.0.2;";
        int good = freePort();
        int silent = freePort();
        startNginx(
                List.of(
                        server(good, GOOD_HEADERS, location),
                        server(silent, GOOD_HEADERS, without(location, "X-Forwarded-For"))),
                good);

        assertThat(signedIn(good).codes()).containsOnly("sign-in.accepted");
        assertThat(signedIn(silent).codes()).containsOnly("sign-in.client-address");
        assertThat(signedIn(silent).only("sign-in.client-address").cause()).contains("client address 127.0.0.2");
    }

    /** Only a proxy says what time it is: the gateway sends no Date. The doctor's own clock is wrong. */
    @Test
    void clockThatIsNotThatOfTheProxy() throws Exception {
        int good = freePort();
        startNginx(
                List.of(server(
                        good, GOOD_HEADERS, GOOD_LOCATION.replace("http://gateway", "http://127.0.0.1:" + gateway))),
                good);
        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-3));

        assertThat(examined(good).findings()).isEmpty();
        Diagnosis diagnosis = setUp.doctorAt(late, "--public-name", "localhost:" + good);

        Found clock = diagnosis.only("clock.front");
        assertThat(clock.cause()).contains("seconds ahead of that of this machine");
        assertThat(clock.fix()).contains("timedatectl", "--ntp");
    }

    private Diagnosis signedIn(int port) {
        return setUp.signedIn("alice\nCorrect Horse 7\n", port);
    }

    /** At the same time, since some wait for what a proxy keeps back. */
    private Map<Integer, Diagnosis> examined(List<Integer> ports) {
        return ports.parallelStream().collect(Collectors.toConcurrentMap(port -> port, this::examined));
    }

    private static void assertOnly(@Nullable Diagnosis diagnosis, String code, String fix) {
        Diagnosis found = Objects.requireNonNull(diagnosis);
        assertThat(found.codes()).containsExactly(code);
        assertThat(found.only(code).fix()).contains(fix);
    }

    @Test
    void haProxy() throws Exception {
        int good = startHaProxy(GOOD_HAPROXY);
        int smallBuffers = startHaProxy(GOOD_HAPROXY.replace("tune.bufsize 131072", "tune.bufsize 16384"));
        int impatient = startHaProxy(GOOD_HAPROXY.replace("1h", "2s"));
        assertThat(examined(good, "--idle", "3").findings()).isEmpty();
        assertThat(examined(smallBuffers).codes()).containsExactly("front.header-size");
        assertThat(examined(smallBuffers).only("front.header-size").fix()).contains("tune.bufsize 131072");
        Diagnosis cut = examined(impatient, "--idle", "4");
        assertThat(cut.codes()).containsOnly("front.idle-cut").hasSize(2);
        assertThat(cut.only("front.idle-cut").cause()).contains("is cut after 2 seconds");
        assertThat(cut.only("front.idle-cut").fix()).contains("timeout tunnel 24h");
    }

    /** The gateway checks channel bindings by its own certificate, and clients see that of the proxy. */
    @Test
    void proxyWhoseCertificateTheGatewayDoesNotKnow() throws Exception {
        int proxy = startHaProxy(GOOD_HAPROXY);
        setUp.withPair(setUp.authority.issueFor(30, "DNS:localhost")).withChain();
        setUp.withConfiguration("trusted-proxies = [\"127.0.0.1\"]", "");
        assertThat(examined(proxy).codes()).containsExactly("front.channel-binding");
        Files.writeString(
                setUp.file("proxy.pem"), Files.readString(folder.path().resolve("proxy-certificate.pem")));
        setUp.withConfiguration("trusted-proxies = [\"127.0.0.1\"]", "");
        setUp.withText(DoctorSetUp.text(setUp.configuration)
                .replace("key = \"a.key\" }", "key = \"a.key\", channel-binding-certificates = [\"proxy.pem\"] }"));
        assertThat(examined(proxy).codes()).isEmpty();
    }

    private Diagnosis examined(int port, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--public-name", "localhost:" + port));
        arguments.addAll(List.of(more));
        return setUp.doctor(arguments.toArray(String[]::new));
    }

    private static String without(String location, String setting) {
        return String.join(
                "\n", location.lines().filter(line -> !line.contains(setting)).toList());
    }

    private static String server(int port, String more, String location) {
        return """
                server {
                  listen 127.0.0.1:%d ssl;
                  ssl_certificate a.pem;
                  ssl_certificate_key a.key;
                  %s
                  location / {
                    %s
                  }
                }
                """.formatted(port, more, location);
    }

    private void startNginx(List<String> parts, int ready) throws Exception {
        Path home = folder.freshFolder("nginx");
        Files.copy(setUp.file("a.pem"), home.resolve("a.pem"));
        Files.copy(setUp.file("a.key"), home.resolve("a.key"));
        Files.writeString(home.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                events {}
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                  %s
                }
                """.formatted(String.join("\n", parts)));
        start(List.of("nginx", "-p", home + "/", "-c", home + "/nginx.conf", "-e", home + "/error.log"), ready);
    }

    private int startHaProxy(String configuration) throws Exception {
        Path home = folder.freshFolder("haproxy");
        int port = freePort();
        Files.writeString(
                home.resolve("both.pem"),
                DoctorSetUp.text(setUp.file("a.pem")) + DoctorSetUp.text(setUp.file("a.key")));
        Files.writeString(folder.path().resolve("proxy-certificate.pem"), DoctorSetUp.text(setUp.file("a.pem")));
        Files.writeString(
                home.resolve("haproxy.cfg"),
                configuration
                        .replace("PORT", String.valueOf(port))
                        .replace("FOLDER", home.toString())
                        .replace("GATEWAY", String.valueOf(gateway)));
        start(List.of("haproxy", "-db", "-f", home + "/haproxy.cfg"), port);
        return port;
    }

    private void start(List<String> command, int ready) throws Exception {
        OwnProcess process = OwnProcess.startServer(folder, Map.of(), command);
        proxies.add(process);
        boolean listens = Wait.until(Duration.ofSeconds(20), () -> {
            assertThat(process.isAlive()).as(process.report()).isTrue();
            return listens(ready);
        });
        assertThat(listens).as(process.report()).isTrue();
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
