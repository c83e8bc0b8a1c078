package io.gatehouse.jetty.transport;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.bytes;
import static io.gatehouse.jetty.RawHttp.chunk;
import static io.gatehouse.jetty.RawHttp.inStreamHead;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.ResponseHead;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.ChannelCreate;
import io.gatehouse.core.tsgu.TsguPacket.ChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.HandshakeRequest;
import io.gatehouse.core.tsgu.TsguPacket.HandshakeResponse;
import io.gatehouse.core.tsgu.TsguPacket.TunnelAuth;
import io.gatehouse.core.tsgu.TsguPacket.TunnelAuthResponse;
import io.gatehouse.core.tsgu.TsguPacket.TunnelCreate;
import io.gatehouse.core.tsgu.TsguPacket.TunnelResponse;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.RawHttp.Head;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.target.EchoTarget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The transport of two connections: what is on the wire, and which two belong together. */
@Timeout(30)
class DualChannelTest {
    private static final byte[] HANDSHAKE = bytes(new HandshakeRequest(1, 0, 0, 0));
    private static final TsguPacket HANDSHAKE_RESPONSE = new HandshakeResponse(0, 1, 0, 0, 0);

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    /** An OUT channel up to its seed. */
    private RawHttp out(String user, String id) throws Exception {
        RawHttp out = RawHttp.plain(gateway);
        assertThat(out.out(user, id).status()).isEqualTo(200);
        assertThat(out.read(10)).isEqualTo(DualChannel.seed().array());
        return out;
    }

    /** An IN channel up to the answer to its first request. */
    private RawHttp in(String user, String id) throws Exception {
        RawHttp in = RawHttp.plain(gateway);
        assertThat(in.in(user, id).status()).isEqualTo(200);
        return in;
    }

    private static byte[] setup(EchoTarget target) {
        return bytes(
                new HandshakeRequest(1, 0, 0, 0),
                new TunnelCreate(0x0E, OptionalLong.empty(), Optional.empty()),
                new TunnelAuth("pc", Optional.empty()),
                new ChannelCreate(List.of(target.host()), List.of(), target.port(), 3));
    }

