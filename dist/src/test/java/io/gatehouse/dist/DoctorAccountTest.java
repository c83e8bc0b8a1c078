package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.dist.DoctorSetUp.Diagnosis;
import io.gatehouse.dist.DoctorSetUp.Found;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gatehouse doctor --sign-in} at gateways, and at servers that want the password and must not get it. */
class DoctorAccountTest {
    private static final String LINES = "alice\nCorrect Horse 7\n";

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private DoctorSetUp setUp;

    @BeforeEach
    void makeSetUp() throws IOException {
        RequiredTools.assume("openssl");
        setUp = DoctorSetUp.in(folder).withConfiguration("", "[audit]\nfile = \"audit.jsonl\"");
    }

    @AfterEach
    void closeSetUp() {
        setUp.close();
    }

    @Test
    void theGatewayThatAnsweredAndTheAddressThatItSawAreSaid() {
        Diagnosis diagnosis = setUp.signedIn(LINES, setUp.start());

        assertThat(diagnosis.code()).isZero();
        assertThat(diagnosis.codes()).containsExactly("sign-in.accepted", "sign-in.accepted");
        assertThat(diagnosis.findings())
                .extracting(Found::cause)
                .allSatisfy(cause -> assertThat(cause)
                        .contains(
                                "alice signed in by Basic over",
                                "this gateway answered, and saw the client address 127.0.0.1")
                        .doesNotContain("Correct Horse"));
    }

    @Test
    void aWrongPasswordIsTriedOnceAndTheAuditLogSaysWhy() throws IOException {
        Diagnosis diagnosis = setUp.signedIn("wrong\n", setUp.start(), "--user", "alice");

        assertThat(diagnosis.codes()).containsExactly("sign-in.refused");
        assertThat(diagnosis.only("sign-in.refused").cause()).contains("alice", "bad-credentials, wrong password");
        assertThat(DoctorSetUp.text(setUp.file("audit.jsonl")).lines().filter(line -> line.contains("sign-in.refused")))
                .hasSize(1);
    }

    @Test
    void anotherGatewayIsNotTakenForThisOne() throws IOException {
        int port = setUp.start();
        setUp.withText(DoctorSetUp.text(setUp.configuration).replace("audit.jsonl", "other.jsonl"));
        Files.writeString(setUp.file("other.jsonl"), "");

        Diagnosis diagnosis = setUp.signedIn(LINES, port);

        assertThat(diagnosis.codes()).containsExactly("sign-in.other-gateway", "sign-in.other-gateway");
    }

    @Test
    void withoutAnAuditFileTheCorrelationIdIsSaid() throws IOException {
        setUp.withConfiguration("", "");
        Diagnosis diagnosis = setUp.signedIn(LINES, setUp.start());
        assertThat(diagnosis.codes()).containsExactly("sign-in.unseen", "sign-in.unseen");
        assertThat(diagnosis.only("sign-in.unseen").fix()).contains("correlation id");
    }

    /** A relay that the gateway does not trust, from another address, as a proxy without X-Forwarded-For. */
    @Test
    void theAddressOfAProxyIsNotThatOfTheClient() throws IOException {
        try (Relay relay = new Relay(setUp.start())) {
            Diagnosis diagnosis = setUp.signedIn(LINES, relay.port());
            assertThat(diagnosis.codes()).containsExactly("sign-in.client-address", "sign-in.client-address");
            Found found = diagnosis.only("sign-in.client-address");
            assertThat(found.cause()).contains("saw the client address 127.0.0.2 (expected 127.0.0.1)");
            assertThat(found.fix()).contains("X-Forwarded-For", "trusted-proxies");
        }
    }

    /** One with the certificate of an unknown authority, one with the certificate of another host. */
    @ParameterizedTest
    @ValueSource(strings = {"unknown", "another host"})
    void aServerThatCannotBeVerifiedLearnsNothing(String kind) throws IOException {
        TestCertificates.Pair pair = kind.equals("unknown")
                ? TestCertificates.authority(folder, "Evil CA").issueFor(30, "DNS:localhost")
                : setUp.authority.issueFor(30, "DNS:evil.example");
        setUp.withPair(pair);

        Diagnosis diagnosis = setUp.signedIn(LINES, setUp.start());

        assertThat(diagnosis.codes()).contains("sign-in.not-verified").doesNotContain("sign-in.accepted");
        assertThat(diagnosis.only("sign-in.not-verified").cause()).contains("the password was not sent");
        assertThat(DoctorSetUp.text(setUp.file("audit.jsonl"))).doesNotContain("alice");
    }

    @Test
    void whatIsMissingIsAskedForAtTheTerminal() {
        CommandRun run = CommandRun.atTerminal(
                List.of("alice", "Correct Horse 7"),
                setUp.beside("--public-name", "localhost:" + setUp.start(), "--sign-in"));
        assertThat(DoctorSetUp.diagnosis(run).codes()).containsOnly("sign-in.accepted");
        CommandRun nobody = CommandRun.of(
                "doctor", "--config", setUp.configuration.toString(), "--public-name", "localhost", "--sign-in");
        assertThat(nobody.code()).isEqualTo(ExitCode.WRONG);
        assertThat(nobody.err()).contains("no terminal to ask for the user and the password; use --password-stdin");
    }

    /** Relays bytes to a port, and connects from 127.0.0.2. */
    private static final class Relay implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());

        Relay(int to) throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket client = server.accept();
                        Socket gateway = new Socket();
                        gateway.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
                        gateway.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to));
                        Thread.ofVirtual().start(() -> copy(client, gateway));
                        Thread.ofVirtual().start(() -> copy(gateway, client));
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
        }

        private static void copy(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // One of them has closed.
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
