package io.gatehouse.jetty.tunnel;

import static io.gatehouse.jetty.tunnel.RuledChannels.RAP_ACCESS_DENIED;
import static io.gatehouse.jetty.tunnel.RuledChannels.TOO_MANY;
import static io.gatehouse.jetty.tunnel.RuledChannels.client;
import static io.gatehouse.jetty.tunnel.RuledChannels.echo;
import static io.gatehouse.jetty.tunnel.RuledChannels.echoUntilItEnds;
import static io.gatehouse.jetty.tunnel.RuledChannels.hoursUntilTheMinute;
import static io.gatehouse.jetty.tunnel.RuledChannels.opening;
import static io.gatehouse.jetty.tunnel.RuledChannels.rule;
import static io.gatehouse.jetty.tunnel.RuledChannels.shortBeforeTheMinute;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.tsgu.TsguPacket.ChannelCreate;
import io.gatehouse.core.tsgu.TsguPacket.ChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannel;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reloads do to tunnels in all states, and how long sessions are renewed. */
@Timeout(60)
class ReloadBesideTunnelsTest {
    private static final String NOT_ALICE = rule("not alice", "action = \"deny\"\nusers = [\"alice\"]");

    private static void reload(TestGateway gateway, String tables) throws IOException {
        assertThat(gateway.reload(tables)).isInstanceOf(ReloadAnswer.Applied.class);
    }

    // While a channel is being opened

    /** A target whose machine has no room for another connection until somebody accepts those before it. */
    private static final class FullTarget implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        private final Socket first = connected();
        private final Socket second = connected();

        FullTarget() throws IOException {}

        private Socket connected() throws IOException {
            return new Socket(server.getInetAddress(), port());
        }

        int port() {
            return server.getLocalPort();
        }

        /** Waits until somebody has asked for a connection, and was not answered. */
        void awaitDialling() throws Exception {
            String line = ":%04X 02 ".formatted(port());
            Await.until("a connection in SYN-SENT", () -> {
                List<String> sockets = new ArrayList<>(Files.readAllLines(Path.of("/proc/net/tcp")));
                sockets.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
                return sockets.stream().anyMatch(each -> each.contains(line));
            });
        }

        Socket accept() throws IOException {
            server.accept().close();
            server.accept().close();
            return server.accept();
        }

        @Override
        public void close() throws IOException {
            first.close();
            second.close();
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChannelThatIsBeingDialledIsDecidedAboutByTheNewRules(boolean endOnReload) throws Exception {
        try (TestGateway gateway = TestGateway.start(rule("staff", ""));
                FullTarget target = new FullTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> answer = executor.submit(() -> opening(client, target.port()));
            target.awaitDialling();
            reload(gateway, "[policy]\nend-on-reload = " + endOnReload + "\n" + NOT_ALICE + rule("staff", ""));
            try (Socket dialled = target.accept()) {
                assertThat(answer.get()).isEqualTo(RAP_ACCESS_DENIED);
                assertThat(dialled.getInputStream().read())
                        .as("the gateway hangs up at the target")
                        .isEqualTo(-1);
            }
            gateway.awaitAudit("resource.denied", "rule \\\"not alice\\\" denies 127.0.0.1:" + target.port());
            assertThat(gateway.audit()).noneMatch(line -> line.contains("session.start"));
        }
    }

    @Test
    void aChannelThatIsBeingDialledIsOpenedByAnotherRuleThatAllowsItNow() throws Exception {
        try (TestGateway gateway = TestGateway.start(rule("before", ""));
                FullTarget target = new FullTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET);
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> answer = executor.submit(() -> opening(client, target.port()));
            target.awaitDialling();
            reload(gateway, rule("after", ""));
            try (Socket dialled = target.accept()) {
                assertThat(answer.get()).isZero();
                dialled.getOutputStream().write(1);
                assertThat(client.receive()).isEqualTo(new Data(ByteBuffer.wrap(new byte[] {1})));
                gateway.awaitAudit("\"rdgw.policy.rule\":\"after\"");
            }
        }
    }

    // While channels are open

    @Test
    void openChannelsCountAmongThoseOfTheRuleThatAllowsThemNow() throws Exception {
        try (TestGateway gateway = TestGateway.start(rule("staff", ""));
                EchoTarget target = new EchoTarget();
                GatewayClient open = gateway.client(Transport.WEBSOCKET);
                GatewayClient second = gateway.client(Transport.WEBSOCKET)) {
            assertThat(opening(open, target.port())).isZero();
            reload(gateway, rule("one each", "channels-per-user = 1"));
            assertThat(opening(second, target.port())).isEqualTo(TOO_MANY);
            echo(open);
            gateway.awaitAudit(
                    "session.rule-changed",
                    "the rules changed",
                    "\"rdgw.policy.rule\":\"one each\",\"rdgw.policy.before\":\"staff\"");
            reload(gateway, rule("one each", "channels-per-user = 1") + "# the same\n");
            open.closeChannel();
            gateway.awaitAudit("session.end", "\"rdgw.policy.rule\":\"one each\"");
            assertThat(gateway.audit().stream().filter(line -> line.contains("session.rule-changed")))
                    .as("a rule that is the same is not told again")
                    .hasSize(1);
        }
    }

    private static int open(GatewayClient client, int port) throws IOException {
        client.send(new ChannelCreate(List.of("127.0.0.1"), List.of(), port, 3));
        return ((ChannelResponse) client.receive()).errorCode();
    }

