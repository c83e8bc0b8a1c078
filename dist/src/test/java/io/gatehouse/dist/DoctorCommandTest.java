package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicketSettings;
import io.gatehouse.core.ticket.DeviceTickets;
import io.gatehouse.dist.DoctorSetUp.Diagnosis;
import io.gatehouse.dist.DoctorSetUp.Found;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each test breaks one thing of a good set-up; the doctor names the fault and its cure, and nothing else. */
class DoctorCommandTest {
    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private DoctorSetUp setUp;

    @BeforeEach
    void makeSetUp() throws IOException {
        RequiredTools.assume("openssl");
        setUp = DoctorSetUp.in(folder);
    }

    @AfterEach
    void closeSetUp() {
        setUp.close();
    }

    @Test
    void nothingIsFoundWhereNothingIsWrong() throws IOException {
        try (RdpServer target = RdpServer.withNla(setUp.authority.issueFor(30, "IP:127.0.0.1"))) {
            Diagnosis diagnosis = setUp.examined("--target", "127.0.0.1:" + target.port());
            assertThat(diagnosis.findings()).isEmpty();
            assertThat(diagnosis.code()).isZero();
        }
    }

    @Test
    void reportForPeopleSaysWhatWasExaminedAndThatAllIsWell() {
        CommandRun run = CommandRun.of(
                "doctor",
                "--config",
                setUp.configuration.toString(),
                "--ca",
                setUp.authority.certificate().toString(),
                "--public-name",
                "localhost:" + setUp.start());
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("Configuration\n  ok       " + setUp.configuration + "\n\n")
                .contains("Reverse proxy\n  ok       MS-TSGU at localhost:")
                .endsWith("\n0 faults, 0 warnings, 0 notes\n")
                .doesNotContain("\u001b");
    }

    @Test
    void configurationThatCheckRefusesIsRefusedInTheSameWords() throws IOException {
        setUp.withConfiguration("trusted-proxy = [\"127.0.0.1\"]", "");
        Diagnosis diagnosis = setUp.doctor();
        assertThat(diagnosis.codes()).containsOnly("configuration.problem");
        assertThat(diagnosis.only("configuration.problem").cause()).contains("did you mean \"trusted-proxies\"");
        assertThat(diagnosis.code()).isEqualTo(2);
    }

    @Test
    void expiredCertificate() throws IOException {
        setUp.withPair(setUp.authority.issueExpired("DNS:localhost")).withChain();
        Diagnosis diagnosis = setUp.doctor();
        Found found = diagnosis.only("certificate.expired");
        assertThat(found.cause()).contains("a.pem: the certificate expired on ");
        assertThat(found.fix()).contains("renew it");
        assertThat(diagnosis.code()).isEqualTo(2);
    }

    @Test
    void certificateForAnotherName() throws IOException {
        setUp.withPair(setUp.authority.issueFor(30, "DNS:other.example.com")).withChain();
        Diagnosis diagnosis = setUp.examined();
        assertThat(diagnosis.codes()).containsExactly("certificate.wrong-name");
        Found found = diagnosis.only("certificate.wrong-name");
        assertThat(found.cause()).contains("is for other.example.com and not for localhost");
        assertThat(found.fix()).contains("subjectAltName");
    }

    @Test
    void certificateWithoutThatOfItsIssuer() throws IOException {
        setUp.withPair(setUp.authority.issueFor(30, "DNS:localhost"));
        Diagnosis diagnosis = setUp.examined();
        assertThat(diagnosis.codes()).containsOnly("certificate.chain-incomplete");
        assertThat(diagnosis.only("certificate.chain-incomplete").fix()).contains("fullchain.pem");
        assertThat(diagnosis.code()).isEqualTo(1);
    }

