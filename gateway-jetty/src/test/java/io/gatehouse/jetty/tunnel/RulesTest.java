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
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannel;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What rules do with clients: at their start, and while they are connected. */
@Timeout(60)
class RulesTest {
    /** The good client beside it may go there. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRuleThatDeniesWinsOverALaterOneThatAllows(Transport transport) throws Exception {
        String rules = "[auth.paa]\n"
                + rule("not these", "action = \"deny\"\nusers = [\"alice\", \"dora\"]")
                + rule("staff", "groups = [\"staff\"]");
        try (TestGateway gateway = TestGateway.start(rules);
                EchoTarget target = new EchoTarget()) {
            String token = gateway.token("staff", target.port(), Instant.now());
            for (Credentials denied : List.of(
                    new Credentials.PaaCookie(Secret.ofText(token)),
                    Credentials.ntlm("alice", TestGateway.PASSWORD),
                    Credentials.negotiate("alice", TestGateway.PASSWORD),
                    Credentials.tunnelNtlm("alice", TestGateway.PASSWORD))) {
                ClientOptions options =
                        gateway.options(transport).credentials(denied).build();
                try (GatewayClient client = new GatewayClient(options)) {
                    assertThat(opening(client, target.port())).isEqualTo(RAP_ACCESS_DENIED);
                }
            }
            gateway.awaitAudit("resource.denied", "rule \\\"not these\\\" denies 127.0.0.1:" + target.port());
            assertThat(target.accepted()).isZero();
            try (GatewayClient bob = client(gateway, transport, "bob")) {
                bob.open("pc", List.of(target.host()), target.port());
                echo(bob);
            }
        }
    }

    @Test
    void theNameOfTheClientCountsWhenItHasSaidIt() throws Exception {
        String rules = rule("laptops", "client-names = [\"LAPTOP-*\"]\ngroups = [\"staff\"]");
        try (TestGateway gateway = TestGateway.start(rules);
                EchoTarget target = new EchoTarget()) {
            try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
                client.open("laptop-7", List.of(target.host()), target.port());
                echo(client);
            }
            try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
                assertThat(opening(client, target.port())).isEqualTo(RAP_ACCESS_DENIED);
            }
            gateway.awaitAudit("resource.denied", "the client name \\\"pc\\\" is not among its client names");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSessionThatIsReauthorisedGoesOnUntilTheAccountIsGone(Transport transport) throws Exception {
        String rules = rule("staff", """
                groups = ["staff"]
                session-timeout = "400ms"
                at-session-timeout = "reauthorise"
                """);
        try (TestGateway gateway = TestGateway.start(rules);
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(transport)) {
            client.open("pc", List.of(target.host()), target.port());
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            while (System.nanoTime() < end) {
                echo(client);
            }
            gateway.disableAccount("alice");
            assertThat(echoUntilItEnds(client)).isEqualTo(new CloseChannel(0x4D4));
            gateway.awaitAudit("session.terminated", "the account is gone");
            gateway.awaitAudit("session.renewed", "alice", "the session timeout is over");
            assertThat(target.awaitIdle(Duration.ofSeconds(10))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theEndOfTheHoursEndsTheChannelUnlessAnotherRuleAllowsIt(Transport transport) throws Exception {
        Clock clock = shortBeforeTheMinute();
        String rules = rule("hours", hoursUntilTheMinute(clock)) + rule("bob", "users = [\"bob\"]");
        try (TestGateway gateway = TestGateway.at(clock, rules);
                EchoTarget target = new EchoTarget();
                GatewayClient alice = gateway.client(transport);
                GatewayClient bob = client(gateway, transport, "bob")) {
            alice.open("pc", List.of(target.host()), target.port());
            bob.open("pc", List.of(target.host()), target.port());
            assertThat(echoUntilItEnds(alice)).isEqualTo(new CloseChannel(0x59F6));
            gateway.awaitAudit(
                    "session.terminated",
                    "\"policy\"",
                    "the hours of a rule changed: ",
                    "\"rdgw.policy.rule\":\"hours\"");
            gateway.awaitAudit(
                    "session.rule-changed",
                    "\"user.name\":\"bob\"",
                    "\"rdgw.policy.rule\":\"bob\",\"rdgw.policy.before\":\"hours\"");
            echo(bob);
        }
    }

    @Test
    void channelsOfOneUserByARuleAndOfAllUsersAreCounted() throws Exception {
        String rules = rule("one each", "channels-per-user = 1") + "[limits]\nchannels = 2\n";
        try (TestGateway gateway = TestGateway.start(rules);
                EchoTarget target = new EchoTarget();
                GatewayClient first = gateway.client(Transport.WEBSOCKET);
                GatewayClient second = gateway.client(Transport.WEBSOCKET);
                GatewayClient bob = client(gateway, Transport.WEBSOCKET, "bob");
                GatewayClient carol = client(gateway, Transport.WEBSOCKET, "carol")) {
            first.open("pc", List.of(target.host()), target.port());
            assertThat(opening(second, target.port())).isEqualTo(TOO_MANY);
            gateway.awaitAudit("limit.connections", "too many open channels by rule \\\"one each\\\"");
            bob.open("pc", List.of(target.host()), target.port());
            assertThat(opening(carol, target.port())).isEqualTo(TOO_MANY);
            gateway.awaitAudit("limit.connections", "there are too many open channels");
            echo(first);
            first.closeChannel();
            try (GatewayClient again = client(gateway, Transport.WEBSOCKET, "carol")) {
                again.open("pc", List.of(target.host()), target.port());
                echo(again);
            }
            echo(bob);
        }
    }

    /** On another address with the port of a target. */
    private static ServerSocket beside(EchoTarget target) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), target.port()));
        return listener;
    }

    /** What counts is the rule of the name that is open, not that of a name that was tried before. */
    @Test
    void aChannelCountsUnderTheRuleThatAllowsWhatIsOpen() throws Exception {
        String rules = rule("one of these", "channels-per-user = 1").replace("127.0.0.1", "127.0.0.2")
                + rule("as many as you like", "");
        try (TestGateway gateway = TestGateway.start(rules);
                EchoTarget target = new EchoTarget();
                GatewayClient first = gateway.client(Transport.WEBSOCKET);
                GatewayClient second = gateway.client(Transport.WEBSOCKET);
                GatewayClient third = gateway.client(Transport.WEBSOCKET)) {
            first.open("pc", List.of("127.0.0.2", target.host()), target.port());
            echo(first);
            try (ServerSocket other = beside(target)) {
                second.open("pc", List.of("127.0.0.2"), target.port());
                assertThat(opening(third, List.of("127.0.0.2"), target.port())).isEqualTo(TOO_MANY);
                assertThat(other.isBound()).isTrue();
            }
        }
    }

    @Test
    void aLimitThatComesWithAReloadCountsWhatIsOpenUnderTheRule() throws Exception {
        try (TestGateway gateway = TestGateway.start(rule("all", ""));
                EchoTarget target = new EchoTarget();
                GatewayClient first = gateway.client(Transport.WEBSOCKET);
                GatewayClient second = gateway.client(Transport.WEBSOCKET)) {
            first.open("pc", List.of(target.host()), target.port());
            gateway.reload(rule("all", "channels-per-user = 1"));
            assertThat(opening(second, target.port())).isEqualTo(TOO_MANY);

            gateway.reload(rule("called otherwise", "channels-per-user = 1"));
            Await.until("the open channel counts under the new name", () -> {
                try (GatewayClient again = gateway.client(Transport.WEBSOCKET)) {
                    return opening(again, target.port()) == TOO_MANY;
                }
            });
            echo(first);
        }
    }
}
