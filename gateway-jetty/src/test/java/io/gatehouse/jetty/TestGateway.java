package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.CredentialEncoder;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.token.PaaKeys;
import io.gatehouse.core.token.PaaToken;
import io.gatehouse.core.token.PaaTokens;
import io.gatehouse.jetty.activity.ActivityHistory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;

/**
 * A real gateway with real providers on the loopback interface: one listener without TLS, one with, and keys for tokens
 * where {@code [auth.paa]} looks for them. Its accounts are alice and bob of the group staff, which may go to 127.0.0.1
 * by the default rule, and carol of the group guests, which no rule names. The password of each is {@value #PASSWORD}.
 */
public final class TestGateway implements AutoCloseable {
    public static final String PASSWORD = "password";
    public static final String RULE = """
            [[policy.rule]]
            name = "staff to this machine"
            groups = ["staff"]
            targets = ["127.0.0.1"]
            ports = ["1-65535"]
            """;
    private static final String TOKEN_KEYS = "paa-keys.json";
    private static final String CREDENTIALS =
            "$3$$8846f7eaee8fb117ad06bdd830b7586c" + ":$2y$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu\n";
    private static final String ACCOUNTS = "alice:enabled:staff:" + CREDENTIALS + "bob:enabled:staff:" + CREDENTIALS
            + "carol:enabled:guests:" + CREDENTIALS;
    private static final String CONFIGURATION = "gatehouse.toml";
    private static final String LISTENERS = """
            [server]
            name = "gw.test"
            aliases = ["localhost", "127.0.0.1"]
            [[listener]]
            address = "127.0.0.1:0"
            [[listener]]
            address = "127.0.0.1:0"
            tls = { certificate = "gateway.pem", key = "gateway.key" }
            [auth]
            order = ["ntlm", "local"]
            [auth.ntlm]
            accounts = "accounts"
            [auth.local]
            accounts = "accounts"
            [audit]
            file = "audit.jsonl"
            """;

    private final Path folder;
    private final PaaKeys tokenKeys;
    private final String listeners;
    private final Gateway gateway;

    /** Where its files are. */
    public Path folder() {
        return folder;
    }

    private TestGateway(Path folder, PaaKeys tokenKeys, String listeners, Gateway gateway) {
        this.folder = folder;
        this.tokenKeys = tokenKeys;
        this.listeners = listeners;
        this.gateway = gateway;
    }

    /** With the default rule. */
    public static TestGateway start() throws Exception {
        return start(RULE);
    }

    /** With these tables instead of the default rule. */
    public static TestGateway start(String tables) throws Exception {
        return start(tables, new ArrayByteBufferPool());
    }

    /** With this {@code drain-limit}. */
    public static TestGateway withDrainLimit(String limit, String tables) throws Exception {
        return start(
                LISTENERS.replace("[server]\n", "[server]\ndrain-limit = \"" + limit + "\"\n"),
                tables,
                new ArrayByteBufferPool());
    }

    /** The listener without TLS believes proxies on 127.0.0.1. */
    public static TestGateway behindProxy(String tables) throws Exception {
        String trusting = LISTENERS.replaceFirst(":0\"\n", ":0\"\ntrusted-proxies = [\"127.0.0.1\"]\n");
        return start(trusting, tables, new ArrayByteBufferPool());
    }