    @Test
    void certificateWithTheNameOfAnIssuerThatDidNotSignIt() throws IOException {
        TestCertificates impostor = TestCertificates.authority(folder, "Gatehouse Doctor CA");
        setUp.withPair(impostor.issueFor(30, "DNS:localhost")).withChain();
        Diagnosis diagnosis = setUp.examined();
        assertThat(diagnosis.codes()).containsOnly("certificate.chain-order");
        assertThat(diagnosis.only("certificate.chain-order").cause())
                .contains("certificate 2 did not issue certificate 1");
    }

    @Test
    void keyOfAnotherCertificate() throws IOException {
        setUp.withKey(setUp.authority.issueFor(30, "DNS:localhost"));
        Found found = setUp.doctor().only("certificate.key");
        assertThat(found.cause()).contains("a.key: the key does not belong to the certificate in ");
        assertThat(found.fix()).contains("the private key that the certificate was made for");
    }

    @Test
    void selfSignedCertificateThatNobodyTrusts() throws IOException {
        SelfSignedCertificate.write(setUp.file("b.pem"), setUp.file("b.key"), List.of("localhost"), Clock.systemUTC());
        setUp.withText(
                DoctorSetUp.text(setUp.configuration).replace("a.pem", "b.pem").replace("a.key", "b.key"));
        Diagnosis diagnosis = setUp.examined();
        assertThat(diagnosis.codes()).containsExactly("certificate.not-trusted");
        assertThat(diagnosis.only("certificate.not-trusted").cause()).contains("the certificate is self-signed");
    }

