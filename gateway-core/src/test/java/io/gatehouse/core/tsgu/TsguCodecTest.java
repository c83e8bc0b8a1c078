package io.gatehouse.core.tsgu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.api.Token;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the wire format, one test a rule. */
class TsguCodecTest {
    // Flags and the order of fields.

    @Test
    void statusCodeOfTunnelResponseIsUnalignedAtOffset10() throws Exception {
        assertThat(fromServer("0500 0000 12000000 0000 f8590780 0000 0000"))
                .isEqualTo(TsguPacket.TunnelResponse.error(0x800759F8));
    }

    @Test
    void tunnelCreateHasTheReauthContextBeforeTheCookie() throws Exception {
        assertThat(fromClient("0400 0000 1c000000 0d000000 0300 0000 0102030405060708 0200 4100"))
                .isEqualTo(new TsguPacket.TunnelCreate(
                        0x0D, OptionalLong.of(0x0807060504030201L), Optional.of(token("4100"))));
    }

    @Test
    void channelResponseHasTheUdpPortBeforeTheCookie() throws Exception {
        assertThat(fromServer("0900 0000 1a000000 00000000 0700 0000 01000000 3d0d 0200 aabb"))
                .isEqualTo(new TsguPacket.ChannelResponse(
                        0, OptionalInt.of(1), OptionalInt.of(3389), Optional.of(token("aabb"))));
    }

    @Test
    void optionalFieldsAreReadByTheirOwnBitAndUnknownBitsAreIgnored() throws Exception {
        assertThat(fromServer("0700 0000 14000000 00000000 fa00 0000 3c000000"))
                .isEqualTo(new TsguPacket.TunnelAuthResponse(
                        0, OptionalInt.empty(), OptionalInt.of(60), Optional.empty()));
        assertThat(fromServer("0900 0000 14000000 00000000 0200 0000 0200 aabb"))
                .isEqualTo(new TsguPacket.ChannelResponse(
                        0, OptionalInt.empty(), OptionalInt.empty(), Optional.of(token("aabb"))));
        assertThat(fromServer("0500 0000 16000000 0000 00000000 e200 0000 02000000"))
                .isEqualTo(new TsguPacket.TunnelResponse(
                        0, 0, OptionalInt.empty(), OptionalInt.of(2), Optional.empty(), Optional.empty()));
    }

    @Test
    void tunnelCreateWithTheReauthFlagAlonePlusEightBytesIsAReauthentication() throws Exception {
        assertThat(fromClient("0400 0000 18000000 0d000000 0200 0000 0a00000000000000"))
                .isEqualTo(new TsguPacket.TunnelCreate(0x0D, OptionalLong.of(10), Optional.empty()));
        assertThat(fromClient("0400 0000 18000000 0d000000 0200 0000 0000000000000000"))
                .isEqualTo(new TsguPacket.TunnelCreate(0x0D, OptionalLong.of(0), Optional.empty()));
    }

    @Test
    void tunnelCreateWithTheReauthFlagAloneAZeroContextAndMoreIsACookie() throws Exception {
        assertThat(fromClient("0400 0000 1c000000 0d000000 0200 0000 0000000000000000 0200 4100"))
                .isEqualTo(new TsguPacket.TunnelCreate(0x0D, OptionalLong.empty(), Optional.of(token("4100"))));
    }

    @Test
    void tunnelAuthHasTheNameAt12AndItsLengthAt10() throws Exception {
        assertThat(fromClient("0600 0000 12000000 0000 0600 76006d000000"))
                .isEqualTo(new TsguPacket.TunnelAuth("vm", Optional.empty()));
    }

    @Test
    void tunnelAuthWithoutANameIsAccepted() throws Exception {
        assertThat(fromClient("0600 0000 0c000000 0000 0000"))
                .isEqualTo(new TsguPacket.TunnelAuth("", Optional.empty()));
    }

