package io.gatehouse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.client.ntlm.NtlmClient;
import io.gatehouse.core.tsgu.TsguPacket;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes over the wire up to the first packets, literally; {@code |} stands for CRLF. */
@Timeout(20)
@SuppressWarnings("try") // what close() sends is part of the transcripts
class HttpTranscriptTest {
    private static final String KEY = "VIL_YVHXJSMGSQU";
    private static final String ACCEPT = "J1Sa9PSjUdrCS40/CUOpdIT4qH8=";
    private static final String ID = "{7ed5ec63-5ea2-aec5-a576-7a7af37b5822}";
    private static final String COMMON =
            "Cache-Control: no-cache|Pragma: no-cache|Accept: */*|User-Agent: MS-RDGateway/1.0|Host: localhost|";
    private static final String UPGRADE = "RDG_OUT_DATA /remoteDesktopGateway/ HTTP/1.1|" + COMMON
            + "Connection: Upgrade|Upgrade: websocket|Sec-Websocket-Version: 13|Sec-Websocket-Key: " + KEY
            + "|RDG-Connection-Id: " + ID + "|Content-Length: 0|";
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept: " + ACCEPT
                    + "||";
    private static final String TYPE_1 = "TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAKAGdYAAAADw==";
    private static final String TYPE_2 = Base64.getEncoder()
            .encodeToString(HexFormat.of()
                    .parseHex(
                            "4e544c4d53535000020000000a000a003800000035828ae29c6f0aa0f662bab2000000000000000050005000420000"
                                    + "000a007c4f0000000f4700570053005200560002000a004700570044004f004d0001000a0047005700530052"
                                    + "00560004000e00670077002e00740065007300740003000e00670077002e0074006500730074000700080080"
                                    + "f20befab7add0100000000"));
    /**
     * Verified against its parts in {@code NtlmClientTest}; here the client challenge and the session key are all AA.
     */
    private static final String TYPE_3 = type3();

    private static final NtlmClient.Account ALICE =
            new NtlmClient.Account("alice", "", Secret.ofText("Passw0rd!"), "vm");

