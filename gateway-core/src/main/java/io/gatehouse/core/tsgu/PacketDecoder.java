package io.gatehouse.core.tsgu;

import static io.gatehouse.core.tsgu.FieldsPresent.has;

import io.gatehouse.api.Token;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads each packet's fields in wire order. */
final class PacketDecoder {
    private PacketDecoder() {}

    static TsguPacket.FromClient fromClient(ByteBuffer packet) throws MalformedPacketException {
        PacketReader reader = new PacketReader(packet);
        PacketType type = header(reader);
        return switch (type) {
            case HANDSHAKE_REQUEST ->
                new TsguPacket.HandshakeRequest(
                        reader.u8("verMajor"),
                        reader.u8("verMinor"),
                        reader.u16("clientVersion"),
                        reader.u16("extendedAuth"));
            case EXTENDED_AUTH_MSG -> extendedAuth(reader);
            case TUNNEL_CREATE -> tunnelCreate(reader);
            case TUNNEL_AUTH -> tunnelAuth(reader);
            case CHANNEL_CREATE -> channelCreate(reader);
            case DATA -> data(reader);
            case KEEPALIVE -> new TsguPacket.KeepAlive();
            case CLOSE_CHANNEL -> new TsguPacket.CloseChannel(reader.u32("statusCode"));
            case CLOSE_CHANNEL_RESPONSE -> new TsguPacket.CloseChannelResponse(reader.u32("statusCode"));
            case HANDSHAKE_RESPONSE,
                    TUNNEL_RESPONSE,
                    TUNNEL_AUTH_RESPONSE,
                    CHANNEL_RESPONSE,
                    SERVICE_MESSAGE,
                    REAUTH_MESSAGE ->
                throw new MalformedPacketException("packetType " + type + " (expected one that a client sends)");
        };
    }

    static TsguPacket.FromServer fromServer(ByteBuffer packet) throws MalformedPacketException {
        PacketReader reader = new PacketReader(packet);
        PacketType type = header(reader);
        return switch (type) {
            case HANDSHAKE_RESPONSE ->
                new TsguPacket.HandshakeResponse(
                        reader.u32("errorCode"),
                        reader.u8("verMajor"),
                        reader.u8("verMinor"),
                        reader.u16("serverVersion"),
                        reader.u16("extendedAuth"));
            case EXTENDED_AUTH_MSG -> extendedAuth(reader);
            case TUNNEL_RESPONSE -> tunnelResponse(reader);
            case TUNNEL_AUTH_RESPONSE -> tunnelAuthResponse(reader);
            case CHANNEL_RESPONSE -> channelResponse(reader);
            case DATA -> data(reader);
            case SERVICE_MESSAGE -> new TsguPacket.ServiceMessage(reader.text("message"));
            case REAUTH_MESSAGE -> new TsguPacket.ReauthMessage(reader.u64("reauthTunnelContext"));
            case KEEPALIVE -> new TsguPacket.KeepAlive();
            case CLOSE_CHANNEL -> new TsguPacket.CloseChannel(reader.u32("statusCode"));
            case CLOSE_CHANNEL_RESPONSE -> new TsguPacket.CloseChannelResponse(reader.u32("statusCode"));
            case HANDSHAKE_REQUEST, TUNNEL_CREATE, TUNNEL_AUTH, CHANNEL_CREATE ->
                throw new MalformedPacketException("packetType " + type + " (expected one that a server sends)");
        };
    }

    private static PacketType header(PacketReader reader) throws MalformedPacketException {
        int size = reader.remaining();
        int type = reader.u16("packetType");
        reader.u16("reserved");
        int length = reader.u32("packetLength");
        if (length != size) {
            throw new MalformedPacketException(
                    "packetLength " + Integer.toUnsignedString(length) + " (expected " + size + ")");
        }
        return PacketType.of(type)
                .orElseThrow(() -> new MalformedPacketException("packetType " + type + " (expected a known one)"));
    }

    private static TsguPacket.ExtendedAuth extendedAuth(PacketReader reader) throws MalformedPacketException {
        return new TsguPacket.ExtendedAuth(reader.u32("errorCode"), reader.blob("authBlob"));
    }

    /**
     * The context comes first although its flag is the higher one. MS-TSGU 3.7.5.2 contradicts 2.2.5.3.6 and announces
     * a cookie by the REAUTH flag and a context of zero: that is taken as a cookie too, while a context that ends the
     * packet is a context.
     */
    private static TsguPacket.TunnelCreate tunnelCreate(PacketReader reader) throws MalformedPacketException {
        int capsFlags = reader.u32("capsFlags");
        int fieldsPresent = reader.u16("fieldsPresent");
        reader.u16("reserved");
        boolean hasCookie = has(fieldsPresent, FieldsPresent.TUNNEL_PACKET_PAA_COOKIE);
        OptionalLong context = OptionalLong.empty();
        if (has(fieldsPresent, FieldsPresent.TUNNEL_PACKET_REAUTH)) {
            long value = reader.u64("reauthTunnelContext");
            if (!hasCookie && value == 0 && reader.remaining() > 0) {
                hasCookie = true;
            } else {
                context = OptionalLong.of(value);
            }
        }
        return new TsguPacket.TunnelCreate(capsFlags, context, optionalBlob(reader, hasCookie, "PAACookie"));
    }

