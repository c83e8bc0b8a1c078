package io.gatehouse.jetty;

import io.gatehouse.jetty.portal.Browser;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real desktop behind a gateway, and a real browser at the gateway's portal, for tests in which somebody at the
 * portal decides whether an RDP client sees the desktop. The portal is at {@value #HOST}, as far as the browser knows.
 */
final class PortalDesktop implements AutoCloseable {
    static final String HOST = "gw.example.com";
    /** The tables of the portal there. */
    static final String TABLES = Browser.portal("https://" + HOST);

    static final Duration SOON = Duration.ofSeconds(40);
    /** That of the desktop. */
    static final Color ORANGE = new Color(0xff8000);

    private static final Pattern NUMBER = Pattern.compile("choose the number (\\d\\d)");

    private final TestFolder folder;
    private final XrdpDesktop desktop;
    private final TestGateway gateway;
    private final Chromium browser;

    private PortalDesktop(TestFolder folder, XrdpDesktop desktop, TestGateway gateway, Chromium browser) {
        this.folder = folder;
        this.desktop = desktop;
        this.gateway = gateway;
        this.browser = browser;
    }

    /** Makes the gateway, whose configuration may name the port of the desktop on 127.0.0.1. */
    interface GatewayMaker {
        TestGateway start(int desktopPort) throws Exception;
    }

    /** Lets the test go on only if all that this needs is installed, and starts it. */
    static PortalDesktop start(GatewayMaker maker) throws Exception {
        RequiredTools.assumeDesktop();
        Chromium.assume();
        TestFolder folder = new TestFolder();
        XrdpDesktop desktop = XrdpDesktop.start(folder);
        desktop.paint(ORANGE);
        TestGateway gateway = maker.start(desktop.port());
        Path certificates = folder.freshFolder("certificates");
        TestCertificate.shared().writeTo(certificates);
        Chromium browser = Chromium.with()
                .trusting(certificates.resolve("gateway.pem"))
                .argument("--host-resolver-rules=MAP " + HOST + " 127.0.0.1")
                .start(folder);
        return new PortalDesktop(folder, desktop, gateway, browser);
    }

    TestFolder folder() {
        return folder;
    }

    TestGateway gateway() {
        return gateway;
    }

    Chromium browser() {
        return browser;
    }

    /** The desktop's port on 127.0.0.1. */
    int port() {
        return desktop.port();
    }

    /** The address of a page of the portal. */
    String at(String path) {
        return "https://" + HOST + ":" + gateway.tls().getPort() + path;
    }

    /** Signs somebody in at the portal, who wanted to see this page. */
    void signIn(String user, String path) {
        browser.open(at(path));
        browser.type("#user", user);
        browser.type("#password", TestGateway.PASSWORD);
        browser.follow("main form button");
    }

    /** The number that a client shows its user on its terminal. */
    static String number(FreeRdpClient client) throws Exception {
        String[] number = {""};
        try {
            Await.within(SOON, "the number on the terminal of the client", () -> {
                number[0] = numberIn(client.output());
                return !number[0].isEmpty();
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + client.output(), e);
        }
        return number[0];
    }

    /** The number in a message to a user, or nothing. */
    static String numberIn(String text) {
        Matcher shown = NUMBER.matcher(text);
        return shown.find() ? shown.group(1) : "";
    }

    @Override
    public void close() throws IOException {
        browser.close();
        gateway.close();
        desktop.close();
        folder.close();
    }
}
