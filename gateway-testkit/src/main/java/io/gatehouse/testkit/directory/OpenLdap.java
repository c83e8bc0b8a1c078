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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * OpenLDAP's {@code slapd} with people and groups: LDAP with StartTLS, LDAP in TLS, and certificates good and bad.
 *
 * <p>It has a loopback address of its own and unprivileged ports there; it needs no root. Anonymous clients may bind
 * but see nothing; everybody else sees all but passwords. One thread at a time.
 */
public final class OpenLdap implements AutoCloseable {
    /** The name in the good certificate, which is good for {@link #address} too. */
    public static final String HOST_NAME = "ldap.example.test";
    /** The root of the directory. */
    public static final String BASE_DN = "dc=example,dc=test";
    /** Parent of {@code inetOrgPerson} and {@code posixAccount} entries, which are named by {@code uid}. */
    public static final String PEOPLE_DN = "ou=people," + BASE_DN;
    /** Parent of {@code groupOfNames} and {@code posixGroup} entries, which are named by {@code cn}. */
    public static final String GROUPS_DN = "ou=groups," + BASE_DN;

    /** Member of {@code rdp-users}, and of the POSIX group {@code staff}; mail alice@example.test. */
    public static final TestAccount ALICE = new TestAccount("alice", "Alice.Passw0rd");
    /** Member of {@code team}, which is a member of {@code rdp-admins}. */
    public static final TestAccount BOB = new TestAccount("bob", "Bob.Passw0rd");
    /** Name and password outside ASCII. */
    public static final TestAccount UMLAUT = new TestAccount("ümläut", "Drei€.Gr0ßchen");
    /** A name with what filters and distinguished names must escape. */
    public static final TestAccount SPECIAL = new TestAccount("o'hara, \"pat\" (x)*\\+#", "Sp\\cial*(Passw0rd)");
    /** Locked by the administrator: refused like a wrong password. */
    public static final TestAccount LOCKED = new TestAccount("locked", "L0cked.Passw0rd");
    /** Must change the password: may bind, and is then refused everything else. */
    public static final TestAccount MUST_CHANGE = new TestAccount("mustchange", "Must.Chang3.It");
    /** For tests of {@link #setLockoutThreshold}. */
    public static final TestAccount LOCKABLE = new TestAccount("lockable", "L0ckable.Passw0rd");

    /** Who searches for people and their groups. */
    public static final String SEARCHER_DN = "cn=gateway,ou=services," + BASE_DN;
    /** The password of {@link #SEARCHER_DN}. */
    public static final String SEARCHER_PASSWORD = "Searcher.Passw0rd";

    static final String ADMINISTRATOR_DN = "cn=admin," + BASE_DN;
    static final String ADMINISTRATOR_PASSWORD = "Adm1n.Passw0rd";

    private static final int LDAP = 10389;
    private static final int LDAPS = 10636;
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final TestFolder folder;
    private final LoopbackAddress address;
    private final Path configuration;
    private final Path tls;
    private final Path authority;
    private final Map<Certificate, TestCertificates.Pair> certificates = new EnumMap<>(Certificate.class);
    private final StringBuilder earlierLog = new StringBuilder();
    private OwnProcess slapd;

    /** The certificate that the server presents in TLS. */
    public enum Certificate {
        /** Issued by {@link #caCertificate} to {@link #HOST_NAME} and the server's address. */
        GOOD,
        /** Issued by {@link #caCertificate} to another name. */
        WRONG_NAME,
        /** Like {@link #GOOD}, but of the past. */
        EXPIRED,
        /** Like {@link #GOOD}, but issued by another authority. */
        UNTRUSTED,
        /**
         * Issued under the name of {@link #caCertificate}, whose certificate follows in the chain, with another key.
         */
        FORGED,
        /** Issued by the holder of a certificate of {@link #caCertificate} that is good for a server only. */
        ISSUED_BY_SERVER
    }

    private OpenLdap(TestFolder folder, LoopbackAddress address, List<String> access) {
        this.folder = folder;
        this.address = address;
        this.tls = folder.freshFolder("slapd.tls");
        TestCertificates trusted = TestCertificates.authority(folder, "Authority of example.test");
        this.authority = trusted.certificate();
        issueCertificates(trusted);
        install(Certificate.GOOD);
        this.configuration = folder.write(
                "slapd.conf", OpenLdapContent.configuration(folder.freshFolder("slapd.data"), tls, authority, access));
        this.slapd = launch();
        try {
            tool("ldapadd").withInput(OpenLdapContent.ldif()).runOrThrow(folder);
        } catch (RuntimeException | Error e) {
            slapd.close();
            throw e;
        }
    }

    /** Lets the test go on only if a server can be started here. */
    public static void assume() {
        RequiredTools.assume("slapd", "ldapadd", "ldapmodify", "ldapsearch", "openssl");
    }

