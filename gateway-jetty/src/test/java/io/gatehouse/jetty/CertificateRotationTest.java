package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.KeepAlive;
import io.gatehouse.jetty.edge.ServerCertificate;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The certificate of a running gateway is renewed while clients come and work. */
@Timeout(120)
class CertificateRotationTest {
    private static final int ROTATIONS = 20;
    private static final int COMING = 4;
    private static final String LIMITS = """
            [limits]
            connections-before-login-per-source = 1000
            tunnels-per-user = 1000
            """;

    private EchoTarget target;
    private TestGateway gateway;
    private RotatingCertificate certificates;

    @BeforeEach
    void start() throws Exception {
        target = new EchoTarget();
        gateway = TestGateway.start(TestGateway.RULE + LIMITS);
        certificates = new RotatingCertificate(gateway.folder());
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        target.close();
    }

    /** Signs in with NTLM and the binding to the certificate that it sees. */
    private GatewayClient client(Transport transport, SSLContext trusting) {
        return new GatewayClient(
                gateway.options(transport).trust(new Trust.Shared(trusting)).build());
    }

    private void open(GatewayClient client) throws IOException {
        client.open("pc", List.of(target.host()), target.port());
    }

    private static void echo(GatewayClient client, int number) throws IOException {
        Data data = new Data(ByteBuffer.wrap(new byte[] {(byte) number}));
        client.send(data);
        TsguPacket answer = client.receive();
        while (answer instanceof KeepAlive) {
            answer = client.receive();
        }
        assertThat(answer).isEqualTo(data);
    }

    private void reload() throws IOException {
        assertThat(gateway.reload(TestGateway.RULE + LIMITS)).isInstanceOf(ReloadAnswer.Applied.class);
    }

    private X509Certificate shown() throws Exception {
        RotatingCertificate observer = new RotatingCertificate(gateway.folder());
        try (SSLSocket socket = (SSLSocket) observer.clients(() -> {})
                .getSocketFactory()
                .createSocket(gateway.tls().getAddress(), gateway.tls().getPort())) {
            socket.startHandshake();
        }
        return observer.seen().iterator().next();
    }

    /** What a client does again and again until it is told to end. */
    private int comeAndGo(Transport transport, SSLContext trusting, AtomicBoolean end) throws IOException {
        int opened = 0;
        while (!end.get()) {
            try (GatewayClient client = client(transport, trusting)) {
                open(client);
                echo(client, opened);
                opened++;
            }
        }
        return opened;
    }

    @Test
    void twentyRotationsUnderLoadFailNoHandshakeNoSignInAndNoSession() throws Exception {
        SSLContext trusting = certificates.clients(() -> {});
        List<GatewayClient> working = new ArrayList<>();
        AtomicBoolean end = new AtomicBoolean();
        try (ExecutorService executor = Executors.newFixedThreadPool(COMING)) {
            List<Future<Integer>> coming = new ArrayList<>();
            try {
                for (Transport transport : Transport.values()) {
                    GatewayClient client = client(transport, trusting);
                    working.add(client);
                    open(client);
                }
                for (int i = 0; i < COMING; i++) {
                    Transport transport = i % 2 == 0 ? Transport.WEBSOCKET : Transport.DUAL_CHANNEL;
                    coming.add(executor.submit(() -> comeAndGo(transport, trusting, end)));
                }
                for (int i = 1; i <= ROTATIONS; i++) {
                    X509Certificate next = certificates.rotate().certificate();
                    reload();
                    Await.until(
                            "clients see certificate " + i,
                            () -> certificates.seen().contains(next));
                    for (GatewayClient client : working) {
                        echo(client, i);
                    }
                }
            } finally {
                end.set(true);
            }
            int opened = 0;
            for (Future<Integer> each : coming) {
                opened += each.get();
            }
            System.out.printf("%d sessions began over %d rotations, none failed%n", opened, ROTATIONS);
            assertThat(opened).isGreaterThan(ROTATIONS);
            for (GatewayClient client : working) {
                echo(client, 77);
            }
            assertThat(gateway.audit()).noneMatch(line -> line.contains("sign-in.refused"));
            assertThat(gateway.audit().stream().filter(line -> line.contains("sign-in.accepted")))
                    .allMatch(line -> line.contains("channel-binding"));
        } finally {
            working.forEach(GatewayClient::abort);
        }
    }

    /** The certificate changes when the client has seen the old one, and has not said a word of HTTP yet. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aConnectionSignsInWithTheCertificateThatItBeganWith(Transport transport) throws Exception {
        AtomicInteger handshakes = new AtomicInteger();
        X509Certificate before = shown();
        SSLContext trusting = certificates.clients(() -> {
            handshakes.incrementAndGet();
            try {
                certificates.rotate();
                reload();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        try (GatewayClient client = client(transport, trusting)) {
            open(client);
            echo(client, 1);
        }
        assertThat(handshakes.get()).isPositive();
        assertThat(certificates.seen()).hasSize(handshakes.get()).contains(before);
        gateway.awaitAudit("sign-in.accepted", "channel-binding");
    }

    /** As Kubernetes mounts secrets and certbot keeps its files: a link is replaced, and no file changes. */
    @Test
    void aLinkToOtherFilesIsNoticedWithoutAReload() throws Exception {
        Path folder = gateway.folder();
        TestCertificate next = certificates.next();
        Path data = Files.createDirectory(folder.resolve("..data_2"));
        next.writeTo(data);
        for (String file : List.of("gateway.key", "gateway.pem")) {
            Path link = Files.createSymbolicLink(folder.resolve(file + ".new"), data.resolve(file));
            Files.move(link, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Await.until("the new certificate", () -> shown().equals(next.certificate()));
    }

    @Test
    void aPairThatDoesNotFitIsToldOnceAndTheOldOneGoesOn() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(ServerCertificate.class);
        lines.start();
        log.addAppender(lines);
        try {
            X509Certificate before = shown();
            Path folder = gateway.folder();
            Path beside = Files.createDirectory(folder.resolve("beside"));
            TestCertificate next = certificates.next();
            next.writeTo(beside);
            Files.move(
                    beside.resolve("gateway.pem"), folder.resolve("gateway.pem"), StandardCopyOption.REPLACE_EXISTING);

            // The rules go into force: an administrator who takes access away need not wait for the other file.
            assertThat(gateway.reload(TestGateway.RULE + LIMITS))
                    .isInstanceOfSatisfying(
                            ReloadAnswer.Applied.class,
                            applied -> assertThat(applied.warnings().toString())
                                    .contains("the key does not belong to the certificate")
                                    .contains("the TLS certificate before it stays in force"));
            Await.until("a line of the log", () -> !lines.list.isEmpty());
            assertThat(lines.list.getFirst().getKeyValuePairs().toString())
                    .contains("the key does not belong to the certificate in " + folder.resolve("gateway.pem"));
            assertThat(shown()).isEqualTo(before);

            Files.move(
                    beside.resolve("gateway.key"), folder.resolve("gateway.key"), StandardCopyOption.REPLACE_EXISTING);
            Await.until("the new certificate", () -> shown().equals(next.certificate()));
            assertThat(lines.list)
                    .filteredOn(line -> line.getLevel().equals(Level.ERROR))
                    .extracting(ILoggingEvent::getMessage)
                    .containsExactly("the new TLS certificate cannot be used; the one before it stays in force");
        } finally {
            log.detachAppender(lines);
        }
    }
}
