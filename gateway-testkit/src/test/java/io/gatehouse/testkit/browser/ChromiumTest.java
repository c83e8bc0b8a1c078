package io.gatehouse.testkit.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ChromiumTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String GOOD = """
            <!doctype html><html lang="en"><head><title>Page</title><meta name="viewport" content="width=device-width">
            <style>:root { color-scheme: light dark } @media (prefers-color-scheme: dark) { .light { display: none } }</style>
            </head><body><main><h1>Hello</h1><p class="light">It is light.</p><p id="script">No script ran.</p>
            <script>document.getElementById('script').textContent = innerWidth + ' wide, ' + navigator.language</script>
            <a href="/desktop.rdp">Connect</a></main></body></html>
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private HttpServer server;

    @BeforeAll
    static void tools() {
        Chromium.assume();
    }

    @BeforeEach
    void start() throws IOException {
        server = serve(HttpServer.create(ANY_PORT, 0));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static HttpServer serve(HttpServer server) {
        page(server, "/", "text/html", GOOD);
        page(server, "/barrier", "text/html", GOOD.replace("</main>", "<img src='/picture'></main>"));
        page(server, "/desktop.rdp", "application/x-rdp", "full address:s:127.0.0.1\r\n");
        // Browsers open connections ahead of need, on which a single thread would wait.
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    private static void page(HttpServer server, String path, String type, String content) {
        server.createContext(path, exchange -> {
            byte[] body = content.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Content-Security-Policy", "script-src 'unsafe-inline'");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Test
    void showsThePageAsAnOrdinaryUserSeesIt() throws IOException {
        try (Chromium browser = Chromium.with().start(folder)) {
            browser.open(address("/"));
            assertThat(browser.text()).contains("Hello", "It is light.", "1280 wide, en");
            assertThat(browser.violations()).isEmpty();
            Path picture = folder.fresh("page.png");
            browser.screenshot(picture);
            assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(1280);
        }
    }

    @Test
    void isAsNarrowDarkAndForeignAsItWasToldOnEveryPage() {
        try (Chromium browser =
                Chromium.with().size(390, 844).dark().languages("de,en").start(folder)) {
            for (int visit = 0; visit < 2; visit++) {
                browser.open(address("/?" + visit));
                assertThat(browser.text()).contains("390 wide, de").doesNotContain("It is light.");
            }
        }
    }

    @Test
    void runsNoScriptsOfPagesWithoutScripts() {
        try (Chromium browser = Chromium.with().withoutScripts().start(folder)) {
            for (int visit = 0; visit < 2; visit++) {
                browser.open(address("/?" + visit));
                assertThat(browser.text()).contains("No script ran.");
            }
        }
    }

    @Test
    void barriersAreNamedWithTheirElement() {
        try (Chromium browser = Chromium.with().start(folder)) {
            browser.open(address("/barrier"));
            assertThat(browser.violations()).singleElement().asString().startsWith("image-alt (critical): img: ");
        }
    }

    @Test
    void everyDownloadIsHandedOutOnce() throws IOException {
        try (Chromium browser = Chromium.with().start(folder)) {
            browser.open(address("/"));
            browser.click("a");
            Path first = browser.awaitDownload();
            assertThat(first).hasFileName("desktop.rdp").hasContent("full address:s:127.0.0.1");
            browser.click("a");
            assertThat(browser.awaitDownload()).isNotEqualTo(first).hasSameTextualContentAs(first);
        }
    }

    @Test
    void onlyTheCertificateItWasToldOfIsTrusted() throws Exception {
        TestCertificates authority = TestCertificates.authority(folder, "Test CA");
        TestCertificates.Pair pair = authority.issue("DNS:localhost");
        HttpsServer secure = HttpsServer.create(ANY_PORT, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(context(pair)));
        serve(secure);
        String address = "https://localhost:" + secure.getAddress().getPort() + "/";
        try (Chromium trusting = Chromium.with().trusting(pair.certificate()).start(folder);
                Chromium other = Chromium.with().start(folder)) {
            trusting.open(address);
            assertThat(trusting.text()).contains("Hello");
            other.open(address);
            assertThat(other.text()).contains("ERR_CERT_AUTHORITY_INVALID").doesNotContain("Hello");
        } finally {
            secure.stop(0);
        }
    }

    private SSLContext context(TestCertificates.Pair pair) throws Exception {
        Path store = folder.fresh("server.p12");
        Command.of(
                        "openssl",
                        "pkcs12",
                        "-export",
                        "-in",
                        pair.certificate().toString(),
                        "-inkey",
                        pair.key().toString(),
                        "-out",
                        store.toString(),
                        "-passout",
                        "pass:test")
                .runOrThrow(folder);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(store)) {
            keys.load(stream, "test".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(keys, "test".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