    private static void assertSetup(RawHttp out) throws Exception {
        assertThat(out.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
        assertThat(out.readPacket()).isInstanceOf(TunnelResponse.class);
        assertThat(out.readPacket()).isInstanceOf(TunnelAuthResponse.class);
        assertThat(out.readPacket())
                .isInstanceOfSatisfying(
                        ChannelResponse.class,
                        opened -> assertThat(opened.errorCode()).isZero());
    }

    private static void assertEcho(RawHttp out, RawHttp in, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        in.sendChunk(bytes(new Data(ByteBuffer.wrap(bytes))));
        assertThat(out.readPacket()).isEqualTo(new Data(ByteBuffer.wrap(bytes)));
    }

    /** Facts 5 and 6, traps 7 to 9. */
    @Test
    void outIsAnsweredByAHeadWithoutLengthAndTenBytesAtOnce() throws Exception {
        try (RawHttp out = RawHttp.plain(gateway)) {
            Head answer = out.out("alice", ID);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.lines().getFirst()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(answer.values("Content-Length")).isEmpty();
            assertThat(answer.values("Transfer-Encoding")).isEmpty();
            assertThat(answer.values("Content-Type")).isEmpty();
            assertThat(out.read(10)).asHexString().isEqualTo("ABCDABCDABCDABCDABCD");
            out.assertQuiet();
        }
    }

    /** Section 2.6: IN is answered with length 0, has no seed and stays open. */
    @Test
    void inIsAnsweredWithLengthZeroAndWithoutSeed() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp in = RawHttp.plain(gateway)) {
            Head answer = in.in("alice", ID);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.values("Content-Length")).containsExactly("0");
            assertThat(answer.values("Connection")).isEmpty();
            in.assertQuiet();
            out.assertQuiet();
        }
    }

    /** Fact 7, trap 10: the stream is let in without credentials, and never answered while it lasts. */
    @Test
    void theSecondInRequestNeedsNoAuthorizationAndIsNotAnsweredEarly() throws Exception {
        try (EchoTarget target = new EchoTarget();
                RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            in.send(inStreamHead(ID));
            in.sendChunk(setup(target));
            assertSetup(out);
            assertEcho(out, in, "hello");
            in.assertQuiet();
        }
    }

    /** Section 2.6: the head of the second request and the first chunk may come in one read. */
    @Test
    void theFirstChunkMayComeInTheSegmentOfItsHead() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            byte[] head = inStreamHead(ID).getBytes(StandardCharsets.ISO_8859_1);
            byte[] first = chunk(HANDSHAKE);
            in.send(ByteBuffer.allocate(head.length + first.length)
                    .put(head)
                    .put(first)
                    .array());
            assertThat(out.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
        }
    }

    /** A client that does not even wait for the answer to its sign-in. */
    @Test
    void theSecondInRequestMayBePipelinedBehindTheLastLeg() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp in = RawHttp.plain(gateway)) {
            String id = "RDG-Connection-Id: " + ID;
            in.send(RawHttp.inHead(id, in.typeOne("NTLM", "alice", TestGateway.PASSWORD)));
            String last = RawHttp.inHead(id, in.typeThree("NTLM", in.readHead()));
            byte[] heads = (last + inStreamHead(ID)).getBytes(StandardCharsets.ISO_8859_1);
            byte[] first = chunk(HANDSHAKE);
            in.send(ByteBuffer.allocate(heads.length + first.length)
                    .put(heads)
                    .put(first)
                    .array());
            assertThat(in.readHead().status()).isEqualTo(200);
            assertThat(out.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
        }
    }

    /** Trap 15 and section 2.6: a packet over many chunks. */
    @Test
    void packetsMayBeCutAtAnyChunkBorder() throws Exception {
        try (EchoTarget target = new EchoTarget();
                RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            in.send(inStreamHead(ID));
            for (byte single : setup(target)) {
                in.sendChunk(new byte[] {single});
            }
            assertSetup(out);
            byte[] data = bytes(new Data(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5})));
            in.sendChunk(java.util.Arrays.copyOfRange(data, 0, 3));
            in.sendChunk(java.util.Arrays.copyOfRange(data, 3, 12));
            in.sendChunk(java.util.Arrays.copyOfRange(data, 12, 15));
            ByteBuffer echoed = ByteBuffer.allocate(5);
            while (echoed.hasRemaining()) {
                echoed.put(((Data) out.readPacket()).payload());
            }
            assertThat(echoed.array()).containsExactly(1, 2, 3, 4, 5);
        }
    }

    /** Section 2.6: IronRDP ends the body and waits for the answer. */
    @Test
    void aBodyThatEndsIsAnsweredBy200() throws Exception {
        try (EchoTarget target = new EchoTarget();
                GatewayClient client = gateway.client(Transport.DUAL_CHANNEL)) {
            client.open("pc", List.of(target.host()), target.port());
            ResponseHead answer = client.finishInRequest();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Content-Length")).contains("0");
            assertThat(target.awaitIdle(Duration.ofSeconds(10))).isTrue();
        }
        gateway.awaitEmpty();
    }

    /** What follows the last chunk is no request: the connection ends with the answer. */
    @Test
    void whatFollowsTheBodyIsNoRequest() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            in.send(inStreamHead(ID) + "0\r\n\r\n" + RawHttp.outHead("RDG-Connection-Id: " + ID));
            assertThat(in.readToEnd()).matches("(?s)HTTP/1\\.1 200 OK\r\n.*Connection: close\r\n\r\n");
            out.assertEnds();
        }
    }

    /** The client is told that it broke HTTP, and the audit log has the true reason. */
    @Test
    void aBrokenChunkIsAnsweredBy400() throws Exception {
        try (EchoTarget target = new EchoTarget();
                RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            in.send(inStreamHead(ID));
            in.sendChunk(setup(target));
            assertSetup(out);
            assertEcho(out, in, "hello");
            in.send("5\nhello\r\n" + RawHttp.outHead("RDG-Connection-Id: " + ID));
            in.send(new byte[1 << 20]); // which a connection that is closed at once would answer by a reset
            assertThat(in.readToEnd()).matches("(?s)HTTP/1\\.1 400 Bad Request\r\n.*Connection: close\r\n\r\n");
            assertThat(target.awaitIdle(Duration.ofSeconds(5))).isTrue();
        }
        gateway.awaitAudit("session.end", "byte 10 in the line of a chunk size");
    }

    /** Some HTTP libraries do not send a body before they are asked for it. */
    @Test
    void aClientThatExpectsToBeAskedIsAsked() throws Exception {
        try (EchoTarget target = new EchoTarget();
                RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            in.send(inStreamHead(ID).replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
            assertThat(in.readHead().status()).isEqualTo(100);
            in.sendChunk(setup(target));
            assertSetup(out);
            assertEcho(out, in, "hello");
        }
    }

    /** MS-TSGU wants chunks; a proxy that collects a short body sends its length. */
    @Test
    void aBodyMayHaveALength() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            in.send(inStreamHead(ID).replace("Transfer-Encoding: chunked", "Content-Length: " + HANDSHAKE.length));
            in.send(HANDSHAKE);
            assertThat(out.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
            assertThat(in.readHead().status()).isEqualTo(200);
            in.assertEnds();
        }
    }

    @Test
    void inBeforeOutIsRefused() throws Exception {
        try (RawHttp in = RawHttp.plain(gateway)) {
            assertThat(in.in("alice", ID).status()).isEqualTo(403);
        }
    }

    @Test
    void inOfAnotherUserIsRefused() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp stranger = RawHttp.plain(gateway);
                RawHttp in = in("alice", ID)) {
            assertThat(stranger.in("bob", ID).status()).isEqualTo(403);
            in.send(inStreamHead(ID));
            in.sendChunk(HANDSHAKE);
            assertThat(out.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
        }
    }

    /** OUT by NTLM as alice, IN by Basic as ALICE: two providers, one account. */
    @Test
    void bothHalvesMaySignInByDifferentMethods() throws Exception {
        try (EchoTarget target = new EchoTarget();
                RawHttp out = RawHttp.tls(gateway);
                RawHttp in = RawHttp.tls(gateway)) {
            assertThat(out.out("alice", ID).status()).isEqualTo(200);
            assertThat(out.read(10)).isEqualTo(DualChannel.seed().array());
            byte[] password = ("ALICE:" + TestGateway.PASSWORD).getBytes(StandardCharsets.UTF_8);
            in.send(RawHttp.inHead("RDG-Connection-Id: " + ID, RawHttp.authorization("Basic", password)));
            assertThat(in.readHead().status()).isEqualTo(200);
            in.send(inStreamHead(ID));
            in.sendChunk(setup(target));
            assertSetup(out);
            assertEcho(out, in, "hello");
        }
    }

    @Test
    void inFromAnotherAddressIsRefused() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp in = RawHttp.plainFrom(gateway, "127.0.0.2")) {
            assertThat(in.in("alice", ID).status()).isEqualTo(403);
            out.assertQuiet();
        }
    }

    /**
     * Security finding 1: the id is no secret, so whoever knows it must not get at a stream that somebody else was let
     * in for.
     */
    @Test
    void theStreamOnAnotherConnectionThanItsSignInIs401() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID);
                RawHttp other = RawHttp.plain(gateway)) {
            other.send(inStreamHead(ID));
            assertThat(other.readHead().status()).isEqualTo(401);
            in.send(inStreamHead(ID));
            in.sendChunk(HANDSHAKE);
            assertThat(out.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
        }
    }

    @Test
    void aSecondStreamForTheSameIdIs401() throws Exception {
        try (RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID);
                RawHttp second = RawHttp.plain(gateway)) {
            in.send(inStreamHead(ID));
            in.sendChunk(HANDSHAKE);
            assertThat(out.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
            assertThat(second.in("alice", ID).status()).isEqualTo(403);
            second.send(inStreamHead(ID));
            assertThat(second.readHead().status()).isEqualTo(401);
        }
    }

    /** Trap 12: a half-dead OUT of the same user makes room, before and after it has its IN. */
    @Test
    void aSecondOutWithTheIdOfTheSameUserReplacesTheFirst() throws Exception {
        try (RawHttp first = out("alice", ID);
                RawHttp second = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            first.assertEnds();
            in.send(inStreamHead(ID));
            in.sendChunk(HANDSHAKE);
            assertThat(second.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
            try (RawHttp third = out("alice", ID);
                    RawHttp nextIn = in("alice", ID)) {
                second.assertEnds();
                nextIn.send(inStreamHead(ID));
                nextIn.sendChunk(HANDSHAKE);
                assertThat(third.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
            }
        }
    }

    /** Trap 12: FreeRDP of spring 2026 reused one id for tunnels one after the other. */
    @Test
    void anIdMayBeUsedAgainWhenItsTunnelIsClosed() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (RawHttp out = out("alice", ID);
                    RawHttp in = in("alice", ID)) {
                in.send(inStreamHead(ID));
                in.sendChunk(HANDSHAKE);
                assertThat(out.readPacket()).isEqualTo(HANDSHAKE_RESPONSE);
            }
        }
        gateway.awaitEmpty();
    }

    @Test
    void anOutWithTheIdOfAnotherUserIsRefused() throws Exception {
        try (RawHttp first = out("alice", ID);
                RawHttp second = RawHttp.plain(gateway)) {
            assertThat(second.out("bob", ID).status()).isEqualTo(403);
            first.assertQuiet();
        }
        gateway.awaitAudit("\"user.name\":\"bob\"", "the connection id belongs to another client");
    }

    @Test
    void outWithoutAConnectionIdIsABadRequest() throws Exception {
        try (RawHttp out = RawHttp.plain(gateway)) {
            assertThat(out.signIn("alice", "RDG_OUT_DATA " + RawHttp.PATH, "Content-Length: 0")
                            .status())
                    .isEqualTo(400);
        }
    }

    /** Section 2.6. */
    @Test
    void anOutWithoutItsInExpires() throws Exception {
        try (TestGateway hasty = TestGateway.start("[limits]\npairing-timeout = \"300ms\"\n" + TestGateway.RULE);
                RawHttp out = RawHttp.plain(hasty)) {
            assertThat(out.out("alice", ID).status()).isEqualTo(200);
            out.read(10);
            out.assertEnds();
            hasty.awaitEmpty();
        }
    }

    @Test
    void eitherHalfEndingEndsTheOtherAndTheTarget() throws Exception {
        for (boolean outFirst : new boolean[] {true, false}) {
            try (EchoTarget target = new EchoTarget();
                    RawHttp out = out("alice", ID);
                    RawHttp in = in("alice", ID)) {
                in.send(inStreamHead(ID));
                in.sendChunk(setup(target));
                assertSetup(out);
                (outFirst ? out : in).close();
                assertThat(target.awaitIdle(Duration.ofSeconds(5)))
                        .as("the target's connection ends, OUT first: " + outFirst)
                        .isTrue();
                if (outFirst) {
                    assertThat(in.readHead().status()).isEqualTo(200);
                    in.assertEnds();
                } else {
                    out.assertEnds();
                }
            }
            gateway.awaitEmpty();
            gateway.awaitAudit("session.end", "the client closed the " + (outFirst ? "OUT" : "IN") + " channel");
        }
    }

    /** Trap 11: neither the stream nor the OUT channel knows an idle timeout of HTTP. */
    @Test
    void bothChannelsOutliveTheIdleTimeoutOfHttp() throws Exception {
        gateway.setIdleTimeout(Duration.ofMillis(400));
        try (EchoTarget target = new EchoTarget();
                RawHttp idle = RawHttp.plain(gateway);
                RawHttp out = out("alice", ID);
                RawHttp in = in("alice", ID)) {
            in.send(inStreamHead(ID));
            in.sendChunk(setup(target));
            assertSetup(out);
            idle.assertEnds();
            for (int i = 0; i < 3; i++) {
                in.assertQuiet();
                out.assertQuiet();
            }
            assertEcho(out, in, "still here");
        }
    }
}
