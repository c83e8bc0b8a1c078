package io.gatehouse.core.tsgu;

import java.util.Optional;

/** MS-TSGU 2.2.5.3.3 HTTP_PACKET_TYPE: the first field of every packet. 0x0E and 0x0F are unused. */
public enum PacketType {
    HANDSHAKE_REQUEST(0x01),
    HANDSHAKE_RESPONSE(0x02),
    EXTENDED_AUTH_MSG(0x03),
    TUNNEL_CREATE(0x04),
    TUNNEL_RESPONSE(0x05),
    TUNNEL_AUTH(0x06),
    TUNNEL_AUTH_RESPONSE(0x07),
    CHANNEL_CREATE(0x08),
    CHANNEL_RESPONSE(0x09),
    DATA(0x0A),
    SERVICE_MESSAGE(0x0B),
    REAUTH_MESSAGE(0x0C),
    KEEPALIVE(0x0D),
    CLOSE_CHANNEL(0x10),
    CLOSE_CHANNEL_RESPONSE(0x11);

    private static final PacketType[] TYPES = values();

    private final int value;

    PacketType(int value) {
        this.value = value;
    }

    /** The type's value on the wire. */
    public int value() {
        return value;
    }

    /** The type with the wire value {@code value}, empty if there is none. */
    public static Optional<PacketType> of(int value) {
        for (PacketType type : TYPES) {
            if (type.value == value) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
