package io.gatehouse.dist.installed;

import static io.gatehouse.dist.installed.InstalledGateway.ALLOW;
import static io.gatehouse.dist.installed.InstalledGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.target.EchoTarget;
import java.awt.Color;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Gateways of the tarball, one after the other on a socket that is lent to each. {@code -Drestart.rounds=20} restarts
 * more often.
 */
@Timeout(600)
class RestartIT {
    private static final int ROUNDS = Integer.getInteger("restart.rounds", 3);
    private static final int VISITORS = 6;
    private static final int VISITS_BETWEEN = 30;
    private static final Color BEFORE = new Color(0xff8000);
    private static final Color AFTER = new Color(0x0080ff);
    private static final Duration SOON = Duration.ofSeconds(60);
    /** A limit that is never reached: each gateway ends when its last session has. */
    private static final String TABLES = """
            [server]
            drain-limit = "1h"
            """ + ALLOW;

    private static final TestFolder FOLDER = new TestFolder();
    private static InstalledGateway gateway;
    private static LentSocket socket;
    private static EchoTarget target;

    @BeforeAll
    static void prepare() throws IOException {
        gateway = InstalledGateway.start(FOLDER, TABLES);
        gateway.close();
        socket = LentSocket.of(gateway, FOLDER);
        target = new EchoTarget();
    }

    @AfterAll
    static void delete() throws IOException {
        socket.close();
        target.close();
        FOLDER.close();
    }

    private static GatewayClient client(Credentials credentials) {
        return new GatewayClient(ClientOptions.builder("localhost", gateway.port())
                .trust(new Trust.Pinned(gateway.x509()))
                .transport(Transport.WEBSOCKET)
                .credentials(credentials)
                .readTimeout(SOON)
                .build());
    }

    private static Channel open(GatewayClient client) throws IOException {
        return client.open("pc", List.of("127.0.0.1"), target.port());
    }

    private static void echo(Channel channel) throws IOException {
        channel.send(ByteBuffer.wrap(new byte[] {7}));
        ByteBuffer answer = ByteBuffer.allocate(1);
        channel.readFully(answer);
        assertThat(answer.get(0)).isEqualTo((byte) 7);
    }

    private static void await(String what, BooleanSupplier condition) {
        assertThat(Wait.until(SOON, condition)).as(what).isTrue();
    }

    private static long starts() {
        return gateway.log()
                .lines()
                .filter(line -> line.contains("gateway started"))
                .count();
    }

    /** Signs in, works for a moment and leaves, again and again. */
    private static void visit(AtomicBoolean over, AtomicInteger visits, Queue<Throwable> failures) {
        while (!over.get()) {
            try (GatewayClient client = client(Credentials.ntlm("alice", PASSWORD))) {
                Channel channel = open(client);
                for (int i = 0; i < 5; i++) {
                    echo(channel);
                }
                channel.close();
                visits.incrementAndGet();
            } catch (IOException | RuntimeException | AssertionError e) {
                failures.add(e);
            }
        }
    }

    @Test
    void restartsUnderLoadFailNoClientAndCutNoSession() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger visits = new AtomicInteger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> visitors = new ArrayList<>();
        long cuts = cuts();
        socket.start();
        try {
            for (int i = 0; i < VISITORS; i++) {
                visitors.add(Thread.ofVirtual().start(() -> visit(over, visits, failures)));
            }
            for (int round = 1; round <= ROUNDS; round++) {
                int before = visits.get();
                await("visits before restart " + round, () -> visits.get() >= before + VISITS_BETWEEN);
                try (GatewayClient client = client(Credentials.ntlm("bob", PASSWORD))) {
                    Channel channel = open(client);
                    long drains = drains();
                    socket.terminate();
                    await("a drain", () -> drains() > drains);
                    echo(channel);
                    channel.close();
                }
                assertThat(socket.awaitEnd()).isEqualTo(143);
                socket.start();
            }
            int before = visits.get();
            await("visits after the last restart", () -> visits.get() >= before + VISITS_BETWEEN);
        } finally {
            over.set(true);
        }
        for (Thread visitor : visitors) {
            visitor.join();
        }
        socket.terminate();
        assertThat(socket.awaitEnd()).isEqualTo(143);
        System.out.printf("%d visits over %d restarts, %d failed%n", visits.get(), ROUNDS, failures.size());
        assertThat(failures).isEmpty();
        assertThat(cuts()).isEqualTo(cuts);
    }

    /** How many drains ended with a session that was cut. */
    private static long cuts() {
        return gateway.audit(line -> line.contains("\"drain.ended\"") && !line.contains("\"rdgw.count\":0"))
                .size();
    }

    private static long drains() {
        return gateway.audit(line -> line.contains("\"drain.started\"")).size();
    }

    @Test
    void aSecondSignalCutsASessionWhoseTokenComesBackAfterTheRestart() throws Exception {
        long starts = starts();
        socket.start();
        await("a start", () -> starts() > starts);
        String token = gateway.command(
                        "token",
                        "mint",
                        "--user",
                        "carol",
                        "--group",
                        "staff",
                        "--target",
                        "127.0.0.1:" + target.port())
                .strip();
        long cuts = cuts();
        Credentials carol = new Credentials.PaaCookie(Secret.ofText(token));
        try (GatewayClient client = client(carol)) {
            Channel channel = open(client);
            echo(channel);
            socket.terminate();
            assertThat(client.receive()).isInstanceOf(TsguPacket.ServiceMessage.class);
            echo(channel);
            socket.terminate();
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        assertThat(socket.awaitEnd()).isEqualTo(143);
        assertThat(cuts()).isEqualTo(cuts + 1);
        socket.start();
        try (GatewayClient client = client(carol)) {
            echo(open(client));
        }
        socket.terminate();
        assertThat(socket.awaitEnd()).isEqualTo(143);
    }

    /** With its token; a client that signs in by a password does so with the password that it knows. */
    @Test
    @Tag("desktop")
    void xfreerdpReconnectsByItselfAfterARestart() throws Exception {
        RequiredTools.assumeDesktop();
        long starts = starts();
        socket.start();
        await("a start", () -> starts() > starts);
        try (XrdpDesktop desktop = XrdpDesktop.start(FOLDER)) {
            desktop.paint(BEFORE);
            Path file = FOLDER.fresh("desktop.rdp");
            gateway.makeRdpFile("carol", "staff", desktop.port(), file);
            try (FreeRdpClient client = FreeRdpClient.opening(file)
                    .with("+auto-reconnect", "/auto-reconnect-max-retries:20")
                    .start(FOLDER)) {
                client.awaitColour(BEFORE, 0.8, SOON);
                socket.terminate();
                await(
                        "a drain",
                        () -> !gateway.audit(
                                        line -> line.contains("\"drain.started\"") && line.contains("\"rdgw.count\":1"))
                                .isEmpty());
                socket.terminate();
                assertThat(socket.awaitEnd()).isEqualTo(143);
                desktop.paint(AFTER);
                socket.start();
                client.awaitColour(AFTER, 0.8, SOON);
            }
        }
        socket.terminate();
        assertThat(socket.awaitEnd()).isEqualTo(143);
    }
}