    /** statusCode comes after a field of two bytes and is not aligned. */
    private static TsguPacket.TunnelResponse tunnelResponse(PacketReader reader) throws MalformedPacketException {
        int serverVersion = reader.u16("serverVersion");
        int statusCode = reader.u32("statusCode");
        int fieldsPresent = reader.u16("fieldsPresent");
        reader.u16("reserved");
        return new TsguPacket.TunnelResponse(
                serverVersion,
                statusCode,
                optionalU32(reader, has(fieldsPresent, FieldsPresent.TUNNEL_RESPONSE_TUNNEL_ID), "tunnelId"),
                optionalU32(reader, has(fieldsPresent, FieldsPresent.TUNNEL_RESPONSE_CAPS), "capsFlags"),
                has(fieldsPresent, FieldsPresent.TUNNEL_RESPONSE_SOH_REQ)
                        ? Optional.of(sohRequest(reader))
                        : Optional.empty(),
                has(fieldsPresent, FieldsPresent.TUNNEL_RESPONSE_CONSENT_MSG)
                        ? Optional.of(reader.text("consentMessage"))
                        : Optional.empty());
    }

    private static TsguPacket.SohRequest sohRequest(PacketReader reader) throws MalformedPacketException {
        return new TsguPacket.SohRequest(
                reader.bytes(TsguPacket.SohRequest.NONCE_SIZE, "nonce"), reader.text("serverCertificate"));
    }

    private static TsguPacket.TunnelAuth tunnelAuth(PacketReader reader) throws MalformedPacketException {
        int fieldsPresent = reader.u16("fieldsPresent");
        return new TsguPacket.TunnelAuth(
                reader.text("clientName"),
                optionalBlob(reader, has(fieldsPresent, FieldsPresent.TUNNEL_AUTH_SOH), "statementOfHealth"));
    }

    private static TsguPacket.TunnelAuthResponse tunnelAuthResponse(PacketReader reader)
            throws MalformedPacketException {
        int errorCode = reader.u32("errorCode");
        int fieldsPresent = reader.u16("fieldsPresent");
        reader.u16("reserved");
        return new TsguPacket.TunnelAuthResponse(
                errorCode,
                optionalU32(reader, has(fieldsPresent, FieldsPresent.TUNNEL_AUTH_RESPONSE_REDIR_FLAGS), "redirFlags"),
                optionalU32(reader, has(fieldsPresent, FieldsPresent.TUNNEL_AUTH_RESPONSE_IDLE_TIMEOUT), "idleTimeout"),
                optionalBlob(
                        reader, has(fieldsPresent, FieldsPresent.TUNNEL_AUTH_RESPONSE_SOH_RESPONSE), "sohResponse"));
    }

    private static TsguPacket.ChannelCreate channelCreate(PacketReader reader) throws MalformedPacketException {
        int resources = reader.u8("numResources");
        int altResources = reader.u8("numAltResources");
        if (resources < 1 || resources > TsguPacket.ChannelCreate.MAX_RESOURCES) {
            throw new MalformedPacketException(
                    "numResources " + resources + " (expected 1 to " + TsguPacket.ChannelCreate.MAX_RESOURCES + ")");
        }
        if (altResources > TsguPacket.ChannelCreate.MAX_ALT_RESOURCES) {
            throw new MalformedPacketException("numAltResources " + altResources + " (expected at most "
                    + TsguPacket.ChannelCreate.MAX_ALT_RESOURCES + ")");
        }
        int port = reader.u16("port");
        int protocol = reader.u16("protocol");
        return new TsguPacket.ChannelCreate(
                names(reader, resources, "resource"), names(reader, altResources, "altResource"), port, protocol);
    }

    private static List<String> names(PacketReader reader, int count, String field) throws MalformedPacketException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(reader.text(field));
        }
        return names;
    }

    /** Flags and fields are in different order: id, port, cookie on the wire. */
    private static TsguPacket.ChannelResponse channelResponse(PacketReader reader) throws MalformedPacketException {
        int errorCode = reader.u32("errorCode");
        int fieldsPresent = reader.u16("fieldsPresent");
        reader.u16("reserved");
        return new TsguPacket.ChannelResponse(
                errorCode,
                optionalU32(reader, has(fieldsPresent, FieldsPresent.CHANNEL_RESPONSE_CHANNELID), "channelId"),
                has(fieldsPresent, FieldsPresent.CHANNEL_RESPONSE_UDPPORT)
                        ? OptionalInt.of(reader.u16("udpPort"))
                        : OptionalInt.empty(),
                optionalBlob(reader, has(fieldsPresent, FieldsPresent.CHANNEL_RESPONSE_AUTHNCOOKIE), "authnCookie"));
    }

    private static TsguPacket.Data data(PacketReader reader) throws MalformedPacketException {
        int length = reader.u16("cbDataLen");
        if (reader.remaining() != length) {
            throw new MalformedPacketException("cbDataLen " + length + " (expected " + reader.remaining() + ")");
        }
        return new TsguPacket.Data(reader.rest());
    }

    private static OptionalInt optionalU32(PacketReader reader, boolean present, String field)
            throws MalformedPacketException {
        return present ? OptionalInt.of(reader.u32(field)) : OptionalInt.empty();
    }

    private static Optional<Token> optionalBlob(PacketReader reader, boolean present, String field)
            throws MalformedPacketException {
        return present ? Optional.of(reader.blob(field)) : Optional.empty();
    }
}
