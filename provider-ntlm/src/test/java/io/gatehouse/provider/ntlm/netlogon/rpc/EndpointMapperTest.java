package io.gatehouse.provider.ntlm.netlogon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EndpointMapperTest {
    private static final RpcInterface NETLOGON = RpcInterface.of("netlogon", "12345678-1234-abcd-ef00-01234567cffb", 1);

    /** Samba numbers a full pointer from 1; what the number is does not matter. */
    @Test
    void requestIsWhatSambaWrites() {
        byte[] expected = SambaVectors.bytes("map-in");
        byte[] request = EndpointMapper.request(NETLOGON);

        assertThat(HexFormat.of().formatHex(request, 28, request.length))
                .isEqualTo(HexFormat.of().formatHex(expected, 28, expected.length));
        assertThat(HexFormat.of().formatHex(request, 0, 28))
                .isEqualTo("00000200" + "00".repeat(16) + "04000200" + "4b000000");
    }

    @Test
    void portIsThatOfTheTcpFloor() throws Exception {
        assertThat(EndpointMapper.parse(SambaVectors.bytes("map-out"), NETLOGON))
                .isEqualTo(49152);
    }

    @Test
    void noTowerMeansNotServed() {
        byte[] none = new byte[20 + 4 + 12 + 4];
        none[36] = (byte) 0xd6;
        none[37] = (byte) 0xa0;
        none[38] = (byte) 0xc9;
        none[39] = (byte) 0x16;

        assertThatThrownBy(() -> EndpointMapper.parse(none, NETLOGON))
                .isInstanceOf(RpcException.class)
                .hasMessage("the endpoint mapper knows no TCP port of netlogon (status 0x16c9a0d6)");
    }

    @Test
    void everyTruncationIsMalformed() {
        byte[] whole = SambaVectors.bytes("map-out");
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> EndpointMapper.parse(part, NETLOGON))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void mapperIsAskedOverItsInterface() throws Exception {
        try (FakeRpcServer server = new FakeRpcServer(peer -> {
            FakeRpcPeer.Received bind = peer.read();
            assertThat(bind.type()).isEqualTo(11);
            assertThat(HexFormat.of().formatHex(bind.body().array(), 16, 36))
                    .isEqualTo("0883afe11f5dc91191a408002b14a0fa03000000");
            peer.write(FakeRpcPeer.bindAck(bind.callId()));
            FakeRpcPeer.Received call = peer.read();
            assertThat(call.operation()).isEqualTo(3);
            peer.write(FakeRpcPeer.response(call.callId(), SambaVectors.bytes("map-out")));
        })) {
            int port = EndpointMapper.port(
                    server.address(), NETLOGON, Deadline.in(Duration.ofSeconds(5), MonotonicClock.system()));

            assertThat(port).isEqualTo(49152);
        }
    }
}
