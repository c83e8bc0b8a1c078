package io.gatehouse.jetty.edge;

import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RequestLines;
import io.gatehouse.jetty.TestGateway;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is refused before a handler works on it: counted for its connection, answered without a body, and told with its
 * reason.
 */
@Timeout(60)
class FrontGateTest {
    private RequestLines lines;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        lines = new RequestLines();
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        lines.close();
    }

    @Test
    void requestsForUnknownPathsAreCountedForTheirConnection() throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            for (int i = 0; i < 32; i++) {
                http.send(RawHttp.head("GET /nowhere"));
                assertThat(http.readHead().status()).isEqualTo(404);
            }
            http.send(RawHttp.head("GET /nowhere"));
            RawHttp.Head answer = http.readHead();
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.values("Connection")).containsExactly("close");
            http.assertEnds();
        }
        assertThat(lines.all())
                .hasSize(2)
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("request refused correlation=\\S+ client=127\\.0\\.0\\.1 status=404"
                                        + " request=GET /nowhere cause=no such path"),
                        line -> assertThat(line)
                                .contains("status=429", "cause=too many requests or bytes of one connection"));
    }

    @Test
    void bytesOfUnknownPathsAreCountedToo() throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            int status = 404;
            int requests = 0;
            while (status == 404) {
                http.send(RawHttp.head("GET /nowhere", "X: " + "x".repeat(90_000)));
                status = http.readHead().status();
                requests++;
            }
            assertThat(status).isEqualTo(429);
            assertThat(requests).isEqualTo(12); // 12 * 90 kB are more than 1 MiB
            http.assertEnds();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            GET /nowhere HTTP/1.1|Host: a                            ! 404 ! no such path
            RPC_IN_DATA /rpc/rpcproxy.dll?a:3388 HTTP/1.1|Host: a    ! 404 ! RPC over HTTP, which the gateway does not
            RPC_OUT_DATA /RpcWithCert/RpcProxy.dll HTTP/1.1|Host: a  ! 404 ! RDGClientTransport; FreeRDP: type:http
            GET /rpc/rpcproxy.dll HTTP/1.1|Host: a                   ! 404 ! RPC over HTTP, which the gateway does not
            GET /remoteDesktopGateway/ HTTP/1.1|Host: a              ! 405 ! method GET without an upgrade to WebSocket
            RDG_OUT_DATA /remoteDesktopGateway/ HTTP/1.1|Host: a|RDG-Auth-Scheme: SSPI_NTLM ! 400 ! without a connection id
            RDG_IN_DATA /remoteDesktopGateway/ HTTP/1.1|Host: a|Transfer-Encoding: chunked ! 401 ! no connection id
            GET / HTTP/3.7|Host: a                                   ! 505 ! Unknown Version
            GET|Host: a                                              ! 400 ! No URI
            GET / HTTP/1.1|Host: a|Bad Name: x                       ! 400 ! Illegal character SPACE
            GET / HTTP/1.1                                           ! 400 ! No Host
            GET /%zz HTTP/1.1|Host: a                                ! 400 ! Bad Request:
            """)
    void everyRefusalHasNoBodyAndLeavesItsReason(String request, int status, String cause) throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(request.replace("|", "\r\n") + "\r\n\r\n");
            RawHttp.Head answer = http.readHead();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.values("Content-Length")).containsExactly("0");
            assertThat(answer.values("Content-Type")).isEmpty();
            assertThat(answer.values("Server")).isEmpty();
        }
        assertThat(lines.all())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("client=127.0.0.1", "status=" + status)
                        .containsIgnoringCase(cause));
    }

    @Test
    void aHeadThatIsTooLargeLeavesItsReason() throws Exception {
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(outHead("X-Large: " + "a".repeat(97 * 1024)));
            RawHttp.Head answer = http.readHead();
            assertThat(answer.status()).isEqualTo(431);
            assertThat(answer.values("Content-Type")).isEmpty();
        }
        lines.await("status=431", "client=127.0.0.1");
    }

    /** Two addresses could write two megabytes a second, before any budget of sign-ins. */
    @Test
    void credentialsThatAreMalformedAgainAndAgainAreCountedAndNotWritten() throws Exception {
        for (String source : List.of("127.0.0.2", "127.0.0.3")) {
            for (int connection = 0; connection < 5; connection++) {
                try (RawHttp http = RawHttp.plainFrom(gateway, source)) {
                    for (int i = 0; i < 30; i++) {
                        http.send(outHead("Authorization: NTLM AAAA"));
                        assertThat(http.readHead().status()).isEqualTo(401);
                    }
                }
            }
        }
        try (RawHttp last = RawHttp.plainFrom(gateway, "127.0.0.4")) {
            last.send(outHead("Authorization: NTLM AAAA"));
            assertThat(last.readHead().status()).isEqualTo(401);
        }
        gateway.awaitAudit("sign-in.refused", "\"source.ip\":\"127.0.0.4\"", "malformed");
        assertThat(gateway.audit()).hasSize(21).allMatch(line -> line.contains("\"sign-in.refused\""));
    }
}