    @Test
    void tunnelResponseHasANonceOfSixteenBytes() throws Exception {
        assertThat(fromServer("0500 0000 24000000 0000 00000000 0400 0000 000102030405060708090a0b0c0d0e0f 0000"))
                .isEqualTo(new TsguPacket.TunnelResponse(
                        0,
                        0,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.of(new TsguPacket.SohRequest(token("000102030405060708090a0b0c0d0e0f"), "")),
                        Optional.empty()));
    }

    // Numbers.

    @ParameterizedTest
    @EnumSource
    void errorCodesOfResponsesHaveTheHighBitSet(RdgError error) {
        assertThat(error.hresult()).isNegative();
        assertThat(error.closeStatus()).isPositive();
        assertThat(RdgError.of(error.hresult())).contains(error);
        assertThat(RdgError.of(error.closeStatus())).contains(error);
    }

    @Test
    void tunnelAuthResponseTellsAnErrorByAnyCode() throws Exception {
        assertThat(fromServer("0700 0000 10000000 05000000 0000 0000"))
                .isEqualTo(TsguPacket.TunnelAuthResponse.error(5));
    }

    @Test
    void portsAreUnsigned() throws Exception {
        TsguPacket packet = new TsguPacket.ChannelCreate(List.of("h"), List.of(), 65535, 3);
        String hex = "0800 0000 14000000 01 00 ffff 0300 0400 6800 0000".replace(" ", "");
        assertThat(fromClient(hex)).isEqualTo(packet);
        assertThat(Vector.hex(TsguCodec.encode(packet))).isEqualTo(hex);
    }

    @Test
    void closePacketsHaveTwelveBytes() {
        assertThat(Vector.hex(
                        TsguCodec.encode(new TsguPacket.CloseChannel(RdgError.ERROR_BAD_ARGUMENTS.closeStatus()))))
                .isEqualTo("100000000c000000a0000000");
        assertThat(Vector.hex(TsguCodec.encode(new TsguPacket.CloseChannelResponse(0))))
                .isEqualTo("110000000c00000000000000");
    }

    @Test
    void unknownExtendedAuthBitsAreKept() throws Exception {
        assertThat(fromClient("0100 0000 0e000000 01 00 0000 0800"))
                .isEqualTo(new TsguPacket.HandshakeRequest(1, 0, 0, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "33", "ff"})
    void aChannelHasOneToFiftyResources(String count) {
        String names = "0000".repeat(255);
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> fromClient("0800 0000 0c020000 " + count + " 00 3d0d 0300 " + names))
                .withMessageContaining("numResources " + Integer.parseInt(count, 16) + " (expected 1 to 50)");
    }