    @Test
    void aTunnelHasTheNewLimitOfChannelsAMinute() throws Exception {
        try (TestGateway gateway = TestGateway.start(rule("staff", "") + "[limits]\nchannels-per-tunnel = 1\n");
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            assertThat(opening(client, target.port())).isZero();
            reload(gateway, rule("staff", "") + "[limits]\nchannels-per-tunnel = 2\n");
            for (int i = 0; i < 2; i++) {
                client.send(new CloseChannel(0));
                assertThat(client.receive()).isInstanceOf(CloseChannelResponse.class);
                assertThat(open(client, target.port())).isZero();
                echo(client);
            }
            client.send(new CloseChannel(0));
            assertThat(client.receive()).isInstanceOf(CloseChannelResponse.class);
            assertThat(open(client, target.port())).isEqualTo(TOO_MANY);
        }
    }

    /**
     * Alice has a rule behind that with hours, bob has not: so hers lets her go on, whatever the rules since the reload
     * say, and his hours end as they would have without it.
     */
    @Test
    void whereOpenChannelsGoOnTheirOwnHoursStillEndAndNothingElseDoes() throws Exception {
        Clock clock = shortBeforeTheMinute();
        String before = rule("hours", hoursUntilTheMinute(clock)) + rule("alice always", "users = [\"alice\"]");
        try (TestGateway gateway = TestGateway.at(clock, before);
                EchoTarget target = new EchoTarget();
                GatewayClient alice = gateway.client(Transport.WEBSOCKET);
                GatewayClient bob = client(gateway, Transport.WEBSOCKET, "bob")) {
            assertThat(opening(alice, target.port())).isZero();
            assertThat(opening(bob, target.port())).isZero();
            reload(gateway, "[policy]\nend-on-reload = false\n" + rule("nobody", "action = \"deny\""));
            echo(alice);
            echo(bob);
            assertThat(echoUntilItEnds(bob)).isEqualTo(new CloseChannel(0x59F6));
            gateway.awaitAudit("session.terminated", "\"policy\"", "the hours of a rule changed: ", "bob");
            for (int i = 0; i < 50; i++) {
                echo(alice);
            }
            reload(gateway, rule("nobody", "action = \"deny\""));
            assertThat(echoUntilItEnds(alice))
                    .as("a reload that wants it ends what an earlier one left")
                    .isEqualTo(new CloseChannel(0x4D4));
        }
    }

    /** Clients are told on the way in what they are asked not to redirect. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReloadEndsChannelsWhoseClientsWereNotToldWhatIsDisabledNow(Transport transport) throws Exception {
        String bob = rule("bob", "users = [\"bob\"]\ndisable = [\"all\"]");
        try (TestGateway gateway = TestGateway.start(rule("alice", "users = [\"alice\"]") + bob);
                EchoTarget target = new EchoTarget();
                GatewayClient untold = gateway.client(transport);
                GatewayClient told = client(gateway, transport, "bob")) {
            assertThat(opening(untold, target.port())).isZero();
            assertThat(opening(told, target.port())).isZero();
            String disabling = rule("staff", "groups = [\"staff\"]\ndisable = [\"clipboard\", \"drive\"]");
            reload(gateway, disabling);
            assertThat(echoUntilItEnds(untold)).isEqualTo(new CloseChannel(0x4D4));
            gateway.awaitAudit(
                    "session.terminated",
                    "\"user.name\":\"alice\"",
                    "the rules changed: the rules disable the redirection of drive, clipboard now");
            try (GatewayClient again = gateway.client(transport)) {
                assertThat(opening(again, target.port())).isZero();
                reload(gateway, disabling + "# nothing else is disabled\n");
                gateway.awaitAudit("configuration.reloaded", "nothing");
                echo(again);
            }
            echo(told);
            gateway.awaitAudit("session.rule-changed", "\"user.name\":\"bob\"");
        }
    }

    @Test
    void aTunnelWhoseClientWasNotToldWhatIsDisabledOpensNoFurtherChannel() throws Exception {
        try (TestGateway gateway = TestGateway.start(rule("staff", ""));
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            assertThat(opening(client, target.port())).isZero();
            reload(gateway, "[policy]\nend-on-reload = false\n" + rule("staff", "disable = [\"printer\"]"));
            echo(client);
            client.send(new CloseChannel(0));
            assertThat(client.receive()).isInstanceOf(CloseChannelResponse.class);
            assertThat(open(client, target.port())).isEqualTo(RAP_ACCESS_DENIED);
            gateway.awaitAudit("resource.denied", "the rules disable the redirection of printer now");
            try (GatewayClient again = gateway.client(Transport.WEBSOCKET)) {
                assertThat(opening(again, target.port())).isZero();
                echo(again);
            }
        }
    }

    // Sessions that are renewed

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSessionWhoseAccountNobodyCanCheckIsNotRenewedForEver(Transport transport) throws Exception {
        String rules = "[auth.paa]\n" + rule("staff", """
                groups = ["staff"]
                session-timeout = "300ms"
                at-session-timeout = "reauthorise"
                """);
        try (TestGateway gateway = TestGateway.checkingAccounts("unchecked-session-timeout = \"4s\"", rules);
                EchoTarget target = new EchoTarget();
                GatewayClient dora = new GatewayClient(gateway.options(transport)
                        .credentials(new Credentials.PaaCookie(
                                Secret.ofText(gateway.token("staff", target.port(), Instant.now()))))
                        .build());
                GatewayClient alice = gateway.client(transport)) {
            assertThat(opening(dora, target.port())).isZero();
            assertThat(opening(alice, target.port())).isZero();
            long begun = System.nanoTime();
            assertThat(echoUntilItEnds(dora)).isEqualTo(new CloseChannel(0x59F6));
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(300), Duration.ofSeconds(8));
            gateway.awaitAudit("dora", "the account could not be checked", "unchecked-session-timeout");
            for (int i = 0; i < 20; i++) {
                echo(alice);
            }
        }
    }
}
