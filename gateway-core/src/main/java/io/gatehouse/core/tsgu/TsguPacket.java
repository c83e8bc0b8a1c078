package io.gatehouse.core.tsgu;

import io.gatehouse.api.Token;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A packet of MS-TSGU over HTTP, named by the words of the specification. */
public sealed interface TsguPacket permits TsguPacket.FromClient, TsguPacket.FromServer {

    /** A packet that a client may send. */
    sealed interface FromClient extends TsguPacket
            permits HandshakeRequest,
                    ExtendedAuth,
                    TunnelCreate,
                    TunnelAuth,
                    ChannelCreate,
                    Data,
                    KeepAlive,
                    CloseChannel,
                    CloseChannelResponse {}

    /** A packet that a server may send. */
    sealed interface FromServer extends TsguPacket
            permits HandshakeResponse,
                    ExtendedAuth,
                    TunnelResponse,
                    TunnelAuthResponse,
                    ChannelResponse,
                    Data,
                    ServiceMessage,
                    ReauthMessage,
                    KeepAlive,
                    CloseChannel,
                    CloseChannelResponse {}

    /**
     * MS-TSGU 2.2.10.10 HTTP_HANDSHAKE_REQUEST_PACKET: the first packet of a tunnel.
     *
     * @param extendedAuth the {@link ExtendedAuthScheme} bit that the client wants, 0 for none
     */
    record HandshakeRequest(int verMajor, int verMinor, int clientVersion, int extendedAuth) implements FromClient {}

    /**
     * MS-TSGU 2.2.10.11 HTTP_HANDSHAKE_RESPONSE_PACKET.
     *
     * @param errorCode an HRESULT, 0 for success; see {@link RdgError}
     */
    record HandshakeResponse(int errorCode, int verMajor, int verMinor, int serverVersion, int extendedAuth)
            implements FromServer {}

    /**
     * MS-TSGU 2.2.10.7 HTTP_EXTENDED_AUTH_PACKET: one raw NTLMSSP message of SSPI_NTLM; empty with code 0 for success.
     */
    record ExtendedAuth(int errorCode, Token authBlob) implements FromClient, FromServer {}

    /**
     * MS-TSGU 2.2.10.18 HTTP_TUNNEL_PACKET.
     *
     * @param capsFlags the {@link Capability} bits that the client offers
     * @param reauthTunnelContext the tunnel that is to be authenticated again
     * @param paaCookie the access token, UTF-16LE text in practice
     */
    record TunnelCreate(int capsFlags, OptionalLong reauthTunnelContext, Optional<Token> paaCookie)
            implements FromClient {}

    /**
     * MS-TSGU 2.2.10.20 HTTP_TUNNEL_RESPONSE.
     *
     * @param statusCode an HRESULT, 0 for success
     * @param soh a request for a statement of health; never sent by this gateway
     * @param consentMessage text that the user must agree to
     */
    record TunnelResponse(
            int serverVersion,
            int statusCode,
            OptionalInt tunnelId,
            OptionalInt capsFlags,
            Optional<SohRequest> soh,
            Optional<String> consentMessage)
            implements FromServer {
        /** The refusal of a tunnel. */
        public static TunnelResponse error(int statusCode) {
            return new TunnelResponse(
                    0, statusCode, OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * The health part of MS-TSGU 2.2.10.21.
     *
     * @param nonce {@value #NONCE_SIZE} bytes
     * @param serverCertificate text
     */
    record SohRequest(Token nonce, String serverCertificate) {
        /** The size of the nonce in bytes. */
        public static final int NONCE_SIZE = 16;

        public SohRequest {
            if (nonce.length() != NONCE_SIZE) {
                throw new IllegalArgumentException(
                        "nonce of " + nonce.length() + " bytes (expected " + NONCE_SIZE + ")");
            }
        }
    }

    /**
     * MS-TSGU 2.2.10.14 HTTP_TUNNEL_AUTH_PACKET: the client's self-asserted machine name; any statement of health is
     * kept.
     */
    record TunnelAuth(String clientName, Optional<Token> statementOfHealth) implements FromClient {}

    /**
     * MS-TSGU 2.2.10.16 HTTP_TUNNEL_AUTH_RESPONSE.
     *
     * @param redirFlags see {@link RedirectionFlag}
     * @param idleTimeoutMinutes a hint for the client, 0 for none
     */
    record TunnelAuthResponse(
            int errorCode, OptionalInt redirFlags, OptionalInt idleTimeoutMinutes, Optional<Token> sohResponse)
            implements FromServer {
        /** The refusal of a user or client. */
        public static TunnelAuthResponse error(int errorCode) {
            return new TunnelAuthResponse(errorCode, OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
        }
    }

    /**
     * MS-TSGU 2.2.10.2 HTTP_CHANNEL_PACKET: names of one target, to be tried in order.
     *
     * @param resources 1 to {@value #MAX_RESOURCES} names
     * @param altResources up to {@value #MAX_ALT_RESOURCES} more names, to be tried after the resources
     * @param port the target's TCP port, unsigned
     * @param protocol 3 for RDP
     */
    record ChannelCreate(List<String> resources, List<String> altResources, int port, int protocol)
            implements FromClient {
        /** The largest number of resources. */
        public static final int MAX_RESOURCES = 50;
        /** The largest number of alternative resources. */
        public static final int MAX_ALT_RESOURCES = 3;

        public ChannelCreate {
            resources = List.copyOf(resources);
            altResources = List.copyOf(altResources);
        }
    }

    /** MS-TSGU 2.2.10.4 HTTP_CHANNEL_RESPONSE. */
    record ChannelResponse(int errorCode, OptionalInt channelId, OptionalInt udpPort, Optional<Token> authnCookie)
            implements FromServer {
        /** The refusal of a channel. */
        public static ChannelResponse error(int errorCode) {
            return new ChannelResponse(errorCode, OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
        }
    }

    /** MS-TSGU 2.2.10.6 HTTP_DATA_PACKET: up to 65535 opaque bytes, the remaining bytes of {@code payload}. */
    record Data(ByteBuffer payload) implements FromClient, FromServer {}

    /** MS-TSGU 2.2.10.13 HTTP_SERVICE_MESSAGE: text that is shown to the user at once. */
    record ServiceMessage(String message) implements FromServer {}

    /** MS-TSGU 2.2.10.12 HTTP_REAUTH_MESSAGE. */
    record ReauthMessage(long reauthTunnelContext) implements FromServer {}

    /** MS-TSGU 2.2.10.17 HTTP_KEEPALIVE_PACKET. */
    record KeepAlive() implements FromClient, FromServer {}

    /** MS-TSGU 2.2.10.5 HTTP_CLOSE_PACKET with type PKT_TYPE_CLOSE_CHANNEL. */
    record CloseChannel(int statusCode) implements FromClient, FromServer {}

    /** MS-TSGU 2.2.10.5 HTTP_CLOSE_PACKET with type PKT_TYPE_CLOSE_CHANNEL_RESPONSE. */
    record CloseChannelResponse(int statusCode) implements FromClient, FromServer {}
}