    @Test
    void aChannelHasUpToThreeAlternatives() throws Exception {
        assertThat(fromClient("0800 0000 78000000 32 03 3d0d 0300 " + "0000".repeat(53)))
                .isEqualTo(
                        new TsguPacket.ChannelCreate(Collections.nCopies(50, ""), Collections.nCopies(3, ""), 3389, 3));
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> fromClient("0800 0000 18000000 01 04 3d0d 0300 " + "0000".repeat(5)))
                .withMessage("numAltResources 4 (expected at most 3)");
    }

    // Text.

    @Test
    void textIsCutAtTheFirstNulAndNeedsNone() throws Exception {
        assertThat(fromServer("0b00 0000 0e000000 0400 61006200")).isEqualTo(new TsguPacket.ServiceMessage("ab"));
        assertThat(fromServer("0b00 0000 12000000 0800 6100 0000 6200 0000"))
                .isEqualTo(new TsguPacket.ServiceMessage("a"));
        assertThat(fromServer("0b00 0000 0a000000 0000")).isEqualTo(new TsguPacket.ServiceMessage(""));
    }

    @Test
    void textOfOddLengthIsMalformed() {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> fromServer("0b00 0000 0d000000 0300 610062"))
                .withMessage("message of 3 bytes (expected an even number)");
    }

    @Test
    void textThatIsNoUtf16BecomesReplacementCharactersAndLosesNothingElse() throws Exception {
        // high a | high high low b | low | high at the end
        assertThat(fromServer("0b00 0000 1a000000 1000 00d8 6100 00d8 3dd8 00de 6200 00dc 00d8"))
                .isEqualTo(new TsguPacket.ServiceMessage("\uFFFDa\uFFFD\uD83D\uDE00b\uFFFD\uFFFD"));
    }

    @Test
    void aCookieIsOpaque() throws Exception {
        assertThat(fromClient("0400 0000 15000000 0d000000 0100 0000 0300 000041"))
                .isEqualTo(new TsguPacket.TunnelCreate(0x0D, OptionalLong.empty(), Optional.of(token("000041"))));
    }

    @Test
    void textIsSentWithACountedNul() {
        assertThat(Vector.hex(TsguCodec.encode(new TsguPacket.ServiceMessage("é\uD83D\uDE00"))))
                .isEqualTo("0b000000120000000800e9003dd800de0000");
        assertThat(Vector.hex(TsguCodec.encode(new TsguPacket.TunnelAuth("", Optional.empty()))))
                .isEqualTo("060000000e000000000002000000");
    }

    @Test
    void theLongestTextIsSentWithoutItsNul() throws Exception {
        TsguPacket longest = new TsguPacket.ServiceMessage("x".repeat(32767));
        ByteBuffer packet = TsguCodec.encode(longest);
        assertThat(packet.remaining()).isEqualTo(10 + 65534);
        assertThat(TsguCodec.decodeFromServer(packet)).isEqualTo(longest);
        assertThat(TsguCodec.encode(new TsguPacket.ServiceMessage("x".repeat(32766)))
                        .remaining())
                .isEqualTo(10 + 65534);
    }

    // DATA.

    @Test
    void dataIsASliceOfThePacket() throws Exception {
        ByteBuffer packet = ByteBuffer.wrap(bytes("ffff 0a00 0000 0c000000 0200 0102 ffff"))
                .position(2)
                .limit(14);
        TsguPacket.Data data = (TsguPacket.Data) TsguCodec.decodeFromClient(packet);
        packet.put(12, (byte) 0x77);
        assertThat(Vector.hex(data.payload())).isEqualTo("7702");
        assertThat(packet.position()).isEqualTo(2);
        assertThat(packet.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    }

    @Test
    void dataMustEndWhereItsPacketEnds() {
        for (String hex : List.of("0a00 0000 0d000000 0200 010203", "0a00 0000 0b000000 0200 01")) {
            assertThatExceptionOfType(MalformedPacketException.class)
                    .isThrownBy(() -> fromClient(hex))
                    .withMessageStartingWith("cbDataLen 2 (expected ");
        }
    }

    @Test
    void emptyDataIsAccepted() throws Exception {
        assertThat(fromClient("0a00 0000 0a000000 0000")).isEqualTo(new TsguPacket.Data(ByteBuffer.allocate(0)));
    }

    @Test
    void theLargestDataHas65535Bytes() throws Exception {
        TsguPacket largest = new TsguPacket.Data(ByteBuffer.allocate(65535));
        ByteBuffer packet = TsguCodec.encode(largest);
        assertThat(packet.remaining()).isEqualTo(65545).isEqualTo(PacketAssembler.OPEN_LIMIT);
        assertThat(TsguCodec.decodeFromServer(packet)).isEqualTo(largest);
        refusesToEncode(new TsguPacket.Data(ByteBuffer.allocate(65536)), "cbDataLen 65536 (expected 0 to 65535)");
    }

    @Test
    void encodingDataLeavesItsPayloadAlone() {
        ByteBuffer payload = ByteBuffer.wrap(bytes("00 0102 00")).position(1).limit(3);
        assertThat(Vector.hex(TsguCodec.encode(new TsguPacket.Data(payload)))).isEqualTo("0a0000000c00000002000102");
        assertThat(payload.position()).isEqualTo(1);
        assertThat(payload.limit()).isEqualTo(3);
    }

    @Test
    void dataHeaderIsWrittenInPlaceWhateverTheByteOrder() {
        ByteBuffer buffer = ByteBuffer.allocate(12);
        buffer.put((byte) 0x55);
        TsguCodec.putDataHeader(buffer, 65535);
        assertThat(Vector.hex(buffer.flip())).isEqualTo("550a00000009000100ffff");
        assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65536})
    void dataHeaderOfAnImpossibleLengthIsAnError(int length) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> TsguCodec.putDataHeader(ByteBuffer.allocate(10), length))
                .withMessage("payloadLength " + length + " (expected 1 to 65535)");
    }

    // Types and lengths.

    @ParameterizedTest
    @ValueSource(strings = {"0000", "0e00", "0f00", "1200", "0101", "ffff"})
    void unknownTypesAreMalformed(String type) {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> fromClient(type + "0000 08000000"))
                .withMessageEndingWith("(expected a known one)");
        assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> fromServer(type + "0000 08000000"));
    }

    @Test
    void packetsOfTheOtherSideAreMalformed() {
        int refused = 0;
        for (Vector vector : Vector.all()) {
            Vector mirrored = new Vector(vector.id(), !vector.fromClient(), vector.hex());
            try {
                assertThat(mirrored.decode()).isEqualTo(vector.decode());
            } catch (MalformedPacketException e) {
                assertThat(e).hasMessageContaining(vector.fromClient() ? "a server sends" : "a client sends");
                refused++;
            }
        }
        // All but EXTENDED_AUTH, DATA, KEEPALIVE and the two CLOSE packets: E01-E05, T14-T18, J09 and J10.
        assertThat(refused).isEqualTo(37 - 12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "07000000", "09000000", "00000080", "ffffffff"})
    void packetLengthMustBeTheNumberOfBytes(String length) {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> fromClient("0d00 0000" + length))
                .withMessageEndingWith("(expected 8)");
    }

    // Programming errors.

    @Test
    void valuesThatDoNotFitAreProgrammingErrors() {
        refusesToEncode(new TsguPacket.HandshakeRequest(256, 0, 0, 0), "verMajor 256 (expected 0 to 255)");
        refusesToEncode(new TsguPacket.HandshakeRequest(1, 0, -1, 0), "clientVersion -1 (expected 0 to 65535)");
        refusesToEncode(
                new TsguPacket.ExtendedAuth(0, Token.of(new byte[65536])), "authBlob 65536 (expected 0 to 65535)");
        refusesToEncode(new TsguPacket.ServiceMessage("x".repeat(32768)), "message 65536 (expected 0 to 65535)");
        refusesToEncode(new TsguPacket.ServiceMessage("a\0b"), "message with a NUL inside (expected text without)");
        refusesToEncode(
                new TsguPacket.ChannelCreate(List.of(), List.of(), 3389, 3),
                "0 resources and 0 altResources (expected 1 to 50 and up to 3)");
        refusesToEncode(
                new TsguPacket.ChannelCreate(Collections.nCopies(51, "h"), List.of(), 3389, 3),
                "51 resources and 0 altResources (expected 1 to 50 and up to 3)");
        refusesToEncode(
                new TsguPacket.ChannelCreate(List.of("h"), List.of(), 65536, 3), "port 65536 (expected 0 to 65535)");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new TsguPacket.SohRequest(Token.of(new byte[20]), ""))
                .withMessage("nonce of 20 bytes (expected 16)");
    }

    private static void refusesToEncode(TsguPacket packet, String message) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> TsguCodec.encode(packet))
                .withMessage(message);
    }

    private static TsguPacket fromClient(String hex) throws MalformedPacketException {
        return TsguCodec.decodeFromClient(ByteBuffer.wrap(bytes(hex)));
    }

    private static TsguPacket fromServer(String hex) throws MalformedPacketException {
        return TsguCodec.decodeFromServer(ByteBuffer.wrap(bytes(hex)));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static Token token(String hex) {
        return Token.of(bytes(hex));
    }
}
