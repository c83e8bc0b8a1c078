package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Kerberos realm of MIT's {@code krb5kdc}, with service keys of many kinds.
 *
 * <p>It has a loopback address of its own and an unprivileged port there, TCP and UDP; it needs no root. Its services
 * are {@code HTTP/…} at names that {@link #hosts} puts at 127.0.0.1, as is {@code localhost}. One thread at a time.
 */
public final class MitKdc implements AutoCloseable {
    /** The Kerberos realm. */
    public static final String REALM = "MIT.TEST";

    /** A user. */
    public static final TestAccount ALICE = new TestAccount("alice", "Alice.Passw0rd");
    /** Another user. */
    public static final TestAccount BOB = new TestAccount("bob", "Bob.Passw0rd");
    /** Name and password outside ASCII. */
    public static final TestAccount UMLAUT = new TestAccount("ümläut", "Drei€.Gr0ßchen");

    /** A service with AES keys of RFC 3962 (encryption types 17, 18). */
    public static final String AES = "HTTP/gw.mit.test";
    /** {@link #AES} under the name that tests on loopback use. */
    public static final String LOCALHOST = "HTTP/localhost";
    /** A service with AES keys of RFC 8009 (encryption types 19, 20). */
    public static final String AES_SHA2 = "HTTP/sha2.mit.test";
    /** {@link #AES_SHA2} whose tickets have session keys of RFC 8009 as well. */
    public static final String AES_SHA2_SESSION = "HTTP/sha2-session.mit.test";
    /** A service with an RC4 key only (encryption type 23). */
    public static final String RC4 = "HTTP/rc4.mit.test";
    /** A service whose keys were changed twice; the keytab has key versions 1, 2 and 3, tickets come with 3. */
    public static final String REKEYED = "HTTP/rekeyed.mit.test";

    private static final int PORT = 10088;
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final String SHA1 = "aes256-cts-hmac-sha1-96:normal,aes128-cts-hmac-sha1-96:normal";
    private static final String SHA2 = "aes256-cts-hmac-sha384-192:normal,aes128-cts-hmac-sha256-128:normal";

    private final TestFolder folder;
    private final LoopbackAddress address;
    private final Path data;
    private final Path log;
    private final Path krb5Conf;
    private final Path hosts;
    private final Path profile;
    private final Path keytab;
    private OwnProcess kdc;

    private MitKdc(TestFolder folder, LoopbackAddress address) {
        this.folder = folder;
        this.address = address;
        this.data = folder.freshFolder("mit-kdc");
        this.log = data.resolve("requests.log");
        this.krb5Conf = folder.write("krb5.conf", clientConfiguration(address.text()));
        this.hosts = folder.write(
                "hosts",
                "127.0.0.1 localhost gw.mit.test sha2.mit.test sha2-session.mit.test rc4.mit.test rekeyed.mit.test\n");
        this.profile = folder.write("kdc.conf", serverConfiguration(address.text(), data, log));
        this.keytab = folder.fresh("service.keytab");
        command("kdb5_util", "create", "-r", REALM, "-s", "-P", "master").runOrThrow(folder);
        fill();
        this.kdc = launch();
    }

    /** Lets the test go on only if a realm can be started here. */
    public static void assume() {
        RequiredTools.assume("krb5kdc", "kdb5_util", "kadmin.local", "kinit", "kvno");
        Preload.assumeNames();
    }

    /**
     * Starts a new realm; it answers when this returns, after half a second.
     *
     * @throws ProcessException if it does not start; the folder has the logs
     */
    public static MitKdc start(TestFolder folder) {
        LoopbackAddress address = LoopbackAddress.claim();
        try {
            return new MitKdc(folder, address);
        } catch (RuntimeException | Error e) {
            address.close();
            throw e;
        }
    }

    /** The KDC's address. */
    public InetAddress address() {
        return address.address();
    }

    /** {@link #address} in digits. */
    public String host() {
        return address.text();
    }

    /** The KDC's port, TCP and UDP. */
    public int port() {
        return PORT;
    }

    /** The {@code krb5.conf} of the realm's clients. */
    public Path krb5Conf() {
        return krb5Conf;
    }

    /** Host names of the realm in the form of {@code /etc/hosts}. */
    public Path hosts() {
        return hosts;
    }

    /** A machine on which the realm's users sign in. */
    public KerberosClient client() {
        return new KerberosClient(folder, krb5Conf, hosts, Duration.ZERO);
    }

    /** Keys of all services, of every version. */
    public Path keytab() {
        return keytab;
    }

    /** A new keytab with all versions of these principals' keys. */
    public Path keytab(String... principals) {
        Path file = folder.fresh("some.keytab");
        kadmin("ktadd -k " + file + " -norandkey " + String.join(" ", principals));
        return file;
    }

    /**
     * Changes the realm as its administrator would.
     *
     * @param queries of {@code kadmin.local}, such as {@code addprinc -pw secret carol}
     * @return what it says
     */
    public String kadmin(String... queries) {
        String output = command("kadmin.local", "-r", REALM)
                .withInput(String.join("\n", queries) + "\n")
                .runOrThrow(folder);
        // It goes on after a query that failed, and ends with success.
        if (output.lines().anyMatch(line -> line.contains("while ") || line.contains("usage: "))) {
            throw new ProcessException("kadmin.local " + String.join("; ", queries) + ": " + output);
        }
        return output;
    }

    /** What the KDC logged; one line a request. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many AS requests were answered, whatever the answer; a sign-in by password takes two. */
    public long asRequests() {
        return log().lines().filter(line -> line.contains(" AS_REQ (")).count();
    }

    /** How many TGS requests were answered, whatever the answer. */
    public long tgsRequests() {
        return log().lines().filter(line -> line.contains(" TGS_REQ (")).count();
    }

    /** Ends the KDC; {@link #restart} starts it again. */
    public void stop() {
        kdc.close();
    }

    /** Ends the KDC, if it runs, and starts it again with the same data at the same address. */
    public void restart() {
        stop();
        kdc = launch();
    }

    /** Lets the KDC hang: connections are taken, but nothing is answered. */
    public void pause() {
        kdc.pause();
    }

    /** Lets a KDC that hangs go on. */
    public void resume() {
        kdc.resume();
    }

    @Override
    public void close() {
        kdc.close();
        address.close();
    }

    private void fill() {
        String services = String.join(" ", AES, LOCALHOST, AES_SHA2, AES_SHA2_SESSION, RC4, REKEYED);
        kadmin(
                user(ALICE),
                user(BOB),
                user(UMLAUT),
                service(AES, SHA1),
                service(LOCALHOST, SHA1),
                service(AES_SHA2, SHA2),
                service(AES_SHA2_SESSION, SHA2),
                "setstr " + AES_SHA2_SESSION + " session_enctypes aes256-cts-hmac-sha384-192",
                service(RC4, "arcfour-hmac:normal"),
                service(REKEYED, SHA1),
                "cpw -randkey -keepold -e " + SHA1 + " " + REKEYED,
                "cpw -randkey -keepold -e " + SHA1 + " " + REKEYED,
                "ktadd -k " + keytab + " -norandkey " + services);
    }

    private static String user(TestAccount account) {
        return "addprinc -pw %s %s".formatted(account.password(), account.name());
    }

    private static String service(String principal, String encryptionTypes) {
        return "addprinc -randkey -e %s %s".formatted(encryptionTypes, principal);
    }

    private Command command(String... command) {
        return Command.of(command).withEnvironment(environment());
    }

    private Map<String, String> environment() {
        return Map.of("KRB5_CONFIG", krb5Conf.toString(), "KRB5_KDC_PROFILE", profile.toString());
    }

    private OwnProcess launch() {
        OwnProcess process = OwnProcess.startServer(folder, environment(), List.of("krb5kdc", "-n", "-r", REALM));
        boolean ready = Wait.until(START_LIMIT, () -> !process.isAlive() || LoopbackAddress.accepts(address(), PORT));
        if (!ready || !process.isAlive()) {
            String report = process.report() + "\n" + log();
            process.close();
            throw new ProcessException("no KDC after " + START_LIMIT.toSeconds() + " s: " + report);
        }
        return process;
    }

    private static String clientConfiguration(String address) {
        return """
                [libdefaults]
                default_realm = %1$s
                dns_lookup_kdc = false
                dns_lookup_realm = false
                dns_canonicalize_hostname = false
                rdns = false
                # Debian 13 and newer refuse RC4 otherwise.
                allow_rc4 = true
                [realms]
                %1$s = {
                  kdc = %2$s:%3$d
                }
                [domain_realm]
                .mit.test = %1$s
                localhost = %1$s
                """.formatted(REALM, address, PORT);
    }

    private static String serverConfiguration(String address, Path data, Path log) {
        return """
                [realms]
                %1$s = {
                  database_name = %2$s/principal
                  key_stash_file = %2$s/stash
                  acl_file = %2$s/kadm5.acl
                  kdc_listen = %3$s:%4$d
                  kdc_tcp_listen = %3$s:%4$d
                  max_life = 10h
                  max_renewable_life = 1d
                  supported_enctypes = %5$s
                  default_principal_flags = +preauth
                }
                [logging]
                kdc = FILE:%6$s
                """.formatted(REALM, data, address, PORT, SHA1.replace(',', ' '), log);
    }
}
