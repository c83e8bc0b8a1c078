package io.gatehouse.core.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Token;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Admission;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tsgu.MalformedPacketException;
import io.gatehouse.core.tsgu.TsguCodec;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Sessions as FreeRDP 3.30.1 sent them, replayed byte for byte: what the client sent goes in, what the gateway answers
 * comes out.
 */
class RecordedSessionTest {
    private static final Identity ALICE = Identity.local("ntlm", "ntlm", "alice", Set.of(), Set.of());
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("10.1.0.7");
    private static final Access.Allow ALLOW = new Access.Allow(
            new Rule("all", Optional.empty(), Optional.empty()), new Target("rdp.target", 3389), List.of(ADDRESS));
    private static final String X224_REQUEST =
            "0a000000360000002c000300002c27e00000000000436f6f6b69653a206d737473686173"
                    + "683d564d5c626f620d0a0100080003000000";

    private final TunnelMachine machine = new TunnelMachine(Samples.SETTINGS, 10);
    private final List<String> written = new ArrayList<>();
    private TunnelState state = TunnelState.initial(new SignIn.ByHttp(ALICE));

    @Test
    void aSessionSignedInByHttpReplaysByteForByte() throws MalformedPacketException {
        assertThat(client("010000000e000000010000000000")).containsExactly("020000001200000000000000010000000000");
        assertThat(client("04000000100000000d00000000000000"))
                .containsExactly("050000001a000000000000000000030000000a00000008000000");
        assertThat(client("06000000120000000000060076006d000000"))
                .containsExactly("070000001800000000000000030000000000000000000000");
        assertThat(client("080000002600000001003d0d030016007200640070002e007400610072006700650074000000"))
                .containsExactly("0900000014000000000000000100000001000000");
        assertThat(client(X224_REQUEST)).isEmpty();
        assertThat(written)
                .containsExactly(
                        "0300002c27e00000000000436f6f6b69653a206d737473686173683d564d5c626f620d0a0100080003000000");
        assertThat(client("0d00000008000000")).isEmpty();
        assertThat(event(new TunnelEvent.TimerFired(TunnelTimer.KEEPALIVE))).containsExactly("0d00000008000000");
        assertThat(event(new TunnelEvent.TargetClosed("end of stream"))).containsExactly("100000000c000000a0000000");
        assertThat(client("110000000c00000000000000")).isEmpty();
        assertThat(state).isInstanceOf(TunnelState.Closed.class);
    }

    @Test
    void aSessionSignedInInsideTheTunnelReplaysByteForByte() throws MalformedPacketException {
        state = TunnelState.initial(new SignIn.InTunnel(ExtendedAuthScheme.SSPI_NTLM));

        assertThat(client("010000000e000000010000000400")).containsExactly("020000001200000000000000010000000400");
        assertThat(client("03000000360000000000000028004e544c4d5353500001000000b78208e20000000000000000000000000000"
                        + "00000a0067580000000f"))
                .containsExactly("03000000120000000000000004004e544c4d");
        assertThat(client("03000000120000000000000004004e544c4d")).containsExactly("030000000e000000000000000000");
        assertThat(state).isEqualTo(new TunnelState.AwaitingTunnelCreate(ALICE));
    }

    /** Takes the client's bytes and gives what the gateway sends, in hexadecimal. */
    private List<String> client(String hex) throws MalformedPacketException {
        ByteBuffer packet = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        return event(new TunnelEvent.Received(TsguCodec.decodeFromClient(packet)));
    }

    private List<String> event(TunnelEvent event) {
        Transition transition = machine.on(state, event);
        state = transition.next();
        List<String> sent = new ArrayList<>();
        for (TunnelEffect effect : transition.effects()) {
            switch (effect) {
                case TunnelEffect.Send send -> sent.add(hex(TsguCodec.encode(send.packet())));
                case TunnelEffect.WriteTarget write -> written.add(hex(write.payload()));
                case TunnelEffect.Admit ignored -> sent.addAll(event(new TunnelEvent.Admitted(new Admission(0, 0))));
                case TunnelEffect.OpenTarget ignored ->
                    sent.addAll(event(new TunnelEvent.TargetOpened(ALLOW, ADDRESS)));
                case TunnelEffect.Authenticate authenticate -> sent.addAll(event(answer(authenticate.blob())));
                default -> {}
            }
        }
        return sent;
    }

    /** A mechanism that challenges the first message of NTLM and accepts the second. */
    private static TunnelEvent answer(Token token) {
        byte[] challenge = HexFormat.of().parseHex("4e544c4d");
        return token.length() == 40
                ? new TunnelEvent.SignInContinues(Token.of(challenge))
                : new TunnelEvent.SignInEnded(Outcome.Accepted.of(ALICE));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