    @Test
    void certificateSignedWithSha512() throws IOException {
        Path certificate = folder.fresh("sha512.pem");
        Path key = folder.fresh("sha512.key");
        Command.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-sha512",
                        "-days",
                        "30",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost",
                        "-addext",
                        "extendedKeyUsage=clientAuth",
                        "-out",
                        certificate.toString(),
                        "-keyout",
                        key.toString())
                .runOrThrow(folder);
        setUp.withPair(new TestCertificates.Pair(certificate, key));
        Diagnosis diagnosis = setUp.examined();
        assertThat(diagnosis.codes())
                .containsOnly("certificate.signature", "certificate.usage", "certificate.not-trusted");
        assertThat(diagnosis.only("certificate.signature").fix()).contains("--key-type rsa");
        assertThat(diagnosis.only("certificate.usage").cause()).contains("1.3.6.1.5.5.7.3.2");
    }

    @Test
    void certificateThatWasRenewedIsShownWithoutARestart() throws IOException {
        int port = setUp.start();
        setUp.withPair(setUp.authority.issueFor(30, "DNS:localhost")).withChain();
        assertThat(Wait.until(
                        Duration.ofSeconds(30),
                        () -> setUp.doctor("--public-name", "localhost:" + port)
                                .codes()
                                .isEmpty()))
                .isTrue();
    }

    @Test
    void keyThatTheServiceCannotRead() throws IOException {
        Path home = Objects.requireNonNull(setUp.configuration.getParent());
        for (Path open : List.of(folder.path(), home)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Diagnosis diagnosis = setUp.doctor("--run-as", "nobody");
        Found found = diagnosis.findings().stream()
                .filter(each -> each.cause().contains("a.key"))
                .findFirst()
                .orElseThrow();
        assertThat(found.code()).isEqualTo("files.unreadable");
        assertThat(found.cause()).startsWith("the user nobody cannot read ").contains("rw-------");
        assertThat(found.fix()).contains("chmod 640 " + setUp.file("a.key"));
        assertThat(setUp.doctor("--run-as", "no-such-user").codes()).contains("files.no-user");
    }

    @Test
    void wakeCommandThatTheServiceCannotRun() throws IOException {
        Path program = folder.write("start-computer", "#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
        setUp.withText(DoctorSetUp.text(setUp.configuration) + """
                [[desktop]]
                name = "pc"
                host = "127.0.0.1"
                wake-command = ["%s"]
                [[policy.rule]]
                name = "wakers"
                targets = ["127.0.0.1"]
                wake = true
                """.formatted(program));
        assertThat(setUp.doctor("--run-as", "nobody")
                        .only("files.not-executable")
                        .cause())
                .startsWith("the user nobody cannot run " + program);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(setUp.doctor("--run-as", "nobody").codes())
                .contains("wake.command-writable")
                .doesNotContain("files.not-executable");
    }

    @Test
    void limitOfOpenFilesThatIsTooLow() {
        Diagnosis diagnosis = DoctorSetUp.diagnosis(CommandRun.withOpenFiles(
                1024, Clock.systemUTC(), "doctor", "--json", "--config", setUp.configuration.toString()));
        assertThat(diagnosis.codes()).containsExactly("machine.open-files");
        assertThat(diagnosis.only("machine.open-files").fix()).contains("LimitNOFILE", "connections in [limits]");
    }

    @Test
    void portThatAnotherProgramHas() throws IOException {
        try (RdpServer other = RdpServer.saying("SSH-2.0-OpenSSH_9.2\r\n")) {
            setUp.withText(DoctorSetUp.text(setUp.configuration).replace("127.0.0.1:0", "127.0.0.1:" + other.port()));
            Diagnosis diagnosis = setUp.doctor();
            assertThat(diagnosis.codes()).containsExactly("machine.port-taken");
            assertThat(diagnosis.only("machine.port-taken").fix()).contains("ss -ltnp 'sport = :" + other.port());
        }
    }

    @Test
    void gatewayThatDoesNotRun() throws IOException {
        int port = freePort();
        setUp.withText(DoctorSetUp.text(setUp.configuration).replace("127.0.0.1:0", "127.0.0.1:" + port));
        Diagnosis diagnosis = setUp.doctor("--public-name", "localhost:" + port);
        assertThat(diagnosis.codes()).contains("gateway.not-running", "tls.handshake", "front.no-answer");
    }

    @Test
    void anotherServerUnderThePublicName() throws IOException {
        int port = setUp.start();
        setUp.close();
        try (RdpServer other = RdpServer.overTls(
                port,
                new TestCertificates.Pair(setUp.file("a.pem"), setUp.file("a.key")),
                "HTTP/1.1 404 Not Found\r\nServer: Apache\r\nContent-Length: 0\r\n\r\n")) {
            Diagnosis diagnosis = setUp.doctor("--public-name", "localhost:" + other.port());
            assertThat(diagnosis.codes()).containsExactly("front.not-a-gateway");
            assertThat(diagnosis.only("front.not-a-gateway").cause()).contains("status 404 (Server: Apache)");
        }
    }

    @Test
    void targetWhosePortIsClosed() throws IOException {
        int port = freePort();
        Diagnosis diagnosis = setUp.doctor("--target", "127.0.0.1:" + port);
        assertThat(diagnosis.codes()).containsExactly("target.port-closed");
        assertThat(diagnosis.only("target.port-closed").fix()).contains("switch on Remote Desktop");
    }

    @Test
    void targetThatNoRuleNames() {
        Diagnosis diagnosis = setUp.doctor("--target", "10.1.2.3");
        assertThat(diagnosis.codes()).containsExactly("target.no-rule");
        Diagnosis ofAlice = setUp.doctor("--target", "10.1.2.3", "--user", "alice");
        assertThat(ofAlice.codes()).containsExactly("target.denied");
        assertThat(ofAlice.only("target.denied").fix()).contains("gatehouse explain");
    }

    @Test
    void targetWithoutAddress() {
        Diagnosis diagnosis = setUp.doctor("--target", "nowhere.invalid:3389");
        assertThat(diagnosis.codes()).containsExactly("target.unresolved");
        assertThat(diagnosis.only("target.unresolved").fix()).contains("dns-suffix");
    }

    @Test
    void targetThatSpeaksSomethingElse() throws IOException {
        try (RdpServer ssh = RdpServer.saying("SSH-2.0-OpenSSH_9.2\r\n")) {
            Diagnosis diagnosis = setUp.doctor("--target", "127.0.0.1:" + ssh.port());
            assertThat(diagnosis.codes()).containsExactly("target.not-rdp");
            assertThat(diagnosis.only("target.not-rdp").cause()).contains("expected a TPKT header");
        }
    }

    @Test
    void targetWithTheSecurityOfOldTimes() throws IOException {
        try (RdpServer old = RdpServer.answering(new byte[] {3, 0, 0, 11, 6, (byte) 0xD0, 0, 0, 0x12, 0x34, 0})) {
            Diagnosis diagnosis = setUp.doctor("--target", "127.0.0.1:" + old.port());
            assertThat(diagnosis.codes()).containsExactly("target.legacy-security");
        }
    }

    @Test
    void targetWithAnExpiredCertificate() throws IOException {
        try (RdpServer target = RdpServer.withNla(setUp.authority.issueExpired("IP:127.0.0.1"))) {
            Diagnosis diagnosis = setUp.doctor("--target", "127.0.0.1:" + target.port());
            assertThat(diagnosis.codes()).containsExactly("target.certificate");
        }
    }

    /** Alice has an account, and bob has not. */
    @Test
    void deviceTicketsOfAUserWhoIsGoneAndTooMany() throws IOException {
        setUp.withConfiguration("", """
                [portal]
                url = "https://localhost"
                signing = { certificate = "a.pem", key = "a.key" }
                [portal.device-tickets]
                """);
        keepTickets("alice", 1);
        assertThat(setUp.doctor().codes()).noneMatch(code -> code.startsWith("device-tickets."));
        keepTickets("bob", 1);
        // Nobody is taken for gone whose account is missing in a file that has just changed.
        Diagnosis gone = Wait.first(
                        Duration.ofSeconds(30),
                        () -> Optional.of(setUp.doctor())
                                .filter(found -> found.codes().contains("device-tickets.gone")))
                .orElseThrow();
        assertThat(gone.only("device-tickets.gone").cause()).contains("are gone: bob;");
        assertThat(gone.codes()).doesNotContain("device-tickets.full");
        keepTickets("alice", 9000);
        assertThat(setUp.doctor().only("device-tickets.full").cause()).contains("9000 device tickets (at most 10000)");
    }

    /** As many files of one user; all but their id and digest is the same. */
    private void keepTickets(String user, int count) throws IOException {
        DeviceTickets tickets = new DeviceTickets(
                new DeviceTicketSettings(
                        Duration.ofDays(180),
                        1,
                        DeviceTicketSettings.SessionProof.SAME_ADDRESS,
                        Duration.ofMinutes(15),
                        Set.of(),
                        false,
                        WithoutNumber.ASK),
                Domains.NONE,
                Clock.systemUTC(),
                new SecureRandom());
        Identity owner = Identity.local("local", "basic", user, Set.of(), Set.of());
        assertThat(tickets.make(owner, "pc", new Target("127.0.0.1", 3389), "Laptop"))
                .isInstanceOf(Parsed.Valid.class);
        List<String> lines = tickets.text().lines().toList();
        StringBuilder text = new StringBuilder(lines.getFirst().replace(", 1 ", ", " + count + " ")).append('\n');
        for (int i = 0; i < count; i++) {
            text.append(lines.getLast()
                            .replaceAll("[0-9a-f]{64}", String.format(Locale.ROOT, "%064x", i))
                            .replaceAll("\"[0-9a-f]{10}\"", String.format(Locale.ROOT, "\"%010x\"", i)))
                    .append('\n');
        }
        PrivateFiles.write(setUp.file("device-tickets"), text.toString());
    }

    @Test
    void argumentsAreCheckedFirst() {
        CommandRun run = CommandRun.of("doctor", "--config", setUp.configuration.toString(), "--idle", "-1");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("gatehouse: --idle -1 (expected 0 to 3600 seconds)\n");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
