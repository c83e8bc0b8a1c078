package io.gatehouse.jetty.wake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.portal.ApprovingBrowser;
import io.gatehouse.jetty.portal.Browser;
import io.gatehouse.jetty.portal.WakingBrowser;
import io.gatehouse.testkit.process.TestFolder;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients and browsers that wake machines through a real gateway. */
@Timeout(90)
class WakeTest {
    private static final String MAC = "00:1a:2b:aa:bb:cc";
    private static final String RULE = """
            [[policy.rule]]
            name = "staff"
            groups = ["staff"]
            targets = ["127.0.0.5"]
            ports = ["*"]
            wake = WAKE
            """;

    private static String desktop(SleepingMachine machine) {
        return """
                [[desktop]]
                name = "pc"
                host = "127.0.0.5"
                port = %d
                mac = "%s"
                wake-address = "%s"
                wake-wait = "20s"
                """.formatted(machine.port(), MAC, machine.wakeAddress());
    }

    private static String command(int port, String program) {
        return """
                [[desktop]]
                name = "pc"
                host = "127.0.0.5"
                port = %d
                wake-command = ["%s"]
                """.formatted(port, program);
    }

    private static String program(TestFolder folder, String script) throws IOException {
        Path file = folder.write("command", "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private static String rule(boolean wake) {
        return RULE.replace("WAKE", String.valueOf(wake));
    }

    private static void open(TestGateway gateway, int port) throws Exception {
        try (GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("alice", TestGateway.PASSWORD))
                .readTimeout(Duration.ofMinutes(1))
                .build())) {
            client.connect();
            client.handshake();
            client.open("pc", List.of("127.0.0.5"), port);
            client.send(new Data(ByteBuffer.wrap(new byte[] {7})));
            assertThat(client.receive()).isEqualTo(new Data(ByteBuffer.wrap(new byte[] {7})));
        }
    }

    private static long lines(TestGateway gateway, String text) throws Exception {
        return gateway.audit().stream().filter(line -> line.contains(text)).count();
    }

    @Test
    void theFirstTryReachesAMachineThatThePacketStarts() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestGateway gateway = TestGateway.start(desktop(machine) + rule(true))) {
            open(gateway, machine.port());
            gateway.awaitAudit("\"session.start\"");
            assertThat(gateway.audit())
                    .filteredOn(line -> line.contains("\"wake."))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .contains(
                                            "\"event.action\":\"wake.begun\"",
                                            "magic packets for " + MAC + " to " + machine.wakeAddress(),
                                            "\"user.name\":\"alice\"",
                                            "\"rdgw.policy.rule\":\"staff\""),
                            line -> assertThat(line).contains("\"event.action\":\"wake.answered\""));
            open(gateway, machine.port());
            assertThat(lines(gateway, "\"wake.begun\""))
                    .as("an awake machine is left alone")
                    .isOne();
        }
    }

    /** As cards do while the machine is still on its way to sleep. */
    @Test
    void aMachineThatMissesTwoPacketsIsReachedByTheThird() throws Exception {
        try (SleepingMachine machine = SleepingMachine.missingPackets(MAC, 3);
                TestGateway gateway = TestGateway.start(desktop(machine) + rule(true))) {
            open(gateway, machine.port());
            assertThat(machine.packets()).isGreaterThanOrEqualTo(3);
            assertThat(lines(gateway, "\"wake.begun\"")).isOne();
        }
    }

    @Test
    void thePasswordOfTheCardIsInThePacket() throws Exception {
        try (SleepingMachine machine = SleepingMachine.withPassword(MAC, "0102030405f6");
                TestFolder folder = new TestFolder()) {
            Path password = folder.write("secure-on", "01:02:03:04:05:F6\n");
            Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
            String key = "wake-password = { file = \"" + password + "\" }\n";
            try (TestGateway gateway = TestGateway.start(desktop(machine) + key + rule(true))) {
                open(gateway, machine.port());
                assertThat(gateway.audit())
                        .noneMatch(line -> line.toLowerCase(Locale.ROOT).matches(".*01:?02:?03:?04:?05:?f6.*"));
            }
        }
    }

    /** A rule that is approved by others holds the client back when the target is known. */
    @Test
    void nothingIsSentBeforeTheConnectionIsApproved() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestGateway gateway = TestGateway.start(Browser.PORTAL
                        + "[approval]\nclient-wait = \"1m\"\n"
                        + desktop(machine)
                        + rule(true)
                        + "approval = { groups = [\"staff\"] }\n");
                ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> opening = client.submit(() -> {
                open(gateway, machine.port());
                return null;
            });
            gateway.awaitAudit("\"approval.asked\"");
            ApprovingBrowser bob = ApprovingBrowser.signedIn(gateway, "bob");
            bob.awaitText("127.0.0.5:" + machine.port());
            assertThat(machine.packets()).isZero();
            assertThat(lines(gateway, "\"wake.")).isZero();
            bob.approveWithoutNumber();
            opening.get();
            assertThat(machine.packets()).isPositive();
            gateway.awaitAudit("\"approval.given\"", "\"user.name\":\"bob\"");
        }
    }

    @Test
    void aRuleWithoutWakeSendsNothingAndTheAuditLineSaysWhy() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestGateway gateway = TestGateway.start(Browser.PORTAL + desktop(machine) + rule(false))) {
            assertThatThrownBy(() -> open(gateway, machine.port()))
                    .isInstanceOf(TunnelException.class)
                    .hasMessageContaining("E_PROXY_TS_CONNECTFAILED");
            gateway.awaitAudit(
                    "\"resource.unreachable\"",
                    "not woken: rule \\\"staff\\\" does not let its users wake it (expected wake = true)");
            WakingBrowser alice = WakingBrowser.signedIn(gateway, "alice");
            assertThat(alice.page()).contains("class=\"power off\"").doesNotContain("form=\"wake\" name=\"desktop\"");
            assertThat(alice.wake("pc")).isEqualTo(403);
            assertThat(machine.packets()).isZero();
            assertThat(lines(gateway, "\"wake.")).isZero();
        }
    }

    @Test
    void usersWithoutARuleForItAndOtherSitesWakeNothing() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestGateway gateway = TestGateway.start(Browser.PORTAL + desktop(machine) + rule(true))) {
            WakingBrowser carol = WakingBrowser.signedIn(gateway, "carol");
            assertThat(carol.page()).doesNotContain("class=\"power");
            assertThat(carol.wake("pc")).isEqualTo(404);
            WakingBrowser alice = WakingBrowser.signedIn(gateway, "alice");
            assertThat(alice.wake("none")).isEqualTo(404);
            assertThat(alice.wakeFromAnotherSite("pc")).isEqualTo(403);
            assertThat(machine.packets()).isZero();
        }
    }

    @Test
    void thePortalShowsASleepingMachineWakesItAndShowsThatItRuns() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestGateway gateway = TestGateway.start(Browser.PORTAL + desktop(machine) + rule(true))) {
            WakingBrowser alice = WakingBrowser.signedIn(gateway, "alice");
            assertThat(alice.page()).contains("class=\"power off\"", "form=\"wake\" name=\"desktop\" value=\"pc\"");
            assertThat(alice.wake("pc")).isEqualTo(303);
            assertThat(machine.awaitPacket()).isTrue();
            Await.until("a machine that runs", () -> alice.page().contains("class=\"power on\""));
            assertThat(alice.page()).doesNotContain("form=\"wake\" name=\"desktop\"");
        }
    }

    @Test
    void aClickOnConnectWakesIt() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestGateway gateway = TestGateway.start(Browser.PORTAL + desktop(machine) + rule(true))) {
            WakingBrowser alice = WakingBrowser.signedIn(gateway, "alice");
            assertThat(alice.connect("pc")).isEqualTo(200);
            assertThat(machine.awaitPacket()).isTrue();
            gateway.awaitAudit("\"wake.answered\"", "\"rdgw.transport\":\"portal\"");
        }
    }

    @Test
    void aClickOnWakeAtAMachineThatRunsByNowWakesNothing() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestGateway gateway = TestGateway.start(Browser.PORTAL + desktop(machine) + rule(true))) {
            WakingBrowser alice = WakingBrowser.signedIn(gateway, "alice");
            assertThat(alice.page()).contains("class=\"power off\"");
            try (Closeable _ = SleepingMachine.echo(new InetSocketAddress("127.0.0.5", machine.port()))) {
                assertThat(alice.wake("pc")).isEqualTo(303);
                Await.until("a machine that runs", () -> alice.page().contains("class=\"power on\""));
            }
            assertThat(machine.packets()).isZero();
            assertThat(lines(gateway, "\"wake.")).isZero();
        }
    }

    /** Every answer of the portal but one sends no packet: a machine is woken once at a time. */
    @Test
    void manyClicksWakeAMachineOnce() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC, _ -> () -> {});
                TestGateway gateway = TestGateway.start(Browser.PORTAL + desktop(machine) + rule(true))) {
            WakingBrowser alice = WakingBrowser.signedIn(gateway, "alice");
            WakingBrowser bob = WakingBrowser.signedIn(gateway, "bob");
            for (int i = 0; i < 20; i++) {
                assertThat((i % 2 == 0 ? alice : bob).wake("pc")).isEqualTo(303);
            }
            assertThat(machine.awaitPacket()).isTrue();
            assertThat(lines(gateway, "\"wake.begun\"")).isOne();
            assertThat(machine.packets()).isLessThan(10);
        }
    }

    @Test
    void aMachineThatRunsIsReachedAlsoWhenItsCommandFails() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestFolder folder = new TestFolder()) {
            Path begun = folder.path().resolve("begun");
            Path go = folder.path().resolve("go");
            String failing =
                    program(folder, ": > " + begun + "\nwhile [ ! -e " + go + " ]; do sleep 0.01; done\nexit 1\n");
            try (TestGateway gateway = TestGateway.start(command(machine.port(), failing) + rule(true))) {
                CompletableFuture<Closeable> port = new CompletableFuture<>();
                Thread.startVirtualThread(() -> {
                    try {
                        Await.until("the command", () -> Files.exists(begun));
                        port.complete(SleepingMachine.echo(new InetSocketAddress("127.0.0.5", machine.port())));
                        Files.createFile(go);
                    } catch (Exception e) {
                        port.completeExceptionally(e);
                    }
                });
                open(gateway, machine.port());
                port.get(10, TimeUnit.SECONDS).close();
            }
        }
    }

    @Test
    void aGatewayThatStopsKillsCommandsAndSaysWhyNothingWasWoken() throws Exception {
        try (SleepingMachine machine = SleepingMachine.onLoopback(MAC);
                TestFolder folder = new TestFolder()) {
            Path begun = folder.path().resolve("begun");
            String endless = program(folder, "echo $$ > " + begun + "\nexec sleep 300\n");
            try (TestGateway gateway =
                    TestGateway.start(Browser.PORTAL + command(machine.port(), endless) + rule(true))) {
                assertThat(WakingBrowser.signedIn(gateway, "alice").wake("pc")).isEqualTo(303);
                Await.until("the command", () -> Files.exists(begun) && Files.size(begun) > 1);
                long number = Long.parseLong(Files.readString(begun).strip());
                gateway.stop();
                assertThat(ProcessHandle.of(number).filter(ProcessHandle::isAlive))
                        .isEmpty();
                assertThat(gateway.audit())
                        .filteredOn(line -> line.contains("\"wake."))
                        .satisfiesExactly(
                                line -> assertThat(line).contains("\"wake.begun\""),
                                line -> assertThat(line)
                                        .contains("\"wake.unanswered\"", "\"event.reason\":\"the gateway stops\""));
            }
        }
    }

    @Test
    void aMachineIsNotWokenWithoutEnd() throws Exception {
        try (SleepingMachine other = SleepingMachine.onLoopback(MAC);
                TestGateway gateway =
                        TestGateway.start(Browser.PORTAL + command(other.port(), "/bin/false") + rule(true))) {
            WakingBrowser alice = WakingBrowser.signedIn(gateway, "alice");
            for (int i = 1; i <= 4; i++) {
                int begun = i;
                assertThat(alice.wake("pc")).isEqualTo(303);
                Await.until("the end of a command", () -> lines(gateway, "\"wake.unanswered\"") == begun);
            }
            assertThat(alice.wake("pc")).isEqualTo(403);
            assertThat(lines(gateway, "\"wake.begun\"")).isEqualTo(4);
            gateway.awaitAudit("\"wake.unanswered\"", "/bin/false ended with 1");
            assertThatThrownBy(() -> open(gateway, other.port())).isInstanceOf(TunnelException.class);
            gateway.awaitAudit("\"resource.unreachable\"", "it was woken too often");
        }
    }
}
