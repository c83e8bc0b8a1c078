package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.ReverseProxy.Recipe;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.FreeRdpClient.Transport;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.directory.ClientAuthority;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Debian's xfreerdp at a real desktop: through real reverse proxies that run the recipes of {@code docs/proxies}, and
 * at a gateway that asks for certificates.
 */
@Tag("desktop")
@Timeout(120)
class ProxyDesktopTest {
    private static final PrintedTable TABLE = new PrintedTable("reverse-proxy.md", "### FreeRDP");
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);

    private static TestFolder shared;
    private static XrdpDesktop desktop;

    @BeforeAll
    static void start() {
        RequiredTools.assumeDesktop();
        shared = new TestFolder();
        desktop = XrdpDesktop.start(shared);
        desktop.paint(ORANGE);
    }

    @AfterAll
    static void stop() {
        if (desktop != null) {
            desktop.close();
            shared.close();
        }
    }

    /** A client that signs in with NTLM, as alice. */
    private static FreeRdpClient.Builder byPassword(InetSocketAddress at) {
        return FreeRdpClient.to("127.0.0.1", desktop.port())
                .through("localhost", at.getPort())
                .as("alice", TestGateway.PASSWORD);
    }

    /** A client that opens a file with a token in it. */
    private static FreeRdpClient.Builder byToken(ReverseProxy proxy, TestGateway gateway, TestFolder folder) {
        Path file = folder.write("desktop.rdp", """
                full address:s:127.0.0.1:%d
                gatewayhostname:s:localhost:%d
                gatewayusagemethod:i:1
                gatewayprofileusagemethod:i:1
                gatewaycredentialssource:i:5
                gatewayaccesstoken:s:%s
                """.formatted(
                desktop.port(), proxy.address().getPort(), gateway.token("staff", desktop.port(), Instant.now())));
        return FreeRdpClient.opening(file);
    }

    private static String seesTheDesktop(FreeRdpClient.Builder client, TestFolder folder) {
        try (FreeRdpClient running = client.start(folder)) {
            running.awaitColour(ORANGE, 0.8, SOON);
            return "yes";
        } catch (AssertionError notSeen) {
            return "no";
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePageSaysWhichClientsSeeTheDesktop(Recipe recipe) throws Exception {
        List<String> cells = new ArrayList<>(List.of("[" + recipe.file() + "](proxies/" + recipe.file() + ")"));
        try (TestFolder folder = new TestFolder();
                TestGateway gateway = TestGateway.behindReverseProxies(TestGateway.RULE);
                ReverseProxy proxy = ReverseProxy.start(recipe, gateway, folder.freshFolder("proxy"));
                ExecutorService executor = Executors.newCachedThreadPool()) {
            List<Future<String>> seen = new ArrayList<>();
            for (Transport transport : Transport.values()) {
                FreeRdpClient.Builder password = byPassword(proxy.address()).transport(transport);
                FreeRdpClient.Builder token = byToken(proxy, gateway, folder).transport(transport);
                seen.add(executor.submit(() -> seesTheDesktop(password, folder)));
                seen.add(executor.submit(() -> seesTheDesktop(token, folder)));
            }
            for (Future<String> each : seen) {
                cells.add(each.get());
            }
            assertThat(gateway.audit())
                    .filteredOn(line -> line.contains("\"session.start\""))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("\"source.ip\":\"127.0.0.1\""));
        }
        TABLE.hasRow(cells);
    }

    /** It answers the question with no certificate, and is served. */
    @ParameterizedTest
    @EnumSource
    void aGatewayThatAsksForACertificateServesFreeRdpWithoutOne(Transport transport) throws Exception {
        try (TestFolder folder = new TestFolder();
                TestGateway gateway = TestGateway.withCertificates(
                        "optional",
                        """
                        [auth.certificate]
                        ca = "%s"
                        local-users = true
                        user-from = "common-name"
                        """.formatted(ClientAuthority.root(folder, "Example CA").certificate()) + TestGateway.RULE)) {
            assertThat(seesTheDesktop(byPassword(gateway.tls()).transport(transport), folder))
                    .isEqualTo("yes");
            assertThat(gateway.audit()).noneMatch(line -> line.contains("\"certificate\""));
        }
    }
}
