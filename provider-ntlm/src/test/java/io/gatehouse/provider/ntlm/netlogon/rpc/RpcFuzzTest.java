package io.gatehouse.provider.ntlm.netlogon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.formats.MalformedException;
import java.util.Arrays;

/**
 * Whatever a server sends, it is understood or malformed; no other exception, and nothing larger than what was sent.
 */
class RpcFuzzTest {
    private static final RpcInterface NETLOGON = RpcInterface.of("netlogon", "12345678-1234-abcd-ef00-01234567cffb", 1);

    @FuzzTest
    void everyPduIsUnderstoodOrMalformed(byte[] bytes) {
        try {
            PduHeader header = PduHeader.parse(Arrays.copyOf(bytes, Math.min(bytes.length, PduHeader.LENGTH)));
            assertThat(header.length()).isBetween(PduHeader.LENGTH, PduHeader.LARGEST_FRAGMENT);
            assertThat(header.dataLength()).isBetween(0, header.length() - PduHeader.LENGTH);
            byte[] body = Arrays.copyOfRange(bytes, PduHeader.LENGTH, Math.max(PduHeader.LENGTH, bytes.length));
            switch (PduParser.parse(header, Arrays.copyOf(body, header.length() - PduHeader.LENGTH))) {
                case Pdu.Response response -> {
                    assertThat(response.data().length()).isLessThanOrEqualTo(header.dataLength());
                    response.auth()
                            .ifPresent(auth -> assertThat(auth.value().length()).isEqualTo(header.authLength()));
                }
                case Pdu.BindAck ack -> assertThat(ack.largestFragment()).isBetween(0, 65535);
                case Pdu.BindNak nak -> assertThat(nak.reason()).isBetween(0, 65535);
                case Pdu.Fault fault ->
                    assertThat(FaultStatus.text(fault.status())).startsWith("fault 0x");
            }
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("\\P{Cntrl}{5,150}");
        }
    }

    @FuzzTest
    void everyAnswerOfTheMapperIsAPortOrNone(byte[] bytes) {
        try {
            assertThat(EndpointMapper.parse(bytes, NETLOGON)).isBetween(1, 65535);
        } catch (RpcException e) {
            assertThat(e.mayHaveRun()).isFalse();
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("\\P{Cntrl}{5,150}");
        }
    }
}
