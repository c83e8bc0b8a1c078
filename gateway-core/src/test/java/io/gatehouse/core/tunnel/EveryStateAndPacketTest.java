package io.gatehouse.core.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.tsgu.TsguPacket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every packet in every state is answered, ignored or ends the tunnel. The legal pairs stand here one by one; all
 * others follow one rule: a request is answered by the response of its own kind with E_PROXY_INTERNALERROR, anything
 * else closes at once.
 */
class EveryStateAndPacketTest {
    private static final TunnelMachine MACHINE = new TunnelMachine(Samples.SETTINGS, 10);

    private static final Map<String, String> LEGAL = Map.ofEntries(
            Map.entry("AwaitingHandshake HandshakeRequest", "AwaitingTunnelCreate [Send HandshakeResponse 0x0]"),
            Map.entry("AwaitingExtendedAuth ExtendedAuth", "CheckingExtendedAuth [Authenticate]"),
            Map.entry("AwaitingTunnelCreate TunnelCreate", "Admitting [Admit]"),
            Map.entry(
                    "AwaitingCookie TunnelCreate", // without a cookie: E_PROXY_COOKIE_BADPACKET
                    "Lingering [Report, Send TunnelResponse 0x800759f7, Arm LINGER]"),
            Map.entry("TunnelCreated TunnelAuth", "TunnelAuthorized [Send TunnelAuthResponse 0x0]"),
            Map.entry("TunnelAuthorized ChannelCreate", "Connecting [Disarm NEXT_CHANNEL, OpenTarget]"),
            Map.entry("ChannelOpen Data", "ChannelOpen [WriteTarget]"),
            Map.entry(
                    "ChannelOpen CloseChannel",
                    "TunnelAuthorized [CloseTarget, Report, Disarm KEEPALIVE, Disarm IDLE, Disarm SESSION, Disarm REVIEW,"
                            + " Send CloseChannelResponse 0x0, Arm NEXT_CHANNEL]"),
            Map.entry("ClosingChannel CloseChannelResponse", "Closed [CloseTransport]"),
            Map.entry("ClosingChannel CloseChannel", "Lingering [Send CloseChannelResponse 0x0, Arm LINGER]"),
            Map.entry("ClosingChannel Data", "ClosingChannel []"));

    private static final Map<String, String> RESPONSES = Map.of(
            "HandshakeRequest", "HandshakeResponse",
            "ExtendedAuth", "ExtendedAuth",
            "TunnelCreate", "TunnelResponse",
            "TunnelAuth", "TunnelAuthResponse",
            "ChannelCreate", "ChannelResponse");

    static Stream<Arguments> pairs() {
        return Samples.STATES.stream()
                .flatMap(state -> Samples.PACKETS.stream().map(packet -> Arguments.of(state, packet)));
    }

    @Test
    void theSamplesHaveEveryStateAndEveryPacketOfAClient() {
        assertThat(Samples.STATES.stream().map(Object::getClass).toList())
                .containsExactlyInAnyOrderElementsOf(records(TunnelState.class));
        assertThat(Samples.PACKETS.stream().map(Object::getClass).toList())
                .containsExactlyInAnyOrderElementsOf(records(TsguPacket.FromClient.class));
    }

    private static List<Class<?>> records(Class<?> sealed) {
        return List.copyOf(Arrays.asList(sealed.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void isAnsweredOrCloses(TunnelState state, TsguPacket.FromClient packet) {
        Transition transition = MACHINE.on(state, new TunnelEvent.Received(packet));

        assertThat(Summary.of(transition)).isEqualTo(expected(state, packet));
    }

    private static String expected(TunnelState state, TsguPacket.FromClient packet) {
        String stateName = state.getClass().getSimpleName();
        String packetName = packet.getClass().getSimpleName();
        String legal = LEGAL.get(stateName + " " + packetName);
        if (legal != null) {
            return legal;
        }
        boolean over = state instanceof TunnelState.Lingering || state instanceof TunnelState.Closed;
        if (over || (packetName.equals("KeepAlive") && !stateName.equals("AwaitingHandshake"))) {
            return stateName + " []";
        }
        String cleanUp = switch (stateName) {
            case "ChannelOpen" -> "CloseTarget, Report, ";
            case "ClosingChannel" -> "";
            default -> "CloseTarget, Report, ";
        };
        String response = RESPONSES.get(packetName);
        return response == null
                ? "Closed [" + cleanUp + "CloseTransport]"
                : "Lingering [" + cleanUp + "Send " + response + " 0x800759d8, Arm LINGER]";
    }
}
