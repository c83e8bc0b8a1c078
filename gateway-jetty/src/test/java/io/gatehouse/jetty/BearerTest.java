package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.GatewayRefusedException;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Access tokens of an identity provider beside passwords and the gateway's own tokens, at one gateway. */
@Timeout(60)
class BearerTest {
    private static final String ISSUER = "staff-directory";

    private MockOAuth2Server idp;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        idp = new MockOAuth2Server();
        idp.start(InetAddress.getLoopbackAddress(), 0);
        gateway = TestGateway.withOidc(idp.issuerUrl(ISSUER).toString());
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        idp.shutdown();
    }

    private String token(String audience, Map<String, Object> claims) {
        return idp.issueToken(ISSUER, "8d1f-erin", audience, claims).serialize();
    }

    private String right() {
        return token("gateway", Map.of("preferred_username", "erin", "groups", List.of("staff")));
    }

    private ClientOptions.Builder with(Transport transport, Credentials credentials) {
        return gateway.options(transport).credentials(credentials);
    }

    private static Credentials bearer(String token) {
        return new Credentials.Bearer(Secret.ofText(token));
    }

    /** A token as the gateway's portal mints it for dora. */
    private Credentials paa(int port) {
        return new Credentials.PaaCookie(Secret.ofText(gateway.token("staff", port, Instant.now())));
    }

    private static void echo(GatewayClient client, int port) throws IOException {
        Channel channel = client.open("pc", List.of("127.0.0.1"), port);
        channel.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(5);
        channel.readFully(answer);
        assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("hello");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void tokensAndPasswordsOpenTunnelsAtOneGateway(Transport transport) throws Exception {
        try (EchoTarget target = new EchoTarget()) {
            List<Credentials> all = List.of(
                    bearer(right()),
                    Credentials.ntlm("alice", TestGateway.PASSWORD),
                    Credentials.basic("bob", TestGateway.PASSWORD),
                    paa(target.port()),
                    Credentials.negotiate("alice", TestGateway.PASSWORD),
                    Credentials.tunnelNtlm("bob", TestGateway.PASSWORD),
                    bearer(right()));
            for (Credentials credentials : all) {
                try (GatewayClient client =
                        new GatewayClient(with(transport, credentials).build())) {
                    echo(client, target.port());
                }
            }
        }
        gateway.awaitAudit("sign-in.accepted", "\"user.name\":\"erin\"", "\"rdgw.auth.method\":\"bearer\"");
        gateway.awaitAudit("sign-in.accepted", "\"user.name\":\"dora\"", "\"rdgw.auth.method\":\"oidc\"");
        gateway.awaitAudit("sign-in.accepted", "\"user.name\":\"bob\"", "\"rdgw.auth.method\":\"basic\"");
    }

    @Test
    void anAccessTokenIsNoPaaToken() throws Exception {
        Credentials forged = new Credentials.PaaCookie(Secret.ofText(right()));
        try (EchoTarget target = new EchoTarget();
                GatewayClient client =
                        new GatewayClient(with(Transport.WEBSOCKET, forged).build())) {
            assertThatThrownBy(() -> client.open("pc", List.of("127.0.0.1"), target.port()))
                    .isInstanceOf(io.gatehouse.client.TunnelException.class);
        }
    }

    @Test
    void bearerIsOfferedLastAndOverTlsOnly() throws Exception {
        try (RawHttp http = RawHttp.tls(gateway)) {
            http.send(RawHttp.outHead("RDG-Connection-Id: " + RawHttp.ID));
            assertThat(http.readHead().values("WWW-Authenticate"))
                    .containsExactly(
                            "Negotiate",
                            "NTLM",
                            "Basic realm=\"Gatehouse\", charset=\"UTF-8\"",
                            "Bearer realm=\"Gatehouse\"",
                            "SSPI_NTLM");
        }
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(RawHttp.outHead("RDG-Connection-Id: " + RawHttp.ID, "Authorization: Bearer " + right()));
            RawHttp.Head answer = http.readHead();
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.values("WWW-Authenticate")).containsExactly("Negotiate", "NTLM", "SSPI_NTLM");
        }
    }

    private void refused(String token, String... audit) throws Exception {
        try (GatewayClient client =
                new GatewayClient(with(Transport.WEBSOCKET, bearer(token)).build())) {
            assertThatThrownBy(client::connect).isInstanceOf(GatewayRefusedException.class);
        }
        gateway.awaitAudit(audit);
    }

    @Test
    void wrongTokensAreDeniedAndTheAuditLogSaysWhy() throws Exception {
        refused(
                token("portal", Map.of("preferred_username", "erin", "groups", List.of("staff"))),
                "sign-in.refused",
                "\"rdgw.auth.method\":\"bearer\"",
                "aud \\\"portal\\\" (expected \\\"gateway\\\")");
        refused(
                token("gateway", Map.of("preferred_username", "erin")),
                "sign-in.refused",
                "the token has no claim \\\"groups\\\"; it has: ");
        refused(
                idp.issueToken("strangers", "8d1f", "gateway", Map.of("preferred_username", "erin"))
                        .serialize(),
                "sign-in.refused",
                "/strangers\\\" is no identity provider whose access tokens are taken");
        refused(right().replaceAll("[^.]*$", ""), "sign-in.refused", "no signed JWT");
        refused("hello", "sign-in.refused", "no signed JWT");
    }

    @Test
    void theWrongGroupMayNotPass() throws Exception {
        String token = token("gateway", Map.of("preferred_username", "erin", "groups", List.of("guests")));
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(
                        with(Transport.WEBSOCKET, bearer(token)).build())) {
            assertThatThrownBy(() -> client.open("pc", List.of("127.0.0.1"), target.port()))
                    .isInstanceOf(io.gatehouse.client.TunnelException.class);
        }
    }
}