    private static String type3() {
        try {
            NtlmClient client = new NtlmClient(
                    new NtlmClient.Account("alice", "", Secret.ofText("Passw0rd!"), "vm"),
                    "HTTP/localhost",
                    Optional.empty(),
                    new FixedRandom(),
                    InstantSource.system());
            return Base64.getEncoder()
                    .encodeToString(client.authenticate(Base64.getDecoder().decode(TYPE_2)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ClientOptions.Builder fixed(ScriptedGateway gateway) {
        return gateway.options()
                .webSocketKey(KEY)
                .connectionId(ID)
                .capabilities(0x0D)
                .random(new FixedRandom());
    }

    @Test
    void webSocketWithNtlmSpeaksAsFreeRdp2() throws Exception {
        try (ScriptedGateway gateway = ScriptedGateway.plain(acceptor -> {
                    ScriptedGateway.Talk talk = acceptor.accept();
                    talk.expect(UPGRADE + "Authorization: NTLM " + TYPE_1 + "||");
                    talk.send("HTTP/1.1 401 Unauthorized|WWW-Authenticate: NTLM " + TYPE_2 + "|Content-Length: 0||");
                    talk.expect(UPGRADE + "Authorization: NTLM " + TYPE_3 + "||");
                    talk.send(SWITCHED);
                    // HANDSHAKE_REQUEST under the mask 01020304
                    talk.expectHex("828e01020304" + "00020304" + "0f020304" + "00020304" + "0102");
                    talk.sendHex("8212" + "020000001200000000000000010000000000");
                    talk.expectHex("828801020304" + "0c020304" + "09020304");
                    talk.expectHex("888201020304" + "02ea");
                    talk.expectEnd();
                });
                GatewayClient client = new GatewayClient(fixed(gateway)
                        .credentials(new Credentials.Ntlm("NTLM", ALICE))
                        .build())) {
            client.connect();
            assertThat(client.handshake()).isEqualTo(new TsguPacket.HandshakeResponse(0, 1, 0, 0, 0));
            client.keepAlive();
            client.close();

            gateway.finish();
            assertThat(client.responses()).extracting(ResponseHead::status).containsExactly(401, 101);
        }
    }

    @Test
    void dualChannelWithNegotiateSpeaksAsFreeRdp3() throws Exception {
        String correlation = "RDG-Correlation-Id: {769bcbb7-0000-4000-8000-000000000001}|";
        String end =
                COMMON + "Connection: Keep-Alive|" + correlation + "RDG-Connection-Id: " + ID + "|Content-Length: 0|";
        String out = "RDG_OUT_DATA /remoteDesktopGateway/ HTTP/1.1|" + end;
        String in = "RDG_IN_DATA /remoteDesktopGateway/ HTTP/1.1|" + end;
        String challenge = "HTTP/1.1 401 Unauthorized|WWW-Authenticate: NTLM|WWW-Authenticate: Negotiate " + TYPE_2
                + "|Content-Type: text/html|Content-Length: 4||nope";
        try (ScriptedGateway gateway = ScriptedGateway.plain(acceptor -> {
                    ScriptedGateway.Talk first = acceptor.accept();
                    first.expect(out + "Authorization: Negotiate " + TYPE_1 + "||");
                    first.send(challenge);
                    first.expect(out + "Authorization: Negotiate " + TYPE_3 + "||");
                    first.send("HTTP/1.1 200 OK||");
                    first.sendHex("abcdabcdabcdabcdabcd");
                    ScriptedGateway.Talk second = acceptor.accept();
                    second.expect(in + "Authorization: Negotiate " + TYPE_1 + "||");
                    second.send(challenge);
                    second.expect(in + "Authorization: Negotiate " + TYPE_3 + "||");
                    second.send("HTTP/1.1 200 OK|Content-Length: 0||");
                    second.expect("RDG_IN_DATA /remoteDesktopGateway/ HTTP/1.1|" + COMMON + "Connection: Keep-Alive|"
                            + correlation + "RDG-Connection-Id: " + ID + "|Transfer-Encoding: chunked||");
                    second.expect("E|");
                    second.expectHex("010000000e000000010000000000");
                    first.sendHex("020000001200000000000000010000000000");
                    second.expect("|10|");
                    second.expectHex("04000000100000000d00000000000000");
                    first.sendHex("050000001a000000010000000000030000000a00000002000000");
                    second.expect("|12|");
                    second.expectHex("06000000120000000000060076006d000000");
                    first.sendHex("070000001800000000000000030000000000000000000000");
                    second.expect("|26|");
                    second.expectHex("080000002600000001003d0d030016007200640070002e007400610072006700650074000000");
                    first.sendHex("0900000014000000000000000100000001000000");
                    // data chunks have their size in lower case
                    second.expect("|c|");
                    second.expectHex("0a0000000c00000002006869");
                    second.expect("|");
                    first.sendHex("0a0000000d0000000300796573");
                    second.expect("C|");
                    second.expectHex("100000000c00000000000000");
                    second.expect("|");
                    second.expectEnd();
                });
                GatewayClient client = new GatewayClient(fixed(gateway)
                        .transport(Transport.DUAL_CHANNEL)
                        .correlationId("{769bcbb7-0000-4000-8000-000000000001}")
                        .credentials(new Credentials.Ntlm("Negotiate", ALICE))
                        .build());
                Channel channel = client.open("vm", List.of("rdp.target"), 3389)) {
            channel.send(ByteBuffer.wrap(new byte[] {'h', 'i'}));
            ByteBuffer answer = ByteBuffer.allocate(3);
            channel.readFully(answer);
            assertThat(answer.array()).containsExactly('y', 'e', 's');
            channel.close();

            gateway.finish();
        }
    }

    @Test
    void idsInTheQueryLeaveNoHeaders() throws Exception {
        try (ScriptedGateway gateway = ScriptedGateway.plain(acceptor -> {
                    ScriptedGateway.Talk talk = acceptor.accept();
                    talk.expect("GET /remoteDesktopGateway/?ConId=%7B7ed5ec63-5ea2-aec5-a576-7a7af37b5822%7D"
                            + "&CorId=%7B0%7D&AuthS=PAA HTTP/1.1|" + COMMON
                            + "Connection: Upgrade|Upgrade: websocket|Sec-Websocket-Version: 13|Sec-Websocket-Key: "
                            + KEY
                            + "|Sec-WebSocket-Protocol: binary|X-Forwarded-For: 192.0.2.1||");
                    talk.send(SWITCHED.replace("||", "|Sec-WebSocket-Protocol: binary||"));
                    talk.expectHex("828e01020304" + "00020304" + "0f020304" + "00020304" + "0302");
                    talk.sendHex("8212" + "020000001200000000000000010000000200");
                    // TUNNEL_CREATE with the cookie TOKEN and its NUL
                    talk.expectHex("829e01020304" + "05020304" + "1f020304" + "0c020304" + "00020304" + "0d025704"
                            + "4e024804" + "44024d04" + "0102");
                    talk.sendHex("8212" + "05000000120000000000f859078000000000");
                });
                GatewayClient client = new GatewayClient(fixed(gateway)
                        .upgradeMethod(UpgradeMethod.GET)
                        .idPlacement(IdPlacement.QUERY)
                        .correlationId("{0}")
                        .header("X-Forwarded-For", "192.0.2.1")
                        .credentials(new Credentials.PaaCookie(Secret.ofText("TOKEN")))
                        .build())) {
            assertThatThrownBy(() -> client.open("vm", List.of("target"), 3389))
                    .isInstanceOf(TunnelException.class)
                    .hasMessage("tunnel failed with 0x800759f8 E_PROXY_COOKIE_AUTHENTICATION_ACCESS_DENIED");
            gateway.finish();
        }
    }

    @Test
    void ntlmInTheTunnelNeedsNoAuthorizationHeader() throws Exception {
        try (ScriptedGateway gateway = ScriptedGateway.plain(acceptor -> {
                    ScriptedGateway.Talk talk = acceptor.accept();
                    talk.expect("RDG_OUT_DATA /remoteDesktopGateway/ HTTP/1.1|" + COMMON
                            + "Connection: Keep-Alive|RDG-Connection-Id: " + ID
                            + "|RDG-Auth-Scheme: SSPI_NTLM|Content-Length: 0||");
                    talk.send("HTTP/1.1 200 OK||0123456789");
                    ScriptedGateway.Talk in = acceptor.accept();
                    in.head();
                    in.send("HTTP/1.1 200 OK|Content-Length: 0||");
                    in.head();
                    in.expect("E|");
                    in.expectHex("010000000e000000010000000400");
                    talk.sendHex("020000001200000000000000010000000400");
                    in.expect("|36|");
                    in.expectHex("03000000360000000000000028004e544c4d5353500001000000b78208e200000000000000000000"
                            + "0000000000000a0067580000000f");
                    talk.sendHex("030000000e0000000c0309800000");
                });
                GatewayClient client = new GatewayClient(fixed(gateway)
                        .transport(Transport.DUAL_CHANNEL)
                        .credentials(new Credentials.TunnelNtlm(ALICE))
                        .build())) {
            assertThatThrownBy(() -> client.open("vm", List.of("target"), 3389))
                    .isInstanceOfSatisfying(
                            TunnelException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(0x8009030C));
            gateway.finish();
        }
    }

    @Test
    void basicStandsInTheFirstRequest() throws Exception {
        try (ScriptedGateway gateway = ScriptedGateway.plain(acceptor -> {
                    ScriptedGateway.Talk talk = acceptor.accept();
                    talk.expect(UPGRADE + "Authorization: Basic YWxpY2U6UGFzc3cwcmQh||");
                    talk.send(SWITCHED);
                    talk.sendHex("880203e8");
                });
                GatewayClient client = new GatewayClient(fixed(gateway)
                        .credentials(Credentials.basic("alice", "Passw0rd!"))
                        .build())) {
            client.connect();
            assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
            assertThat(client.webSocketCloseStatus()).isEqualTo(OptionalInt.of(1000));
            gateway.finish();
        }
    }
}
