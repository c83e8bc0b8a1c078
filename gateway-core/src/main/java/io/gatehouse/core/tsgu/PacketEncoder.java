package io.gatehouse.core.tsgu;

import static io.gatehouse.core.tsgu.FieldsPresent.flag;

import java.nio.ByteBuffer;

/** Writes each packet's fields in wire order. */
final class PacketEncoder {
    private PacketEncoder() {}

    static ByteBuffer encode(TsguPacket packet) {
        return switch (packet) {
            case TsguPacket.HandshakeRequest request -> handshakeRequest(request);
            case TsguPacket.HandshakeResponse response -> handshakeResponse(response);
            case TsguPacket.ExtendedAuth message -> extendedAuth(message);
            case TsguPacket.TunnelCreate create -> tunnelCreate(create);
            case TsguPacket.TunnelResponse response -> tunnelResponse(response);
            case TsguPacket.TunnelAuth auth -> tunnelAuth(auth);
            case TsguPacket.TunnelAuthResponse response -> tunnelAuthResponse(response);
            case TsguPacket.ChannelCreate create -> channelCreate(create);
            case TsguPacket.ChannelResponse response -> channelResponse(response);
            case TsguPacket.Data data ->
                new PacketWriter(PacketType.DATA)
                        .blob(data.payload(), "cbDataLen")
                        .finish();
            case TsguPacket.ServiceMessage message ->
                new PacketWriter(PacketType.SERVICE_MESSAGE)
                        .text(message.message(), "message")
                        .finish();
            case TsguPacket.ReauthMessage message ->
                new PacketWriter(PacketType.REAUTH_MESSAGE)
                        .u64(message.reauthTunnelContext())
                        .finish();
            case TsguPacket.KeepAlive _ -> new PacketWriter(PacketType.KEEPALIVE).finish();
            case TsguPacket.CloseChannel close ->
                new PacketWriter(PacketType.CLOSE_CHANNEL)
                        .u32(close.statusCode())
                        .finish();
            case TsguPacket.CloseChannelResponse response ->
                new PacketWriter(PacketType.CLOSE_CHANNEL_RESPONSE)
                        .u32(response.statusCode())
                        .finish();
        };
    }

    private static ByteBuffer handshakeRequest(TsguPacket.HandshakeRequest request) {
        return new PacketWriter(PacketType.HANDSHAKE_REQUEST)
                .u8(request.verMajor(), "verMajor")
                .u8(request.verMinor(), "verMinor")
                .u16(request.clientVersion(), "clientVersion")
                .u16(request.extendedAuth(), "extendedAuth")
                .finish();
    }

    private static ByteBuffer handshakeResponse(TsguPacket.HandshakeResponse response) {
        return new PacketWriter(PacketType.HANDSHAKE_RESPONSE)
                .u32(response.errorCode())
                .u8(response.verMajor(), "verMajor")
                .u8(response.verMinor(), "verMinor")
                .u16(response.serverVersion(), "serverVersion")
                .u16(response.extendedAuth(), "extendedAuth")
                .finish();
    }

    private static ByteBuffer extendedAuth(TsguPacket.ExtendedAuth message) {
        return new PacketWriter(PacketType.EXTENDED_AUTH_MSG)
                .u32(message.errorCode())
                .blob(message.authBlob(), "authBlob")
                .finish();
    }

    private static ByteBuffer tunnelCreate(TsguPacket.TunnelCreate create) {
        int fieldsPresent =
                flag(FieldsPresent.TUNNEL_PACKET_PAA_COOKIE, create.paaCookie().isPresent())
                        | flag(
                                FieldsPresent.TUNNEL_PACKET_REAUTH,
                                create.reauthTunnelContext().isPresent());
        PacketWriter writer = new PacketWriter(PacketType.TUNNEL_CREATE)
                .u32(create.capsFlags())
                .u16(fieldsPresent, "fieldsPresent")
                .u16(0, "reserved");
        create.reauthTunnelContext().ifPresent(writer::u64);
        create.paaCookie().ifPresent(cookie -> writer.blob(cookie, "PAACookie"));
        return writer.finish();
    }

