package io.gatehouse.core.tunnel;

import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.*;
import java.util.stream.Collectors;

/** A transition in short: {@code NextState [effect, effect]}, packets with their error or status code. */
final class Summary {
    private Summary() {}

    static String of(Transition transition) {
        return transition.next().getClass().getSimpleName()
                + transition.effects().stream().map(Summary::of).collect(Collectors.joining(", ", " [", "]"));
    }

    static String of(TunnelEffect effect) {
        String name = effect.getClass().getSimpleName();
        return switch (effect) {
            case TunnelEffect.Send(TsguPacket.FromServer packet) ->
                name + " " + packet.getClass().getSimpleName() + code(packet);
            case TunnelEffect.Arm arm -> name + " " + arm.timer();
            case TunnelEffect.Disarm disarm -> name + " " + disarm.timer();
            default -> name;
        };
    }

    private static String code(TsguPacket.FromServer packet) {
        return switch (packet) {
            case HandshakeResponse response -> hex(response.errorCode());
            case ExtendedAuth response -> hex(response.errorCode());
            case TunnelResponse response -> hex(response.statusCode());
            case TunnelAuthResponse response -> hex(response.errorCode());
            case ChannelResponse response -> hex(response.errorCode());
            case CloseChannel close -> hex(close.statusCode());
            case CloseChannelResponse response -> hex(response.statusCode());
            case Data ignored -> "";
            case ServiceMessage ignored -> "";
            case ReauthMessage ignored -> "";
            case KeepAlive ignored -> "";
        };
    }

    private static String hex(int code) {
        return " 0x" + Integer.toHexString(code);
    }
}
