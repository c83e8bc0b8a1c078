package io.gatehouse.jetty.transport;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.inHead;
import static io.gatehouse.jetty.RawHttp.inStreamHead;
import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RequestLines;
import io.gatehouse.jetty.TestGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients with tokens prove nothing by HTTP: at one address, only the connection id and who came first tell them apart.
 */
@Timeout(60)
class DualChannelOwnersTest {
    private static final String[] TOKEN_CLIENT = {"RDG-Connection-Id: " + ID, "RDG-Auth-Scheme: PAA"};

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start("[auth.paa]\n" + TestGateway.RULE);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private void opened(RawHttp out) throws Exception {
        out.send(outHead(TOKEN_CLIENT));
        assertThat(out.readHead().status()).isEqualTo(200);
        assertThat(out.read(DualChannel.seed().remaining()))
                .isEqualTo(DualChannel.seed().array());
    }

    @Test
    void nobodyReplacesTheOutChannelOfAnotherTokenClient() throws Exception {
        try (RawHttp first = RawHttp.plain(gateway);
                RawHttp second = RawHttp.plain(gateway)) {
            opened(first);
            second.send(outHead(TOKEN_CLIENT));
            assertThat(second.readHead().status()).isEqualTo(403);
            first.assertQuiet();
            gateway.awaitAudit("CONNECTION_REFUSED", "the connection id belongs to another client");
        }
    }

    @Test
    void theInChannelIsOfTheConnectionThatCameFirst() throws Exception {
        try (RawHttp out = RawHttp.plain(gateway);
                RawHttp in = RawHttp.plain(gateway);
                RawHttp other = RawHttp.plain(gateway)) {
            opened(out);
            in.send(inHead(TOKEN_CLIENT));
            assertThat(in.readHead().status()).isEqualTo(200);
            other.send(inHead(TOKEN_CLIENT));
            assertThat(other.readHead().status()).isEqualTo(403);
            in.send(inStreamHead(ID));
            in.assertQuiet();
            assertThat(gateway.census().getFirst()).isEqualTo(1);
        }
    }

    @Test
    void anIdIsFreeAgainWhenItsOutChannelEnded() throws Exception {
        try (RawHttp first = RawHttp.plain(gateway)) {
            opened(first);
        }
        gateway.awaitEmpty();
        try (RawHttp second = RawHttp.plain(gateway)) {
            opened(second);
        }
    }

    @Test
    void bytesBehindTheRequestForTheOutChannelEndIt() throws Exception {
        try (RawHttp out = RawHttp.plain(gateway)) {
            out.send(outHead(TOKEN_CLIENT) + "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(out.readHead().status()).isEqualTo(200);
            assertThat(out.read(DualChannel.seed().remaining()))
                    .isEqualTo(DualChannel.seed().array());
            out.assertEnds();
            gateway.awaitAudit("tunnel.failed", "the client sent bytes behind its request for the OUT channel");
            gateway.awaitEmpty();
        }
    }

    @Test
    void theStreamOfAnInChannelWithoutItsPairLeavesItsReason() throws Exception {
        try (RequestLines lines = new RequestLines();
                RawHttp in = RawHttp.plain(gateway)) {
            in.send(inStreamHead(ID));
            assertThat(in.readHead().status()).isEqualTo(401);
            lines.await("request refused", "status=401", "no OUT channel has this connection id");
        }
    }
}
