package io.gatehouse.core.tsgu;

/**
 * The bits of the fieldsPresent field of each packet that has optional fields (MS-TSGU 2.2.5.3.4 to 2.2.5.3.8).
 *
 * <p>The order of the bits is not the order of the fields on the wire.
 */
final class FieldsPresent {
    static final int TUNNEL_PACKET_PAA_COOKIE = 0x1;
    static final int TUNNEL_PACKET_REAUTH = 0x2;

    static final int TUNNEL_RESPONSE_TUNNEL_ID = 0x1;
    static final int TUNNEL_RESPONSE_CAPS = 0x2;
    static final int TUNNEL_RESPONSE_SOH_REQ = 0x4;
    static final int TUNNEL_RESPONSE_CONSENT_MSG = 0x10;

    static final int TUNNEL_AUTH_SOH = 0x1;

    static final int TUNNEL_AUTH_RESPONSE_REDIR_FLAGS = 0x1;
    static final int TUNNEL_AUTH_RESPONSE_IDLE_TIMEOUT = 0x2;
    static final int TUNNEL_AUTH_RESPONSE_SOH_RESPONSE = 0x4;

    static final int CHANNEL_RESPONSE_CHANNELID = 0x1;
    static final int CHANNEL_RESPONSE_AUTHNCOOKIE = 0x2;
    static final int CHANNEL_RESPONSE_UDPPORT = 0x4;

    private FieldsPresent() {}

    static boolean has(int fieldsPresent, int flag) {
        return (fieldsPresent & flag) != 0;
    }

    /** {@code flag} if {@code present}, otherwise 0. */
    static int flag(int flag, boolean present) {
        return present ? flag : 0;
    }
}
