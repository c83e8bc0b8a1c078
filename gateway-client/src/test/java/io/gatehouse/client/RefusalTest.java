package io.gatehouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers at HTTP level that clients in the field do not survive either. */
@Timeout(20)
class RefusalTest {
    private static final Credentials NTLM = Credentials.ntlm("alice", "Passw0rd!");

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 403, 404, 410, 500, 503})
    void anyOtherStatusThanAChallengeIsARefusal(int status) throws Exception {
        String answer = "HTTP/1.1 " + status + " No|Content-Length: 0||";
        assertThatThrownBy(() -> connect(NTLM, Transport.WEBSOCKET, answer))
                .isInstanceOfSatisfying(
                        GatewayRefusedException.class,
                        refusal -> assertThat(refusal.response().status()).isEqualTo(status))
                .hasMessage("gateway answered " + status + " No (expected 401 with a challenge)");
    }

    @Test
    void successBeforeTheChallengeIsAnError() {
        assertThatThrownBy(() -> connect(NTLM, Transport.DUAL_CHANNEL, "HTTP/1.1 200 OK||"))
                .hasMessage("gateway answered 200 OK (expected 401 with a challenge)");
    }

    @Test
    void aChallengeForAnotherSchemeIsARefusalWithItsHeaders() {
        String answer =
                "HTTP/1.1 401 Unauthorized|WWW-Authenticate: Negotiate|WWW-Authenticate: NTLM|content-length: 0||";
        assertThatThrownBy(() -> connect(NTLM, Transport.WEBSOCKET, answer))
                .isInstanceOfSatisfying(
                        GatewayRefusedException.class,
                        refusal -> assertThat(refusal.response().values("www-authenticate"))
                                .containsExactly("Negotiate", "NTLM"));
    }

    @Test
    void aClientWithoutCredentialsIsRefusedByAChallenge() {
        assertThatThrownBy(() -> connect(
                        new Credentials.None(),
                        Transport.WEBSOCKET,
                        "HTTP/1.1 401 Unauthorized|WWW-Authenticate: NTLM|Content-Length: 0||"))
                .hasMessage("gateway answered 401 Unauthorized (expected 101)");
    }

    @Test
    void aWrongAcceptValueIsARefusal() {
        assertThatThrownBy(() -> connect(
                        new Credentials.None(),
                        Transport.WEBSOCKET,
                        "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|"
                                + "Sec-WebSocket-Accept: J1Sa9PSjUdrCS40/CUOpdIT4qH8=||"))
                .isInstanceOf(GatewayRefusedException.class)
                .hasMessageContaining("expected Sec-WebSocket-Accept: ");
    }

    @Test
    void aChunkedOutChannelIsRefusedAsFreeRdp3Hangs() {
        assertThatThrownBy(() -> connect(
                        new Credentials.None(),
                        Transport.DUAL_CHANNEL,
                        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||A|0123456789|"))
                .hasMessageContaining("expected an OUT body that is not chunked");
    }

    @Test
    void aShortSeedIsTheEndOfTheConnection() {
        assertThatThrownBy(() -> connect(new Credentials.None(), Transport.DUAL_CHANNEL, "HTTP/1.1 200 OK||012345678"))
                .isInstanceOf(EOFException.class)
                .hasMessage("connection ended after 9 of 10 bytes");
    }

    @Test
    void noAnswerIsTheEndOfTheConnection() {
        assertThatThrownBy(() -> connect(new Credentials.None(), Transport.WEBSOCKET, ""))
                .isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK||",
                "HTTP/1.1 2000 OK||",
                "HTTP/1.1 401 No\n\n",
                "HTTP/1.1 401 No|no colon||",
                "HTTP/1.1 401 No|A: b| folded||",
                "HTTP/1.1 401 No|WWW-Authenticate: NTLM !!||",
                "HTTP/1.1 401 No|WWW-Authenticate: NTLM TlRM|Content-Length: 99999999||",
                "HTTP/1.1 401 No|WWW-Authenticate: NTLM TlRM|Content-Length: -1||"
            })
    void brokenHeadsAreProtocolErrors(String answer) {
        assertThatThrownBy(() -> connect(NTLM, Transport.WEBSOCKET, answer)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void endlessHeadsAreProtocolErrors() {
        assertThatThrownBy(() -> connect(NTLM, Transport.WEBSOCKET, "HTTP/1.1 401 " + "x".repeat(70_000) + "||"))
                .hasMessage("head of more than 65536 bytes");
        assertThatThrownBy(() -> connect(NTLM, Transport.WEBSOCKET, "HTTP/1.1 401 No|" + "A: b|".repeat(101) + "|"))
                .hasMessage("more than 100 headers");
    }

    private static void connect(Credentials credentials, Transport transport, String answer) throws IOException {
        try (ScriptedGateway gateway = ScriptedGateway.plain(acceptor -> {
                    ScriptedGateway.Talk talk = acceptor.accept();
                    talk.head();
                    talk.send(answer);
                    talk.close();
                });
                GatewayClient client = new GatewayClient(gateway.options()
                        .credentials(credentials)
                        .transport(transport)
                        .build())) {
            client.connect();
        }
    }
}
