package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Let's Encrypt's ACME server for tests, at a loopback address of its own. Every name is at that address, where it
 * validates {@code http-01} at port {@value #HTTP_PORT} and {@code tls-alpn-01} at port {@value #TLS_PORT}. It knows
 * nothing of before when it is started again, and refuses some requests by chance (a nonce that is too old).
 */
public final class Pebble implements AutoCloseable {
    /** Where it looks for {@code http-01}. */
    public static final int HTTP_PORT = 15080;
    /** Where it looks for {@code tls-alpn-01}. */
    public static final int TLS_PORT = 15443;
    /** The identifier of the account that was made elsewhere, where one is needed. */
    public static final String EAB_KID = "kid-1";
    /** Its key. */
    public static final String EAB_HMAC_KEY = "Z2F0ZWhvdXNlLXRlc3Qta2V5LW9mLWFuLWV4dGVybmFsLWFjY291bnQx";

    private static final int PORT = 14000;
    private static final int MANAGEMENT_PORT = 14001;
    private static final int DNS_PORT = 14053;
    private static final int DNS_MANAGEMENT_PORT = 14055;
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final TestFolder folder;
    private final LoopbackAddress address;
    private final Path authority;
    private final Path configuration;
    private final OwnProcess names;
    private OwnProcess server;

    private Pebble(TestFolder folder, LoopbackAddress address, boolean needsExternalAccount) {
        this.folder = folder;
        this.address = address;
        String host = address.text();
        TestCertificates certificates = TestCertificates.authority(folder, "authority of the ACME server");
        TestCertificates.Pair pair = certificates.issue("IP:" + host);
        this.authority = certificates.certificate();
        this.configuration = folder.write("pebble.json", """
                {"pebble": {
                  "listenAddress": "%1$s:%2$d",
                  "managementListenAddress": "%1$s:%3$d",
                  "certificate": "%4$s",
                  "privateKey": "%5$s",
                  "httpPort": %6$d,
                  "tlsPort": %7$d,
                  "ocspResponderURL": "",
                  "externalAccountBindingRequired": %8$b,
                  "externalAccountMACKeys": {"%9$s": "%10$s"}
                }}
                """.formatted(
                        host,
                        PORT,
                        MANAGEMENT_PORT,
                        pair.certificate(),
                        pair.key(),
                        HTTP_PORT,
                        TLS_PORT,
                        needsExternalAccount,
                        EAB_KID,
                        EAB_HMAC_KEY));
        this.names = OwnProcess.startServer(
                folder,
                Map.of(),
                List.of(
                        "pebble-challtestsrv",
                        "-defaultIPv4",
                        host,
                        "-defaultIPv6",
                        "",
                        "-dns01",
                        host + ":" + DNS_PORT,
                        "-management",
                        host + ":" + DNS_MANAGEMENT_PORT,
                        "-http01",
                        "",
                        "-https01",
                        "",
                        "-tlsalpn01",
                        ""));
        this.server = launch();
    }

    private OwnProcess launch() {
        OwnProcess process = OwnProcess.startServer(
                folder,
                Map.of("PEBBLE_VA_NOSLEEP", "1"),
                List.of(
                        "pebble",
                        "-strict",
                        "-config",
                        configuration.toString(),
                        "-dnsserver",
                        address.text() + ":" + DNS_PORT));
        if (!Wait.until(START_LIMIT, () -> LoopbackAddress.accepts(address.address(), PORT))) {
            String report = process.report() + "\n" + names.report();
            process.close();
            throw new ProcessException("pebble does not answer: " + report);
        }
        return process;
    }

    /** Lets the test go on only if it can be started here. */
    public static void assume() {
        RequiredTools.assume("pebble", "pebble-challtestsrv", "openssl");
    }

    /** Starts it; it answers when this returns. */
    public static Pebble start(TestFolder folder) {
        return start(folder, false);
    }

    /** Starts one that makes accounts only for those who have one elsewhere ({@link #EAB_KID}). */
    public static Pebble startWithExternalAccounts(TestFolder folder) {
        return start(folder, true);
    }

    private static Pebble start(TestFolder folder, boolean needsExternalAccount) {
        LoopbackAddress address = LoopbackAddress.claim();
        try {
            return new Pebble(folder, address, needsExternalAccount);
        } catch (RuntimeException | Error e) {
            address.close();
            throw e;
        }
    }

    /** Its address, which all names have. */
    public InetAddress address() {
        return address.address();
    }

    /** The URL of its directory. */
    public URI directory() {
        return URI.create("https://" + address.text() + ":" + PORT + "/dir");
    }

    /** The authority of its own certificate, PEM. */
    public Path authority() {
        return authority;
    }

    /** Lets the names that it looks up hang: what it validates stays open, for some seconds without harm. */
    public void pauseNames() {
        names.pause();
    }

    /** Lets them be answered again. */
    public void resumeNames() {
        names.resume();
    }

    /** What it logged. */
    public String log() {
        return server.output();
    }

    /** Ends it; {@link #restart} starts it again. */
    public void stop() {
        server.close();
    }

    /** Starts it again, without accounts and with another authority. */
    public void restart() {
        server.close();
        server = launch();
    }

    @Override
    public void close() {
        server.close();
        names.close();
        address.close();
    }
}
