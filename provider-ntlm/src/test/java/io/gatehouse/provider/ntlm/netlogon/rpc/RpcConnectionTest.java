package io.gatehouse.provider.ntlm.netlogon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.provider.ntlm.netlogon.rpc.FakeRpcPeer.Received;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException.Kind;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class RpcConnectionTest {
    private static final RpcInterface ECHO = RpcInterface.of("echo", "60a15ec5-4de8-11d7-a637-005056a20182", 1);
    private static final byte[] STUB = {1, 2, 3};

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(5), MonotonicClock.system());
    }

    private static Deadline atOnce() {
        return Deadline.in(Duration.ofMillis(150), MonotonicClock.system());
    }

    /** What the server does after the bind. */
    private interface Answer {
        void to(Received call, FakeRpcPeer peer) throws IOException;
    }

    private static FakeRpcServer answering(Answer answer) {
        return new FakeRpcServer(peer -> {
            peer.write(FakeRpcPeer.bindAck(peer.read().callId()));
            while (true) {
                answer.to(peer.read(), peer);
            }
        });
    }

    private static byte[] call(FakeRpcServer server, byte[] stub, Deadline deadline) throws RpcException {
        try (RpcConnection connection = RpcConnection.connect(server.address(), soon())) {
            connection.bind(ECHO, soon());
            return connection.call(7, stub, deadline);
        }
    }

    private static RpcException failure(ThrowingCallable callable) {
        RpcException[] caught = new RpcException[1];
        assertThatThrownBy(callable).isInstanceOfSatisfying(RpcException.class, e -> caught[0] = e);
        return caught[0];
    }

    private static RpcException failure(Answer answer) {
        try (FakeRpcServer server = answering(answer)) {
            return failure(() -> call(server, STUB, soon()));
        }
    }

    @Test
    void bindProposesOneInterfaceInNdr() throws Exception {
        try (FakeRpcServer server = new FakeRpcServer(peer -> {
                    Received bind = peer.read();
                    assertThat(HexFormat.of().formatHex(bind.body().array()))
                            .isEqualTo("d016d01600000000" + "01000000" + "00000100"
                                    + "c55ea160e84dd711a637005056a2018201000000"
                                    + "045d888aeb1cc9119fe808002b10486002000000");
                    peer.write(FakeRpcPeer.bindAck(bind.callId()));
                });
                RpcConnection connection = RpcConnection.connect(server.address(), soon())) {
            connection.bind(ECHO, soon());
        }
    }

    @Test
    void callCarriesOperationAndStub() throws Exception {
        try (FakeRpcServer server = answering((call, peer) -> {
            assertThat(call.operation()).isEqualTo(7);
            assertThat(HexFormat.of().formatHex(call.body().array())).isEqualTo("0300000000000700010203");
            peer.write(FakeRpcPeer.response(call.callId(), new byte[] {4, 5}));
        })) {
            assertThat(call(server, STUB, soon())).containsExactly(4, 5);
        }
    }

    @Test
    void callsFollowEachOtherOnOneConnection() throws Exception {
        try (FakeRpcServer server = answering((call, peer) -> peer.write(
                        FakeRpcPeer.response(call.callId(), call.body().array())));
                RpcConnection connection = RpcConnection.connect(server.address(), soon())) {
            connection.bind(ECHO, soon());
            for (int round = 0; round < 5; round++) {
                assertThat(connection.call(round, new byte[round], soon())).hasSize(8 + round);
                assertThat(connection.isQuiet()).isTrue();
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void fragmentsArePutTogetherHoweverTheyAreCut() throws Exception {
        byte[] large = new byte[40_000];
        Arrays.fill(large, (byte) 'x');
        try (FakeRpcServer server = answering((call, peer) -> {
            int position = 0;
            for (int size = 5000; position < large.length; position += size) {
                int flags = (position == 0 ? FakeRpcPeer.FIRST : 0)
                        | (position + size >= large.length ? FakeRpcPeer.LAST : 0);
                byte[] part = Arrays.copyOfRange(large, position, Math.min(large.length, position + size));
                byte[] pdu = FakeRpcPeer.response(call.callId(), flags, part);
                peer.write(Arrays.copyOf(pdu, 10)); // in the middle of the header
                peer.write(Arrays.copyOfRange(pdu, 10, pdu.length));
            }
        })) {
            assertThat(call(server, STUB, soon())).isEqualTo(large);
        }
    }

    @Test
    void endlessResponsesAreCutOff() {
        RpcException failure = failure((call, peer) -> {
            int flags = FakeRpcPeer.FIRST;
            while (true) {
                peer.write(FakeRpcPeer.response(call.callId(), flags, new byte[5000]));
                flags = 0;
            }
        });

        assertThat(failure).hasMessage("response of more than 262144 bytes (expected at most that)");
        assertThat(failure.kind()).isEqualTo(Kind.BROKEN);
        assertThat(failure.mayHaveRun()).isTrue();
    }

    @Test
    void emptyFragmentsDoNotGoOnForEver() {
        assertThat(failure((call, peer) -> {
                    peer.write(FakeRpcPeer.response(call.callId(), FakeRpcPeer.FIRST, new byte[0]));
                }))
                .hasMessage("empty fragment that is not the last");
    }

    @Test
    void fragmentsInDisorderAreRefused() {
        assertThat(failure((call, peer) -> peer.write(FakeRpcPeer.response(call.callId(), FakeRpcPeer.LAST, STUB))))
                .hasMessage("fragments in disorder");
        assertThat(failure((call, peer) -> {
                    peer.write(FakeRpcPeer.response(call.callId(), FakeRpcPeer.FIRST, STUB));
                    peer.write(FakeRpcPeer.response(call.callId(), STUB));
                }))
                .hasMessage("fragments in disorder");
    }

    @Test
    void answersToOtherCallsAreRefused() {
        assertThat(failure((call, peer) -> peer.write(FakeRpcPeer.response(call.callId() + 1, STUB))))
                .hasMessage("answer to call 3 (expected 2)");
    }

    @Test
    void bindAckIsNoResponse() {
        assertThat(failure((call, peer) -> peer.write(FakeRpcPeer.bindAck(call.callId()))))
                .hasMessage("answer to a bind (expected a response)");
    }

    @Test
    void sealedAnswerOnAPlainConnectionIsRefused() {
        assertThat(failure((call, peer) -> peer.write(
                        FakeRpcPeer.pdu(2, 3, call.callId(), FakeRpcPeer.responseBody(STUB), 0, new byte[56]))))
                .hasMessage("sealed response on a plain connection");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0500020310000000ffff000002000000", // frag_length 65535
                "05000203100000000f00000002000000", // shorter than its header
                "05000203100000002000ff0002000000", // auth_length beyond the fragment
                "04000203100000001800000002000000", // version 4
                "05000203000000001800000002000000", // big-endian
                "05001403100000001800000002000000", // an unknown type
                "05000203100000001100000002000000" // no room for the response's header
            })
    void brokenHeadersAreMalformed(String hex) {
        RpcException failure = failure((call, peer) -> {
            peer.write(HexFormat.of().parseHex(hex));
            peer.write(new byte[64]);
        });

        assertThat(failure.kind()).isEqualTo(Kind.BROKEN);
        assertThat(failure.mayHaveRun()).isTrue();
    }

    @Test
    void webServerIsNoRpcServer() {
        try (FakeRpcServer server = new FakeRpcServer(peer -> {
            peer.read();
            peer.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
            RpcException failure = failure(() -> call(server, STUB, soon()));

            assertThat(failure).hasMessage("pdu of version 72 in representation 0x312e312f (expected 5 in 0x00000010)");
            assertThat(failure.mayHaveRun()).isFalse();
        }
    }

    @Test
    void faultsSayWhetherTheCallRan() {
        RpcException ran = failure((call, peer) -> peer.write(FakeRpcPeer.fault(call.callId(), 0, 5)));
        RpcException notRun = failure(
                (call, peer) -> peer.write(FakeRpcPeer.fault(call.callId(), FakeRpcPeer.DID_NOT_EXECUTE, 0x1c010014)));

        assertThat(ran).hasMessage("fault 0x00000005 (access denied)");
        assertThat(ran.kind()).isEqualTo(Kind.REFUSED);
        assertThat(ran.mayHaveRun()).isTrue();
        assertThat(notRun).hasMessage("fault 0x1c010014 (server too busy)");
        assertThat(notRun.mayHaveRun()).isFalse();
    }

    @Test
    void faultAfterTheBeginningOfAnAnswerIsOfACallThatRan() {
        assertThat(failure((call, peer) -> {
                            peer.write(FakeRpcPeer.response(call.callId(), FakeRpcPeer.FIRST, STUB));
                            peer.write(FakeRpcPeer.fault(call.callId(), FakeRpcPeer.DID_NOT_EXECUTE, 5));
                        })
                        .mayHaveRun())
                .isTrue();
    }

    @Test
    void refusedBindsSayWhy() {
        try (FakeRpcServer nak = new FakeRpcServer(
                        peer -> peer.write(FakeRpcPeer.bindNak(peer.read().callId(), 4)));
                FakeRpcServer fault = new FakeRpcServer(
                        peer -> peer.write(FakeRpcPeer.fault(peer.read().callId(), 0, 0x721)));
                FakeRpcServer result = new FakeRpcServer(peer -> {
                    byte[] ack = FakeRpcPeer.bindAck(peer.read().callId());
                    ack[36] = 2;
                    ack[38] = 1;
                    peer.write(ack);
                })) {
            assertThat(failure(() -> call(nak, STUB, soon())))
                    .hasMessage("the interface echo was refused: bind_nak, reason 4")
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED));
            assertThat(failure(() -> call(fault, STUB, soon())))
                    .hasMessage("the interface echo was refused: fault 0x00000721 (error of the security package)");
            assertThat(failure(() -> call(result, STUB, soon())))
                    .hasMessage("the interface echo was refused: result 2, reason 1");
        }
    }

    @Test
    void silenceEndsAtTheDeadline() {
        try (FakeRpcServer mute = new FakeRpcServer(FakeRpcPeer::stayMute);
                FakeRpcServer muteLater = answering((call, peer) -> peer.stayMute())) {
            RpcException bind = failure(() -> {
                try (RpcConnection connection = RpcConnection.connect(mute.address(), soon())) {
                    connection.bind(ECHO, atOnce());
                }
            });
            RpcException call = failure(() -> call(muteLater, STUB, atOnce()));

            assertThat(bind.kind()).isEqualTo(Kind.SLOW);
            assertThat(bind.mayHaveRun()).isFalse();
            assertThat(call.kind()).isEqualTo(Kind.SLOW);
            assertThat(call.mayHaveRun()).isTrue();
        }
    }

    /** Every byte is an answer of a kind, so only the deadline over all of them helps. */
    @Test
    void trickleEndsAtTheDeadline() {
        try (FakeRpcServer server = answering((call, peer) -> {
            for (byte value : FakeRpcPeer.response(call.callId(), new byte[5000])) {
                peer.write(new byte[] {value});
                LockSupport.parkNanos(1_000_000);
            }
        })) {
            assertThat(failure(() -> call(server, STUB, atOnce())).kind()).isEqualTo(Kind.SLOW);
        }
    }

    @Test
    void connectionThatTheServerEndedIsNotQuiet() throws Exception {
        try (FakeRpcServer server = answering((call, peer) -> peer.write(FakeRpcPeer.response(call.callId(), STUB)));
                RpcConnection connection = RpcConnection.connect(server.address(), soon())) {
            connection.bind(ECHO, soon());
            connection.call(1, STUB, soon());
            assertThat(connection.isQuiet()).isTrue();

            server.dropConnections();

            Deadline deadline = soon();
            while (connection.isQuiet() && !deadline.isOver()) {
                Thread.onSpinWait();
            }
            assertThat(connection.isQuiet()).isFalse();
        }
    }

    @Test
    void connectionWithMoreThanWasAskedForIsNotQuiet() throws Exception {
        try (FakeRpcServer server = answering((call, peer) -> {
                    byte[] twice = FakeRpcPeer.response(call.callId(), STUB);
                    peer.write(Arrays.copyOf(twice, twice.length + 1));
                });
                RpcConnection connection = RpcConnection.connect(server.address(), soon())) {
            connection.bind(ECHO, soon());
            connection.call(1, STUB, soon());

            assertThat(connection.isQuiet()).isFalse();
        }
    }

    @Test
    void nobodyThereIsUnreachable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);

        assertThat(failure(() -> RpcConnection.connect(nobody, soon())).kind()).isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void requestThatNeedsTwoFragmentsIsNotSent() {
        try (FakeRpcServer server = answering((call, peer) -> peer.stayMute())) {
            assertThat(failure(() -> call(server, new byte[5817], soon())))
                    .hasMessage("request of 5841 bytes (expected at most 5840)")
                    .satisfies(e -> assertThat(e.mayHaveRun()).isFalse());
        }
    }
}
