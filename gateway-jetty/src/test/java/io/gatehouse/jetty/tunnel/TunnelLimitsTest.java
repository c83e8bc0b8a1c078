package io.gatehouse.jetty.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.tsgu.TsguPacket.ChannelCreate;
import io.gatehouse.core.tsgu.TsguPacket.ChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannel;
import io.gatehouse.core.tsgu.TsguPacket.CloseChannelResponse;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a user who signed in may do with targets: how many may fail, how often channels are opened, and what is written
 * about it.
 */
@Timeout(60)
class TunnelLimitsTest {
    private static final int RAP_DENIED = 0x800759DA;
    private static final int CONNECT_FAILED = 0x800759DD;
    private static final int TOO_MANY = 0x59E6 | 0x80070000;

    private static int refusal(TestGateway gateway, String user, List<String> names, int port) throws IOException {
        try (GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm(user, TestGateway.PASSWORD))
                .build())) {
            client.open("pc", names, port);
            return 0;
        } catch (TunnelException e) {
            return e.code();
        }
    }

    private static int closedPort() throws IOException {
        try (EchoTarget gone = new EchoTarget()) {
            return gone.port();
        }
    }

    @Test
    void whoFailsToReachTooManyTargetsIsRefusedAndOthersAreNot() throws Exception {
        try (TestGateway gateway = TestGateway.start("""
                        [limits]
                        failed-channels-per-user = 1
                        failed-channels-burst = 6
                        [tunnel]
                        connect-timeout = "2s"
                        """ + TestGateway.RULE);
                EchoTarget target = new EchoTarget()) {
            int closed = closedPort();
            for (int i = 0; i < 3; i++) {
                assertThat(refusal(gateway, "alice", List.of("127.0.0.1"), closed))
                        .isEqualTo(CONNECT_FAILED);
            }
            assertThat(refusal(gateway, "alice", List.of("127.0.0.1"), target.port()))
                    .isZero();
            assertThat(refusal(gateway, "alice", List.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"), closed))
                    .isEqualTo(TOO_MANY);
            assertThat(refusal(gateway, "alice", List.of("127.0.0.1"), target.port()))
                    .isEqualTo(TOO_MANY);
            assertThat(refusal(gateway, "bob", List.of("127.0.0.1"), target.port()))
                    .isZero();
            gateway.awaitAudit("limit.connections", "\"user.name\":\"alice\"", "the user has too many failed channels");
        }
    }

    /** From then on, the time that an answer takes says nothing about the target. */
    @Test
    void whoFailedHalfAsOftenWaitsForTheWholeTimeLimitWhateverIsWrongWithTheTarget() throws Exception {
        try (TestGateway gateway = TestGateway.start("""
                [limits]
                failed-channels-burst = 6
                [tunnel]
                connect-timeout = "2s"
                """ + TestGateway.RULE)) {
            int closed = closedPort();
            long begun = System.nanoTime();
            for (int i = 0; i < 3; i++) {
                refusal(gateway, "alice", List.of("127.0.0.1"), closed);
            }
            long quick = System.nanoTime() - begun;
            begun = System.nanoTime();
            assertThat(refusal(gateway, "alice", List.of("127.0.0.1"), closed)).isEqualTo(CONNECT_FAILED);
            assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(2_000_000_000L);
            begun = System.nanoTime();
            assertThat(refusal(gateway, "alice", List.of("10.0.0.1"), closed)).isEqualTo(RAP_DENIED);
            assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(2_000_000_000L);
            System.out.printf("three early failures took %d ms%n", quick / 1_000_000);
        }
    }

    private static ChannelResponse open(GatewayClient client, int port) throws IOException {
        client.send(new ChannelCreate(List.of("127.0.0.1"), List.of(), port, 3));
        return (ChannelResponse) client.receive();
    }

    private static void close(GatewayClient client) throws IOException {
        client.send(new CloseChannel(0));
        assertThat(client.receive()).isInstanceOf(CloseChannelResponse.class);
    }

    private static void authorize(GatewayClient client) throws IOException {
        client.connect();
        client.handshake();
        client.createTunnel();
        client.authorizeTunnel("pc");
    }

    @Test
    void aTunnelOpensOnlySoManyChannelsInAMinute() throws Exception {
        try (TestGateway gateway = TestGateway.start("[limits]\nchannels-per-tunnel = 3\n" + TestGateway.RULE);
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            authorize(client);
            for (int i = 0; i < 3; i++) {
                assertThat(open(client, target.port()).errorCode()).isZero();
                close(client);
            }
            assertThat(open(client, target.port()).errorCode()).isEqualTo(TOO_MANY);
            gateway.awaitAudit("limit.connections", "the tunnel opened too many channels in a short time");
            assertThat(target.awaitAccepted(3, Duration.ofSeconds(10))).isTrue();
            assertThat(target.accepted()).isEqualTo(3);
        }
    }

    @Test
    void closingAndOpeningChannelsDoesNotProlongASession() throws Exception {
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + "session-timeout = \"3s\"\n");
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            authorize(client);
            assertThat(open(client, target.port()).errorCode()).isZero();
            assertThatThrownBy(() -> client.receive(Duration.ofSeconds(2))).isInstanceOf(SocketTimeoutException.class);
            close(client);
            assertThat(open(client, target.port()).errorCode()).isZero();
            long reopened = System.nanoTime();
            assertThat(client.receive()).isInstanceOf(CloseChannel.class);
            assertThat(System.nanoTime() - reopened).isLessThan(2_500_000_000L);
            gateway.awaitAudit("session.timeout", "\"user.name\":\"alice\"");
        }
    }

    // What is written

    private static List<String> decoys() {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= 16; i++) {
            names.add("decoy-%02d-with-a-rather-long-first-label-indeed.somewhere.example.com".formatted(i));
        }
        return names;
    }

    @Test
    void decoysHideNeitherTheTargetThatWasReachedNorThemselves() throws Exception {
        try (TestGateway gateway = TestGateway.start();
                EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
            List<String> names = new ArrayList<>(decoys());
            names.add("127.0.0.1");
            try (Channel channel = client.open("pc", names, target.port())) {
                assertThat(channel).isNotNull();
            }
            String first = "\"decoy-01-with-a-rather-long-first-label-indeed.somewhere.example\"";
            gateway.awaitAudit(
                    "session.start",
                    "\"destination.ip\":\"127.0.0.1\"",
                    "\"rdgw.target.asked\":[" + first,
                    "\"127.0.0.1\"]");
        }
    }

    @Test
    void decoysDoNotHideTheTargetThatWasTriedInVain() throws Exception {
        try (TestGateway gateway = TestGateway.start("[tunnel]\nconnect-timeout = \"2s\"\n" + TestGateway.RULE)) {
            int closed = closedPort();
            List<String> names = new ArrayList<>(decoys());
            names.add("127.0.0.1");
            assertThatThrownBy(() -> {
                        try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
                            client.open("pc", names, closed);
                        }
                    })
                    .isInstanceOf(TunnelException.class);
            gateway.awaitAudit(
                    "resource.unreachable",
                    "\"event.reason\":\"127.0.0.1:" + closed + " at 127.0.0.1: ",
                    "\"destination.ip\":\"127.0.0.1\"",
                    "\"rdgw.target.asked\":[\"decoy-01-",
                    "\"127.0.0.1\"]");
        }
    }

    @Test
    void whoIsInNoRuleIsToldOfTheirGroupsInTheAuditLog() throws Exception {
        try (TestGateway gateway = TestGateway.start()) {
            assertThat(refusal(gateway, "carol", List.of("127.0.0.1"), 3389)).isEqualTo(0x800759DB);
            gateway.awaitAudit("connection.denied", "no rule applies to carol (groups: guests)");
        }
    }
}