    private static ByteBuffer tunnelResponse(TsguPacket.TunnelResponse response) {
        int fieldsPresent = flag(
                        FieldsPresent.TUNNEL_RESPONSE_TUNNEL_ID,
                        response.tunnelId().isPresent())
                | flag(FieldsPresent.TUNNEL_RESPONSE_CAPS, response.capsFlags().isPresent())
                | flag(FieldsPresent.TUNNEL_RESPONSE_SOH_REQ, response.soh().isPresent())
                | flag(
                        FieldsPresent.TUNNEL_RESPONSE_CONSENT_MSG,
                        response.consentMessage().isPresent());
        PacketWriter writer = new PacketWriter(PacketType.TUNNEL_RESPONSE)
                .u16(response.serverVersion(), "serverVersion")
                .u32(response.statusCode())
                .u16(fieldsPresent, "fieldsPresent")
                .u16(0, "reserved");
        response.tunnelId().ifPresent(writer::u32);
        response.capsFlags().ifPresent(writer::u32);
        response.soh()
                .ifPresent(soh -> writer.bytes(soh.nonce().bytes()).text(soh.serverCertificate(), "serverCertificate"));
        response.consentMessage().ifPresent(message -> writer.text(message, "consentMessage"));
        return writer.finish();
    }

    private static ByteBuffer tunnelAuth(TsguPacket.TunnelAuth auth) {
        PacketWriter writer = new PacketWriter(PacketType.TUNNEL_AUTH)
                .u16(
                        flag(
                                FieldsPresent.TUNNEL_AUTH_SOH,
                                auth.statementOfHealth().isPresent()),
                        "fieldsPresent")
                .text(auth.clientName(), "clientName");
        auth.statementOfHealth().ifPresent(statement -> writer.blob(statement, "statementOfHealth"));
        return writer.finish();
    }

    private static ByteBuffer tunnelAuthResponse(TsguPacket.TunnelAuthResponse response) {
        int fieldsPresent = flag(
                        FieldsPresent.TUNNEL_AUTH_RESPONSE_REDIR_FLAGS,
                        response.redirFlags().isPresent())
                | flag(
                        FieldsPresent.TUNNEL_AUTH_RESPONSE_IDLE_TIMEOUT,
                        response.idleTimeoutMinutes().isPresent())
                | flag(
                        FieldsPresent.TUNNEL_AUTH_RESPONSE_SOH_RESPONSE,
                        response.sohResponse().isPresent());
        PacketWriter writer = new PacketWriter(PacketType.TUNNEL_AUTH_RESPONSE)
                .u32(response.errorCode())
                .u16(fieldsPresent, "fieldsPresent")
                .u16(0, "reserved");
        response.redirFlags().ifPresent(writer::u32);
        response.idleTimeoutMinutes().ifPresent(writer::u32);
        response.sohResponse().ifPresent(health -> writer.blob(health, "sohResponse"));
        return writer.finish();
    }

    private static ByteBuffer channelCreate(TsguPacket.ChannelCreate create) {
        int resources = create.resources().size();
        int altResources = create.altResources().size();
        if (resources < 1
                || resources > TsguPacket.ChannelCreate.MAX_RESOURCES
                || altResources > TsguPacket.ChannelCreate.MAX_ALT_RESOURCES) {
            throw new IllegalArgumentException(
                    resources + " resources and " + altResources + " altResources (expected 1 to 50 and up to 3)");
        }
        PacketWriter writer = new PacketWriter(PacketType.CHANNEL_CREATE)
                .u8(resources, "numResources")
                .u8(altResources, "numAltResources")
                .u16(create.port(), "port")
                .u16(create.protocol(), "protocol");
        create.resources().forEach(name -> writer.text(name, "resource"));
        create.altResources().forEach(name -> writer.text(name, "altResource"));
        return writer.finish();
    }

    private static ByteBuffer channelResponse(TsguPacket.ChannelResponse response) {
        int fieldsPresent = flag(
                        FieldsPresent.CHANNEL_RESPONSE_CHANNELID,
                        response.channelId().isPresent())
                | flag(
                        FieldsPresent.CHANNEL_RESPONSE_AUTHNCOOKIE,
                        response.authnCookie().isPresent())
                | flag(
                        FieldsPresent.CHANNEL_RESPONSE_UDPPORT,
                        response.udpPort().isPresent());
        PacketWriter writer = new PacketWriter(PacketType.CHANNEL_RESPONSE)
                .u32(response.errorCode())
                .u16(fieldsPresent, "fieldsPresent")
                .u16(0, "reserved");
        response.channelId().ifPresent(writer::u32);
        response.udpPort().ifPresent(port -> writer.u16(port, "udpPort"));
        response.authnCookie().ifPresent(cookie -> writer.blob(cookie, "authnCookie"));
        return writer.finish();
    }
}