    /** Behind a proxy on 127.0.0.1; its accounts are alice and bob, and Basic checks them by argon2. */
    static TestGateway behindProxyWithArgon2(String tables) throws Exception {
        String trusting = LISTENERS.replaceFirst(":0\"\n", ":0\"\ntrusted-proxies = [\"127.0.0.1\"]\n");
        CredentialEncoder basic = ServiceLoader.load(CredentialEncoder.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(encoder -> encoder.purpose().equals("Basic"))
                .findFirst()
                .orElseThrow();
        String hash = basic.encode(PASSWORD).text();
        String credentials = CREDENTIALS.substring(0, CREDENTIALS.indexOf(':', 3)) + ":" + hash + "\n";
        String accounts = "alice:enabled:staff:" + credentials + "bob:enabled:staff:" + credentials;
        return start(trusting, tables, accounts, new ArrayByteBufferPool());
    }

    /**
     * Behind a proxy on 127.0.0.1, with its providers under the names of {@link CountedProviders}, and with accounts of
     * the group staff that are called user and their number, which begins with 0.
     */
    static TestGateway counted(String tables, int users) throws Exception {
        String counted = LISTENERS
                .replaceFirst(":0\"\n", ":0\"\ntrusted-proxies = [\"127.0.0.1\"]\n")
                .replace("[\"ntlm\", \"local\"]", "[\"counted-ntlm\", \"counted-local\"]")
                .replace("[auth.", "[auth.counted-");
        StringBuilder accounts = new StringBuilder();
        for (int user = 0; user < users; user++) {
            accounts.append("user").append(user).append(":enabled:staff:").append(CREDENTIALS);
        }
        return start(counted, tables, accounts.toString(), new ArrayByteBufferPool());
    }

    /** Behind a proxy on 127.0.0.1 that signs users in; the tables say how it tells. */
    public static TestGateway behindSigningProxy(String tables) throws Exception {
        String trusting = LISTENERS
                .replaceFirst(":0\"\n", ":0\"\ntrusted-proxies = [\"127.0.0.1\"]\n")
                .replace("\"local\"]", "\"local\", \"header\"]");
        return start(trusting, tables, new ArrayByteBufferPool());
    }

    /**
     * Asks for certificates with TLS; the tables say whose are good. The listener without TLS believes proxies on
     * 127.0.0.1, as one more does that asks for certificates as well: {@link #listener} 1.
     *
     * @param ask the value of {@code client-certificate}
     */
    public static TestGateway withCertificates(String ask, String tables) throws Exception {
        String tls = "client-certificate = \"" + ask + "\"\ntls = {";
        String trusting = "trusted-proxies = [\"127.0.0.1\"]\n";
        String toProxies = "[[listener]]\naddress = \"127.0.0.1:0\"\n" + trusting + tls
                + " certificate = \"gateway.pem\", key = \"gateway.key\" }\n";
        String asking = LISTENERS
                .replace("tls = {", tls)
                .replaceFirst(":0\"\n", ":0\"\n" + trusting + toProxies)
                .replace("\"local\"]", "\"local\", \"certificate\"]");
        return start(asking, tables, new ArrayByteBufferPool());
    }

    /** Behind a proxy on 127.0.0.1 that writes the header of RFC 7239. */
    public static TestGateway behindForwardedProxy(String tables) throws Exception {
        String trusting = LISTENERS.replaceFirst(
                ":0\"\n", ":0\"\ntrusted-proxies = [\"127.0.0.1\"]\nforwarding-header = \"forwarded\"\n");
        return start(trusting, tables, new ArrayByteBufferPool());
    }

    /** Both listeners take connections with a PROXY header from 127.0.0.5 and 127.0.0.6 only. */
    public static TestGateway behindProxyProtocol(String tables) throws Exception {
        String proxied = LISTENERS.replace(
                ":0\"\n", ":0\"\ntrusted-proxies = [\"127.0.0.5\", \"127.0.0.6\"]\nproxy-protocol = true\n");
        return start(proxied, tables, new ArrayByteBufferPool());
    }

    /** With a whole configuration of another place, whose first listener has TLS and whose second has none. */
    public static TestGateway of(String configuration) throws Exception {
        return start(configuration, "", new ArrayByteBufferPool());
    }

    /** Both listeners have these keys beside their addresses. */
    public static TestGateway listening(String keys, String tables) throws Exception {
        return start(LISTENERS.replace(":0\"\n", ":0\"\n" + keys), tables, new ArrayByteBufferPool());
    }

    /**
     * For proxies that run on this machine, while their clients come from 127.0.0.1: both listeners are at ::1 and
     * know it. That without TLS is for proxies that speak HTTP, that with TLS takes PROXY headers. Tokens are taken.
     */
    public static TestGateway behindReverseProxies(String tables) throws Exception {
        return start(behindReverseProxies(), tables, new ArrayByteBufferPool());
    }

    /** The same, and it takes tickets for {@code principal} in front of all else. */
    public static TestGateway behindReverseProxies(Path keytab, String principal, String tables) throws Exception {
        return start(withKerberos(behindReverseProxies(), keytab, principal), tables, new ArrayByteBufferPool());
    }

    /** The same for proxies that sign users in; the tables say how they tell. */
    public static TestGateway behindSigningReverseProxies(String tables) throws Exception {
        String signing = behindReverseProxies().replace("\"local\"]", "\"local\", \"header\"]");
        return start(signing, tables, new ArrayByteBufferPool());
    }

    private static String behindReverseProxies() {
        return LISTENERS
                .replaceFirst("127.0.0.1:0\"\n", "[::1]:0\"\ntrusted-proxies = [\"::1\"]\n")
                .replace("127.0.0.1:0\"\n", "[::1]:0\"\nproxy-protocol-from = [\"::1\"]\nproxy-protocol = true\n")
                .replace("[audit]", "[auth.paa]\n[audit]");
    }

    /** With the default rule and {@link FaultyProvider}. */
    static TestGateway withFaultyProvider() throws Exception {
        String faulty = LISTENERS.replace("[\"ntlm\", \"local\"]", "[\"ntlm\", \"local\", \"faulty\"]");
        return start(faulty, RULE, new ArrayByteBufferPool());
    }

    /** With {@link SiteProvider} behind its other providers, and with further keys of the table {@code [auth]}. */
    public static TestGateway checkingAccounts(String auth, String tables) throws Exception {
        String checking =
                LISTENERS.replace("order = [\"ntlm\", \"local\"]", auth + "\norder = [\"ntlm\", \"local\", \"site\"]");
        return start(checking, tables, new ArrayByteBufferPool());
    }

    /** Takes an account out of the account file. */
    public void removeAccount(String name) throws IOException {
        editAccounts(line -> line.startsWith(name + ":") ? "" : line + "\n");
    }

    /** Switches an account off in the account file. */
    public void disableAccount(String name) throws IOException {
        editAccounts(line -> line.replaceFirst("^" + name + ":enabled:", name + ":disabled:") + "\n");
    }

    /** Takes an account out of one group and puts it into another one, in the account file. */
    public void moveAccount(String name, String from, String to) throws IOException {
        editAccounts(line -> line.replaceFirst("^(" + name + ":[a-z]+):" + from + ":", "$1:" + to + ":") + "\n");
    }

    private void editAccounts(UnaryOperator<String> edit) throws IOException {
        Path file = folder.resolve("accounts");
        StringBuilder lines = new StringBuilder();
        Files.readAllLines(file).forEach(line -> lines.append(edit.apply(line)));
        Path next = folder.resolve("accounts.next");
        writePrivate(next, lines.toString().getBytes(StandardCharsets.US_ASCII));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** With {@link SiteProvider} behind its other providers. */
    public static TestGateway withSites(String tables) throws Exception {
        String sites = LISTENERS.replace("[\"ntlm\", \"local\"]", "[\"ntlm\", \"local\", \"site\"]");
        return start(sites, tables, new ArrayByteBufferPool());
    }

    /** With {@link HookedProvider} instead of Basic for its accounts. */
    public static TestGateway hooked(String tables) throws Exception {
        String hooked = LISTENERS
                .replace("[\"ntlm\", \"local\"]", "[\"ntlm\", \"hooked\"]")
                .replace("[auth.local]\naccounts = \"accounts\"\n", "");
        return start(hooked, tables, new ArrayByteBufferPool());
    }

    /** With this table instead of {@code [auth.local]}, and without NTLM: others have the accounts. */
    public static TestGateway withRealms(String local, String tables) throws Exception {
        String realms = LISTENERS
                .replace("[\"ntlm\", \"local\"]", "[\"local\"]")
                .replace("[auth.ntlm]\naccounts = \"accounts\"\n", "")
                .replace("[auth.local]\naccounts = \"accounts\"\n", local);
        return start(realms, tables + RULE, new ArrayByteBufferPool());
    }

    /** With Kerberos in front of its other providers. */
    public static TestGateway withKerberos(Path keytab, String principal) throws Exception {
        return withKerberos(keytab, principal, "");
    }

    /** With Kerberos in front of its other providers, and with these tables beside the default rule. */
    public static TestGateway withKerberos(Path keytab, String principal, String tables) throws Exception {
        return takingTickets(keytab, principal, tables + RULE);
    }

    /** With Kerberos in front of its other providers, and with these tables instead of the default rule. */
    public static TestGateway takingTickets(Path keytab, String principal, String tables) throws Exception {
        return start(withKerberos(LISTENERS, keytab, principal), tables, new ArrayByteBufferPool());
    }

    private static String withKerberos(String listeners, Path keytab, String principal) {
        return listeners.replace("[\"ntlm\", ", "[\"kerberos\", \"ntlm\", ") + """
                [auth.kerberos]
                keytab = "%s"
                principals = ["%s"]
                """.formatted(keytab, principal);
    }

    /** With access tokens for the audience {@code gateway} after its other providers, and PAA tokens. */
    static TestGateway withOidc(String issuer) throws Exception {
        String oidc = LISTENERS.replace("\"local\"]", "\"local\", \"oidc\"]") + """
                [auth.paa]
                [[auth.oidc.provider]]
                id = "idp"
                issuer = "%s"
                client-id = "portal"
                groups-claim = "groups"
                local-users = true
                bearer = { audience = ["gateway"] }
                """.formatted(issuer);
        return start(oidc, RULE, new ArrayByteBufferPool());
    }

    /** With Kerberos, tokens, a portal, an OpenID provider that is never asked, and these tables. */
    public static TestGateway withEverything(String tables) throws Exception {
        String everything =
                LISTENERS.replace("[\"ntlm\", \"local\"]", "[\"kerberos\", \"ntlm\", \"local\", \"oidc\"]") + """
                [auth.kerberos]
                keytab = "service.keytab"
                principals = ["HTTP/gw.test@LAB.TEST"]
                [auth.paa]
                [portal]
                url = "https://portal.test"
                signing = { certificate = "gateway.pem", key = "gateway.key" }
                [[auth.oidc.provider]]
                id = "idp"
                issuer = "http://127.0.0.1:9"
                client-id = "portal"
                groups-claim = "groups"
                local-users = true
                """;
        return start(everything, tables + RULE, new ArrayByteBufferPool());
    }

    /**
     * With PAM, which denies everybody, instead of the account file, {@link FaultyProvider}, and NTLM as the tables
     * say.
     */
    public static TestGateway withPam(String ntlm) throws Exception {
        String pam = LISTENERS
                .replace("[\"ntlm\", \"local\"]", "[\"ntlm\", \"local\", \"faulty\"]")
                .replace("[auth.ntlm]\naccounts = \"accounts\"\n", ntlm)
                .replace("[auth.local]\naccounts = \"accounts\"\n", """
                        [auth.local]
                        realms = ["pam"]
                        [auth.local.pam]
                        directory = "pam.d"
                        """);
        return start(pam, RULE, new ArrayByteBufferPool());
    }

    /** Both listeners on all addresses of this machine; that without TLS for a proxy elsewhere. */
    public static TestGateway onAllAddresses(String tables) throws Exception {
        String everywhere = LISTENERS
                .replace("127.0.0.1:0", ":0")
                .replaceFirst(":0\"\n", ":0\"\ntrusted-proxies = [\"192.0.2.1\"]\n");
        return start(everywhere, tables, new ArrayByteBufferPool());
    }

    /** With these tables instead of the default rule, and with a pool that the test watches. */
    public static TestGateway start(String tables, ByteBufferPool pool) throws Exception {
        return start(LISTENERS, tables, pool);
    }

    private static TestGateway start(String listeners, String tables, ByteBufferPool pool) throws Exception {
        return start(listeners, tables, ACCOUNTS, pool);
    }

    /** With these tables instead of the default rule, by another time of day. */
    public static TestGateway at(Clock clock, String tables) throws Exception {
        return start(LISTENERS, tables, ACCOUNTS, new ArrayByteBufferPool(), clock);
    }

    /** Lets it read other tables instead of those of its start. */
    public ReloadAnswer reload(String tables) throws IOException {
        Files.writeString(folder.resolve(CONFIGURATION), listeners + tables);
        return gateway.configurationReload().reload("test");
    }

    private static TestGateway start(String listeners, String tables, String accountLines, ByteBufferPool pool)
            throws Exception {
        return start(listeners, tables, accountLines, pool, Clock.systemUTC());
    }

    private static TestGateway start(
            String listeners, String tables, String accountLines, ByteBufferPool pool, Clock clock) throws Exception {
        Path folder = Files.createTempDirectory("gateway-test");
        TestCertificate.shared().writeTo(folder);
        writePrivate(folder.resolve("accounts"), accountLines.getBytes(StandardCharsets.US_ASCII));
        PaaKeys tokenKeys = PaaKeys.generate(PaaKeys.Algorithm.HS256, new SecureRandom());
        writePrivate(folder.resolve(TOKEN_KEYS), tokenKeys.json());
        writePrivate(folder.resolve("service.keytab"), TestKeytab.of("HTTP", "gw.test", "LAB.TEST"));
        writePrivate(folder.resolve("machine-password"), PASSWORD.getBytes(StandardCharsets.US_ASCII));
        Path pam = Files.createDirectory(folder.resolve("pam.d"));
        Files.writeString(pam.resolve("gatehouse"), "auth required pam_deny.so\naccount required pam_deny.so\n");
        Files.writeString(folder.resolve(CONFIGURATION), listeners + tables);
        return start(folder, tokenKeys, listeners, pool, clock);
    }

    private static TestGateway start(Path folder, PaaKeys tokenKeys, String listeners, ByteBufferPool pool, Clock clock)
            throws Exception {
        return switch (ConfigurationLoader.load(folder.resolve(CONFIGURATION), Providers.installed())) {
            case ConfigurationLoader.Loaded loaded ->
                new TestGateway(
                        folder,
                        tokenKeys,
                        listeners,
                        Gateway.start(
                                loaded.configuration(),
                                () -> ConfigurationLoader.load(folder.resolve(CONFIGURATION), Providers.installed()),
                                clock,
                                MonotonicClock.system(),
                                pool));
            case ConfigurationLoader.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private static void writePrivate(Path file, byte[] content) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, content);
    }

    /** Lets it wait for its users as after SIGTERM; {@link #stop} comes next. */
    public void drain() {
        gateway.drain("a signal");
    }

    /** Lets {@link #drain} wait no longer. */
    public void hurry() {
        gateway.hurry();
    }

    /** Ends it as SIGTERM would, and keeps its files. */
    public void stop() {
        gateway.close();
    }

    /** Another gateway with the files of this one, which was stopped. */
    public TestGateway startedAgain() throws Exception {
        return startedAgain(Clock.systemUTC());
    }

    /** The same by another time of day. */
    public TestGateway startedAgain(Clock clock) throws Exception {
        return start(folder, tokenKeys, listeners, new ArrayByteBufferPool(), clock);
    }

    /** Tunnels, half tunnels and connections that there are now. */
    public List<Integer> census() {
        return gateway.census();
    }

    /** Where its metrics are shown. */
    public Optional<InetSocketAddress> metricsAddress() {
        return gateway.metricsAddress();
    }

    /** Takes audit events as if parts of the gateway sent them. */
    public AuditLog log() {
        return gateway.log();
    }

    /** How busy it was. */
    public ActivityHistory activity() {
        return gateway.activity();
    }

    /** Where the admin API listens on the network, if it does. */
    public Optional<InetSocketAddress> adminAddress() {
        return gateway.adminAddress();
    }

    /** How long a connection without a tunnel may be silent from now on: the real time is too long to wait for. */
    public void setIdleTimeout(Duration timeout) {
        gateway.setIdleTimeout(timeout);
    }

    /** Lets grants end now that have ended: the real time between two looks at them is too long to wait for. */
    public void endGrants() {
        gateway.endGrants();
    }

    /**
     * A token of this gateway, good for five minutes from {@code made}, that opens a port of 127.0.0.1 to dora of a
     * group.
     */
    public String token(String group, int port, Instant made) {
        Identity dora = new Identity(
                "oidc", "oidc", "dora", Optional.empty(), Optional.empty(), Set.of(group), Set.of(), Set.of());
        return token(dora, new Target("127.0.0.1", port), made);
    }

    /** A token of this gateway, good for five minutes from {@code made}. */
    public String token(Identity identity, Target target, Instant made) {
        return token(identity, "id-" + target + identity + made.toEpochMilli(), target, made);
    }

    /** The same with an id, for a port of 127.0.0.1. */
    public String token(Identity identity, String id, int port, Instant made) {
        return token(identity, id, new Target("127.0.0.1", port), made);
    }

    private String token(Identity identity, String id, Target target, Instant made) {
        PaaToken token = new PaaToken(
                id,
                "session",
                identity,
                Set.of(target),
                made.truncatedTo(ChronoUnit.SECONDS),
                made.truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofMinutes(5)),
                Optional.empty());
        return new PaaTokens(() -> tokenKeys, "gw.test", Clock.systemUTC()).mint(token);
    }

    /** Puts another key in the place of that for tokens. */
    void replaceTokenKeys() throws IOException {
        PaaKeys other = tokenKeys.rotate(PaaKeys.Algorithm.ES256, 0, new SecureRandom());
        Files.write(folder.resolve(TOKEN_KEYS), other.json());
    }

    /** A listener by its place in the file. */
    public InetSocketAddress listener(int place) {
        return gateway.addresses().get(place);
    }

    /** The listener without TLS. */
    public InetSocketAddress plain() {
        return gateway.addresses().getFirst();
    }

    /** The listener with TLS. */
    public InetSocketAddress tls() {
        return gateway.addresses().getLast();
    }

    /** A client with TLS that signs in as alice by NTLM. */
    public ClientOptions.Builder options(Transport transport) {
        return ClientOptions.builder("localhost", tls().getPort())
                .address(tls())
                .trust(new Trust.Pinned(TestCertificate.shared().certificate()))
                .transport(transport)
                .credentials(Credentials.ntlm("alice", PASSWORD))
                .readTimeout(Duration.ofSeconds(10));
    }

    public GatewayClient client(Transport transport) {
        return new GatewayClient(options(transport).build());
    }

    /** The audit lines so far, without what the log says about itself. */
    public List<String> audit() throws IOException {
        return Files.readAllLines(folder.resolve("audit.jsonl")).stream()
                .filter(line -> !line.contains("\"event.action\":\"audit."))
                .toList();
    }

    /** Waits until there is an audit line with all these texts. */
    public void awaitAudit(String... texts) throws Exception {
        Await.until(
                "audit line with " + List.of(texts),
                () -> audit().stream().anyMatch(line -> Stream.of(texts).allMatch(line::contains)));
    }

    /** Waits until no tunnel and no connection is left. */
    public void awaitEmpty() throws Exception {
        Await.until("no tunnels, halves and connections", () -> census().equals(List.of(0, 0, 0)));
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        assertThat(folder).doesNotExist();
    }
}
