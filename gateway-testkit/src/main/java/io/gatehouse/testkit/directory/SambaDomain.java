package io.gatehouse.testkit.directory;

import io.gatehouse.formats.sid.Sid;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Active Directory domain with one domain controller, Samba: KDC, LDAP, RPC with Netlogon, SMB and DNS.
 *
 * <p>It has a loopback address of its own, {@link #address}, with all well-known ports. Clients find it by that
 * address, or by {@link #HOST_NAME} with {@link #hosts}. Simple binds need TLS. Needs root. One thread at a time.
 */
public final class SambaDomain implements AutoCloseable {
    /** The Kerberos realm. */
    public static final String REALM = "AD.TEST";
    /** The domain's DNS name. */
    public static final String DNS_NAME = "ad.test";
    /** The domain's NetBIOS name. */
    public static final String NETBIOS_NAME = "ADTEST";
    /** The domain controller's short name. */
    static final String HOST = "dc1";
    /** The domain controller's full name, to which its certificate is issued, as it is to {@link #address}. */
    public static final String HOST_NAME = HOST + "." + DNS_NAME;
    /** The root of the directory. */
    public static final String BASE_DN = "DC=ad,DC=test";

    /** The domain's administrator. */
    public static final TestAccount ADMINISTRATOR = new TestAccount("Administrator", "Adm1n.Passw0rd");
    /** Direct member of "RDP Users"; has a mail address, alice@ad.test. */
    public static final TestAccount ALICE = new TestAccount("alice", "Alice.Passw0rd");
    /** Member of "Team", which is a member of "RDP Admins". */
    public static final TestAccount BOB = new TestAccount("bob", "Bob.Passw0rd");
    /** Name and password outside ASCII. */
    public static final TestAccount UMLAUT = new TestAccount("ümläut", "Drei€.Gr0ßchen");
    /** Disabled by the administrator. */
    public static final TestAccount DISABLED = new TestAccount("disabled", "D1sabled.Passw0rd");
    /** Must change the password before anything else. */
    public static final TestAccount MUST_CHANGE = new TestAccount("mustchange", "Must.Chang3.It");
    /** The account ended in 2020. */
    public static final TestAccount EXPIRED = new TestAccount("expired", "Exp1red.Passw0rd");
    /** For tests of {@link #setLockoutThreshold}, which then disturb nobody else. */
    public static final TestAccount LOCKABLE = new TestAccount("lockable", "L0ckable.Passw0rd");
    /** Member of {@link #CROWD_GROUPS} groups, "Crowd 0000" and so on: its tickets are larger than 8 KiB. */
    public static final TestAccount CROWD = new TestAccount("crowd", "Cr0wd.Passw0rd");
    /** How many groups {@link #CROWD} is in. */
    public static final int CROWD_GROUPS = 1000;
    /** Owner of the {@link #SERVICE_PRINCIPALS}; may search the directory, as every user may. */
    public static final TestAccount SERVICE = new TestAccount("svc-gw", "SvcGw.Passw0rd");
    /** What {@link #SERVICE} is in Kerberos: AES only. */
    public static final List<String> SERVICE_PRINCIPALS = List.of("HTTP/gw.ad.test", "HTTP/localhost");
    /** A machine account with AES and RC4 keys. */
    public static final TestAccount MACHINE = new TestAccount("GW1$", "Gw1.Machine.Passw0rd");
    /** Another machine account. */
    public static final TestAccount MACHINE_2 = new TestAccount("GW2$", "Gw2.Machine.Passw0rd");

    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final List<Integer> PORTS = List.of(53, 88, 135, 389, 445, 464, 636, SambaConfiguration.RPC_PORT);
    private static final long TICKS_PER_SECOND = 10_000_000;

    private final TestFolder folder;
    private final LoopbackAddress address;
    private final Path tree;
    private final Path krb5Conf;
    private final Path hosts;
    private final Path authority;
    private OwnProcess samba;

    private SambaDomain(TestFolder folder, LoopbackAddress address) {
        this.folder = folder;
        this.address = address;
        this.tree = folder.fresh("samba");
        SambaTree.copyTo(folder, tree);
        Path configuration = SambaConfiguration.write(tree, address.text());
        SambaTree.move(folder, configuration, address.text());
        this.krb5Conf = folder.write("krb5.conf", SambaConfiguration.krb5Conf(address.text()));
        this.hosts = folder.write(
                "hosts", """
                127.0.0.1 localhost
                %s %s %s %s
                127.0.0.1 gw.%s gw1.%s gw2.%s
                """.formatted(address.text(), HOST_NAME, HOST, DNS_NAME, DNS_NAME, DNS_NAME, DNS_NAME));
        this.authority = issueCertificate();
        this.samba = launch();
    }

    /** Lets the test go on only if a domain can be started here. */
    public static void assume() {
        RequiredTools.assumeRoot();
        RequiredTools.assume("samba", "samba-tool", "winbindd", "ldapsearch", "ldapmodify", "kinit", "openssl");
        Preload.assumeNames();
        RequiredTools.assumeFile(Path.of("/usr/share/samba/setup/provision.ldif"), "samba-ad-provision");
    }

    /**
     * Starts a new domain; all its services answer when this returns, after two seconds, or seven the first time.
     *
     * @throws ProcessException if it does not start; the folder has the logs
     */
    public static SambaDomain start(TestFolder folder) {
        LoopbackAddress address = LoopbackAddress.claim();
        try {
            return new SambaDomain(folder, address);
        } catch (RuntimeException | Error e) {
            address.close();
            throw e;
        }
    }

    /** The domain controller's address. */
    public InetAddress address() {
        return address.address();
    }

    /** {@link #address} in digits, such as {@code 127.93.7.12}. */
    public String host() {
        return address.text();
    }

    /** The Kerberos realm. */
    public String realm() {
        return REALM;
    }

    /** The domain's NetBIOS name. */
    public String netbiosName() {
        return NETBIOS_NAME;
    }

    /** The domain controller's full name. */
    public String hostName() {
        return HOST_NAME;
    }

    /** The port of LDAP, where StartTLS may be asked for. */
    public int ldapPort() {
        return 389;
    }

    /** The port of LDAP in TLS. */
    public int ldapsPort() {
        return 636;
    }

    /** The port of the KDC, both TCP and UDP. */
    public int kdcPort() {
        return 88;
    }

    /** The port where passwords are changed by Kerberos, both TCP and UDP. */
    public int kpasswdPort() {
        return 464;
    }

    /** The TCP port of the RPC endpoint mapper. */
    public int endpointMapperPort() {
        return 135;
    }

    /** The TCP port of Netlogon, as the endpoint mapper says. */
    public int netlogonPort() {
        return SambaConfiguration.RPC_PORT;
    }

    /** The {@code krb5.conf} of the domain's clients. */
    public Path krb5Conf() {
        return krb5Conf;
    }

    /** Host names of the domain in the form of {@code /etc/hosts}; names of gateways are at 127.0.0.1. */
    public Path hosts() {
        return hosts;
    }

    /** A machine on which the domain's users sign in. */
    public KerberosClient client() {
        return new KerberosClient(folder, krb5Conf, hosts, Duration.ZERO);
    }

    /** Keys of {@link #SERVICE_PRINCIPALS}. */
    public Path serviceKeytab() {
        return tree.resolve("keytabs/service.keytab");
    }

    /** Keys of {@link #MACHINE}, AES and RC4. */
    public Path machineKeytab() {
        return tree.resolve("keytabs/machine.keytab");
    }

    /** Keys of {@link #MACHINE_2}, AES and RC4. */
    public Path secondMachineKeytab() {
        return tree.resolve("keytabs/machine2.keytab");
    }

    /** The authority that issued the domain controller's certificate, PEM. */
    public Path caCertificate() {
        return authority;
    }

    /** Samba's {@code smb.conf}, for its own tools. */
    public Path configuration() {
        return tree.resolve("etc/smb.conf");
    }

    /** How many wrong passwords were counted since the last right one. */
    public int badPasswordCount(TestAccount account) {
        return Integer.parseInt(attribute(account, "badPwdCount"));
    }

    /**
     * The SID of an account or group, such as {@code S-1-5-21-1-2-3-1104}.
     *
     * @param name its {@code sAMAccountName}
     */
    public String sid(String name) {
        return Sid.of(value(new TestAccount(name, ""), "objectSid"))
                .orElseThrow()
                .toString();
    }

    /** One value of an account's attribute, which must be text; the first where it has several. */
    public String attribute(TestAccount account, String name) {
        return new String(value(account, name), StandardCharsets.UTF_8);
    }

    private byte[] value(TestAccount account, String name) {
        String output = ldap("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", BASE_DN, filter(account), name)
                .runOrThrow(folder);
        Matcher matcher =
                Pattern.compile("(?m)^" + Pattern.quote(name) + "(::?) (.*)$").matcher(output);
        if (!matcher.find()) {
            throw new ProcessException("no " + name + " of " + account.name() + " in: " + output);
        }
        String text = matcher.group(2);
        return matcher.group(1).equals("::") ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Locks accounts for half an hour after this many wrong passwords within half an hour.
     *
     * @param threshold 999 at first; with 0 nothing is locked and nothing counted
     */
    public void setLockoutThreshold(int threshold) {
        long halfAnHour = -Duration.ofMinutes(30).toSeconds() * TICKS_PER_SECOND;
        modify("""
                dn: %s
                changetype: modify
                replace: lockoutThreshold
                lockoutThreshold: %d
                -
                replace: lockoutDuration
                lockoutDuration: %3$d
                -
                replace: lockOutObservationWindow
                lockOutObservationWindow: %3$d
                """.formatted(BASE_DN, threshold, halfAnHour));
    }

    /** Ends the lock of an account; its wrong passwords are forgotten. */
    public void unlock(TestAccount account) {
        modify("""
                dn: %s
                changetype: modify
                replace: lockoutTime
                lockoutTime: 0
                """.formatted(attribute(account, "distinguishedName")));
    }

    /** Changes the directory as {@link #ADMINISTRATOR}. */
    public void modify(String ldif) {
        ldap("ldapmodify").withInput(ldif).runOrThrow(folder);
    }

    /** An LDAP tool over TLS as {@link #ADMINISTRATOR}, with further arguments. */
    private Command ldap(String program, String... arguments) {
        String[] command = new String[arguments.length + 8];
        List<String> connection = List.of(
                program,
                "-x",
                "-H",
                "ldaps://" + host(),
                "-D",
                ADMINISTRATOR.name() + "@" + REALM,
                "-w",
                ADMINISTRATOR.password());
        connection.toArray(command);
        System.arraycopy(arguments, 0, command, connection.size(), arguments.length);
        return Command.of(command).withEnvironment(Map.of("LDAPTLS_CACERT", authority.toString()));
    }

    private static String filter(TestAccount account) {
        return "(sAMAccountName=" + account.name() + ")";
    }

    /** Ends all services; {@link #restart} starts them again with the same data. */
    public void stop() {
        samba.close();
    }

    /** Ends all services, if they run, and starts them again with the same data at the same address. */
    public void restart() {
        stop();
        samba = launch();
    }

    /** Lets all services hang: connections are taken, but nothing is answered. */
    public void pause() {
        samba.pause();
    }

    /** Lets services that hang go on. */
    public void resume() {
        samba.resume();
    }

    /** What to tell somebody who must find out why it does not do what it should. */
    public String report() {
        return samba.report();
    }

    @Override
    public void close() {
        samba.close();
        address.close();
    }

    private Path issueCertificate() {
        TestCertificates certificates = TestCertificates.authority(folder, "Authority of " + DNS_NAME);
        TestCertificates.Pair pair = certificates.issue("DNS:" + HOST_NAME, "DNS:" + DNS_NAME, "IP:" + host());
        Path tls = tree.resolve("private/tls");
        try {
            Files.createDirectories(tls);
            Files.copy(certificates.certificate(), tls.resolve("authority.pem"));
            Files.move(pair.certificate(), tls.resolve("server.pem"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(pair.key(), tls.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return certificates.certificate();
    }

    private OwnProcess launch() {
        Path winbind = tree.resolve("run/winbindd");
        Map<String, String> environment = new HashMap<>(client().environment());
        // Samba's own file server finds winbindd there only under nss_wrapper; else every SMB sign-in is an internal
        // error.
        environment.put("SELFTEST_WINBINDD_SOCKET_DIR", winbind.toString());
        OwnProcess process = OwnProcess.startServer(
                folder,
                environment,
                List.of(
                        "samba",
                        "--foreground",
                        "--no-process-group",
                        "--model=single",
                        "--configfile=" + configuration(),
                        "--debug-stdout"));
        boolean ready = Wait.until(START_LIMIT, () -> !process.isAlive() || answers(winbind));
        if (!ready || !process.isAlive()) {
            String report = process.report();
            process.close();
            throw new ProcessException("no domain controller after " + START_LIMIT.toSeconds() + " s: " + report);
        }
        return process;
    }

    private boolean answers(Path winbind) {
        return PORTS.stream().allMatch(port -> LoopbackAddress.accepts(address(), port))
                && Files.exists(winbind.resolve("pipe"))
                && ldap("ldapsearch", "-s", "base", "-b", BASE_DN, "dn")
                        .run(folder)
                        .succeeded();
    }
}