    /**
     * Starts a new server; it answers when this returns, after half a second.
     *
     * @param access further rules of access, the first of all, such as {@code access to attrs=mail by * none}
     * @throws ProcessException if it does not start; the folder has the logs
     */
    public static OpenLdap start(TestFolder folder, String... access) {
        LoopbackAddress address = LoopbackAddress.claim();
        try {
            return new OpenLdap(folder, address, List.of(access));
        } catch (RuntimeException | Error e) {
            address.close();
            throw e;
        }
    }

    /** The distinguished name of an account. */
    public static String dn(TestAccount account) {
        return OpenLdapContent.dn(account);
    }

    /** The server's address. */
    public InetAddress address() {
        return address.address();
    }

    /** {@link #address} in digits. */
    public String host() {
        return address.text();
    }

    /** The port of LDAP, where StartTLS may be asked for. */
    public int ldapPort() {
        return LDAP;
    }

    /** The port of LDAP in TLS. */
    public int ldapsPort() {
        return LDAPS;
    }

    /** The URL of LDAP, where StartTLS may be asked for. */
    public String ldapUrl() {
        return "ldap://" + host() + ":" + LDAP;
    }

    /** The URL of LDAP in TLS. */
    public String ldapsUrl() {
        return "ldaps://" + host() + ":" + LDAPS;
    }

    /** The authority that clients trust, PEM. */
    public Path caCertificate() {
        return authority;
    }

    /** Lets the server show another certificate; it is restarted for that. */
    public void use(Certificate certificate) {
        install(certificate);
        restart();
    }

    /** How many simple binds were asked for, good and bad, those of the fixture's own administrator not counted. */
    public long binds() {
        return count(line -> line.contains(" BIND dn=") && line.contains(" method=128") && !isAdministrator(line));
    }

    /** How many searches were asked for. */
    public long searches() {
        return count(line -> line.contains(" SRCH base="));
    }

    /** What the server logged since the start: every operation and its result, a line each. */
    public String log() {
        return earlierLog + slapd.output();
    }

    /**
     * Locks accounts after this many wrong passwords in a row.
     *
     * @param threshold 0 for never, as at first
     */
    public void setLockoutThreshold(int threshold) {
        modify("""
                dn: %s
                changetype: modify
                replace: pwdMaxFailure
                pwdMaxFailure: %d
                """.formatted(OpenLdapContent.POLICY_DN, threshold));
    }

    /** Changes the directory as its administrator. */
    public void modify(String ldif) {
        tool("ldapmodify").withInput(ldif).runOrThrow(folder);
    }

    /** Ends the server; {@link #restart} starts it again. */
    public void stop() {
        slapd.close();
    }

    /** Ends the server, if it runs, and starts it again with the same data at the same address. */
    public void restart() {
        stop();
        earlierLog.append(slapd.output());
        slapd = launch();
    }

    /** Lets the server hang: connections are taken, but nothing is answered. */
    public void pause() {
        slapd.pause();
    }

    /** Lets a server that hangs go on. */
    public void resume() {
        slapd.resume();
    }

    @Override
    public void close() {
        slapd.close();
        address.close();
    }

    private void issueCertificates(TestCertificates trusted) {
        String[] names = {"DNS:" + HOST_NAME, "IP:" + host()};
        certificates.put(Certificate.GOOD, trusted.issue(names));
        certificates.put(Certificate.WRONG_NAME, trusted.issue("DNS:other.example.test"));
        certificates.put(Certificate.EXPIRED, trusted.issueExpired(names));
        certificates.put(
                Certificate.UNTRUSTED,
                TestCertificates.authority(folder, "Authority of nobody").issue(names));
        certificates.put(Certificate.FORGED, trusted.forge(names));
        certificates.put(Certificate.ISSUED_BY_SERVER, trusted.issueByServer(names));
    }

    private void install(Certificate certificate) {
        TestCertificates.Pair pair = certificates.get(certificate);
        if (pair == null) {
            throw new IllegalStateException("no certificate " + certificate);
        }
        try {
            Files.copy(pair.certificate(), tls.resolve("server.pem"), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(pair.key(), tls.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long count(Predicate<String> line) {
        return log().lines().filter(line).count();
    }

    private static boolean isAdministrator(String line) {
        return line.contains(" BIND dn=\"" + ADMINISTRATOR_DN + '"');
    }

    private Command tool(String program) {
        return Command.of(program, "-x", "-H", ldapUrl(), "-D", ADMINISTRATOR_DN, "-w", ADMINISTRATOR_PASSWORD);
    }

    private OwnProcess launch() {
        OwnProcess process = OwnProcess.startServer(
                folder,
                Map.of(),
                List.of("slapd", "-d", "stats", "-f", configuration.toString(), "-h", ldapUrl() + " " + ldapsUrl()));
        boolean ready = Wait.until(START_LIMIT, () -> !process.isAlive() || listens());
        if (!ready || !process.isAlive()) {
            String report = process.report();
            process.close();
            throw new ProcessException("no slapd after " + START_LIMIT.toSeconds() + " s: " + report);
        }
        return process;
    }

    private boolean listens() {
        return LoopbackAddress.accepts(address(), LDAP) && LoopbackAddress.accepts(address(), LDAPS);
    }
}
