package io.gatehouse.formats.signin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelBindingCheckTest {
    private static final ChannelBinding OURS = ChannelBinding.tlsServerEndPoint(
            HexFormat.of().parseHex("d640d01564f7aba95824c4abf224276a5aa312ae4a7a28e5ec8f4687928401e7"));
    private static final ChannelBinding ANOTHER = ChannelBinding.tlsServerEndPoint(new byte[32]);
    private static final byte[] ZEROS = new byte[16];

    private static Peer peer(ChannelBinding... bindings) {
        return new Peer(InetAddress.getLoopbackAddress(), true, false, List.of(bindings));
    }

    /** What FreeRDP 3.30.1 sends for this certificate. */
    @Test
    void theHashIsTheOneThatClientsSend() {
        assertThat(HexFormat.of().formatHex(ChannelBindingCheck.hash(OURS)))
                .isEqualTo("ad6882d2d35bc3fe8e1de5c5e3b655cd");
    }

    @Test
    void whatIsOfferedIsComparedWithEveryCertificateOfTheConnection() {
        byte[] offered = ChannelBindingCheck.hash(OURS);
        assertThat(ChannelBindingCheck.of(offered, false, peer(ANOTHER, OURS))).isEqualTo(ChannelBindingCheck.RIGHT);
        assertThat(ChannelBindingCheck.of(offered, true, peer(ANOTHER))).isEqualTo(ChannelBindingCheck.WRONG);
        assertThat(ChannelBindingCheck.of(new byte[] {1}, false, peer(OURS))).isEqualTo(ChannelBindingCheck.WRONG);
        assertThat(ChannelBindingCheck.of(offered, true, peer())).isEqualTo(ChannelBindingCheck.UNKNOWN);
        assertThat(ChannelBindingCheck.of(Optional.of(offered), peer(OURS))).isEqualTo(ChannelBindingCheck.RIGHT);
    }

    @Test
    void zerosAreNoBinding() {
        assertThat(ChannelBindingCheck.of(ZEROS, false, peer(OURS))).isEqualTo(ChannelBindingCheck.ABSENT);
        assertThat(ChannelBindingCheck.of(ZEROS, true, peer(OURS))).isEqualTo(ChannelBindingCheck.WITHHELD);
        assertThat(ChannelBindingCheck.of(ZEROS, true, peer())).isEqualTo(ChannelBindingCheck.ABSENT);
        assertThat(ChannelBindingCheck.of(Optional.empty(), peer(OURS))).isEqualTo(ChannelBindingCheck.ABSENT);
    }

    @ParameterizedTest
    @CsvSource({
        "RIGHT, false, false, false",
        "WRONG, false, true, true",
        "ABSENT, false, false, true",
        "WITHHELD, false, true, true",
        "UNKNOWN, false, false, true",
    })
    void policiesRefuse(ChannelBindingCheck check, boolean off, boolean whenOffered, boolean required) {
        assertThat(check.refusal(ChannelBindingPolicy.OFF).isPresent()).isEqualTo(off);
        assertThat(check.refusal(ChannelBindingPolicy.WHEN_OFFERED).isPresent()).isEqualTo(whenOffered);
        assertThat(check.refusal(ChannelBindingPolicy.REQUIRED).isPresent()).isEqualTo(required);
        check.refusal(ChannelBindingPolicy.REQUIRED)
                .ifPresent(refusal -> assertThat(refusal.reason()).isEqualTo(Outcome.Reason.REFUSED));
    }
}
