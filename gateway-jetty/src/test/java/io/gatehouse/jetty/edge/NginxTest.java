package io.gatehouse.jetty.edge;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.bytes;
import static io.gatehouse.jetty.RawHttp.inHead;
import static io.gatehouse.jetty.RawHttp.inStreamHead;
import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.core.tsgu.TsguPacket.HandshakeRequest;
import io.gatehouse.core.tsgu.TsguPacket.HandshakeResponse;
import io.gatehouse.jetty.Nginx;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.transport.DualChannel;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a real nginx that keeps its connections to the gateway for whoever comes next. */
@Timeout(60)
class NginxTest {
    private static final String ALICE = "127.0.0.2";
    private static final String MALLORY = "127.0.0.3";
    private static final String OTHER_ID = "RDG-Connection-Id: {11111111-2222-3333-4444-555555555555}";
    private static final String LOCATION = """
            location / {
              proxy_pass http://gateway;
              proxy_http_version 1.1;
              proxy_request_buffering off;
              proxy_buffering off;
              client_max_body_size 0;
              proxy_read_timeout 1h;
              proxy_set_header Host $host;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection $connection_upgrade;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            }
            """;
    private static final String SERVERS = """
            upstream gateway { server 127.0.0.1:GATEWAY; keepalive 16; }
            server {
              listen 127.0.0.1:PLAIN;
              listen 127.0.0.1:TLS ssl;
              ssl_certificate gateway.pem;
              ssl_certificate_key gateway.key;
              LOCATION
            }
            server {
              listen 127.0.0.1:UNCHUNKED;
              chunked_transfer_encoding off;
              LOCATION
            }
            """;

    @TempDir
    private Path folder;

    private @Nullable TestGateway gateway;
    private @Nullable Nginx nginx;
    private InetSocketAddress plain = new InetSocketAddress(0);
    private InetSocketAddress tls = new InetSocketAddress(0);
    private InetSocketAddress unchunked = new InetSocketAddress(0);

    @BeforeEach
    void start() throws Exception {
        TestGateway behind = TestGateway.behindProxy(TestGateway.RULE);
        gateway = behind;
        plain = Nginx.freeAddress();
        tls = Nginx.freeAddress();
        unchunked = Nginx.freeAddress();
        nginx = Nginx.start(
                SERVERS.replace("LOCATION", LOCATION)
                        .replace("UNCHUNKED", String.valueOf(unchunked.getPort()))
                        .replace("GATEWAY", String.valueOf(behind.plain().getPort()))
                        .replace("PLAIN", String.valueOf(plain.getPort()))
                        .replace("TLS", String.valueOf(tls.getPort())),
                folder,
                unchunked);
    }

    @AfterEach
    void stop() throws Exception {
        if (nginx != null) {
            nginx.close();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    private TestGateway gateway() {
        TestGateway running = gateway;
        assertThat(running).isNotNull();
        return running;
    }

    private int backEndConnections() {
        return gateway().census().getLast();
    }

    /** Security finding 1, with the proxy of which it was measured. */
    @Test
    void aConnectionThatNginxReusesCarriesNoIdentityToTheNextClient() throws Exception {
        try (RawHttp out = RawHttp.to(plain, ALICE);
                RawHttp in = RawHttp.to(plain, ALICE);
                RawHttp mallory = RawHttp.to(plain, MALLORY)) {
            assertThat(out.out("alice", ID).status()).isEqualTo(200);
            assertThat(in.in("alice", ID).status()).isEqualTo(200);

            int connections = backEndConnections();
            for (String request : List.of(
                    inHead("RDG-Connection-Id: " + ID),
                    outHead("RDG-Connection-Id: " + ID),
                    outHead(OTHER_ID),
                    inStreamHead(ID) + "0\r\n\r\n")) {
                mallory.send(request);
                RawHttp.Head answer = mallory.readHead();
                assertThat(answer.status()).isEqualTo(401);
            }
            assertThat(backEndConnections()).as("the same back end connections").isEqualTo(connections);
            assertThat(out.readChunk()).isEqualTo(DualChannel.seed().array());
        }
        assertThat(gateway().audit())
                .filteredOn(line -> line.contains("sign-in.accepted"))
                .allMatch(line -> line.contains(ALICE));
    }

    @Test
    void theDualChannelWorksOverConnectionsThatNginxReuses() throws Exception {
        try (RawHttp out = RawHttp.to(plain, ALICE);
                RawHttp in = RawHttp.to(plain, ALICE)) {
            assertThat(out.out("alice", ID).status()).isEqualTo(200);
            assertThat(in.in("alice", ID).status()).isEqualTo(200);
            in.send(inStreamHead(ID));
            in.sendChunk(bytes(new HandshakeRequest(1, 0, 0, 0)));
            assertThat(out.readChunk()).isEqualTo(DualChannel.seed().array());
            assertThat(TsguCodec.decodeFromServer(ByteBuffer.wrap(out.readChunk())))
                    .isEqualTo(new HandshakeResponse(0, 1, 0, 0, 0));
        }
    }

    /** Seen with FreeRDP 3.30.1: it waits for the end of a chunked answer on OUT, and gives up. */
    @Test
    void nginxLeavesOutUnchunkedWhereItIsToldSo() throws Exception {
        try (RawHttp out = RawHttp.to(unchunked, ALICE)) {
            RawHttp.Head answer = out.out("alice", ID);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.values("Transfer-Encoding")).isEmpty();
            assertThat(out.read(DualChannel.seed().remaining()))
                    .isEqualTo(DualChannel.seed().array());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"basic", "ntlm", "tunnel"})
    void aWebSocketWorksThroughNginx(String method) throws Exception {
        Credentials credentials = switch (method) {
            case "basic" -> Credentials.basic("alice", TestGateway.PASSWORD);
            case "ntlm" -> Credentials.ntlm("alice", TestGateway.PASSWORD);
            default -> Credentials.tunnelNtlm("alice", TestGateway.PASSWORD);
        };
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(gateway()
                        .options(Transport.WEBSOCKET)
                        .address(tls)
                        .credentials(credentials)
                        .build())) {
            Channel channel = client.open("pc", List.of(target.host()), target.port());
            channel.send(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer answer = ByteBuffer.allocate(3);
            channel.readFully(answer);
            assertThat(answer.array()).containsExactly(1, 2, 3);
        }
    }
}
