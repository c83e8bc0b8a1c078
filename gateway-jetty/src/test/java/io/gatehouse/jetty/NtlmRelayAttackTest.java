package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Somebody between client and gateway passes the client's NTLM messages on, with a certificate that is not the
 * gateway's.
 */
@Tag("attack")
@Timeout(120)
class NtlmRelayAttackTest {
    private static final String RELAYED = "channel binding of another certificate";

    private static GatewayClient tunnelNtlm(TestGateway gateway, int port, TestCertificate shown) {
        return new GatewayClient(gateway.options(Transport.WEBSOCKET)
                .address(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))
                .trust(new Trust.Pinned(shown.certificate()))
                .credentials(Credentials.tunnelNtlm("alice", TestGateway.PASSWORD))
                .build());
    }

    @Test
    void aSignInInsideTheTunnelIsNotRelayed() throws Exception {
        TestCertificate other = TestCertificate.other();
        try (TestGateway gateway = TestGateway.start();
                TlsRelay relay = new TlsRelay(gateway.tls(), other);
                EchoTarget target = new EchoTarget()) {
            try (GatewayClient direct = tunnelNtlm(gateway, gateway.tls().getPort(), TestCertificate.shared())) {
                assertThat(direct.open("pc", List.of("127.0.0.1"), target.port()))
                        .isNotNull();
            }
            gateway.awaitAudit("sign-in.accepted", "channel-binding", "\"user.name\":\"alice\"");
            try (GatewayClient relayed = tunnelNtlm(gateway, relay.address().getPort(), other)) {
                assertThatThrownBy(() -> relayed.open("pc", List.of("127.0.0.1"), target.port()))
                        .isInstanceOf(IOException.class);
            }
            gateway.awaitAudit("sign-in.refused", RELAYED);
            assertThat(target.accepted()).isOne();
        }
    }

    /** FreeRDP accepts the relay's certificate, as users do who click warnings away. */
    @Test
    void aSignInOfFreeRdpIsNotRelayed() throws Exception {
        RequiredTools.assume("xfreerdp", "Xvfb");
        try (TestFolder folder = new TestFolder();
                TestGateway gateway = TestGateway.start();
                TlsRelay relay = new TlsRelay(gateway.tls(), TestCertificate.other());
                EchoTarget target = new EchoTarget()) {
            try (FreeRdpClient direct =
                    freeRdp(target, "localhost", gateway.tls().getPort()).start(folder)) {
                gateway.awaitAudit("sign-in.accepted", "channel-binding", "\"user.name\":\"alice\"");
                assertThat(direct.output()).isNotNull();
            }
            try (FreeRdpClient relayed =
                    freeRdp(target, "localhost", relay.address().getPort()).start(folder)) {
                gateway.awaitAudit("sign-in.refused", RELAYED);
                assertThat(relayed.output()).isNotNull();
            }
            assertThat(gateway.audit().stream().filter(line -> line.contains("sign-in.accepted")))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains("channel-binding"));
        }
    }

    /** It signs the name that it was given, here one that the gateway does not go by. */
    @Test
    void aSignInOfFreeRdpForAnotherNameIsRefused() throws Exception {
        RequiredTools.assume("xfreerdp", "Xvfb");
        try (TestFolder folder = new TestFolder();
                TestGateway gateway = TestGateway.onAllAddresses(TestGateway.RULE);
                EchoTarget target = new EchoTarget();
                FreeRdpClient client =
                        freeRdp(target, "127.0.0.9", gateway.tls().getPort()).start(folder)) {
            gateway.awaitAudit("sign-in.refused", "signed for the target name \\\"HTTP/127.0.0.9\\\"");
            assertThat(client.output()).isNotNull();
        }
    }

    private static FreeRdpClient.Builder freeRdp(EchoTarget target, String host, int port) {
        return FreeRdpClient.to("127.0.0.1", target.port()).through(host, port).as("alice", TestGateway.PASSWORD);
    }
}
