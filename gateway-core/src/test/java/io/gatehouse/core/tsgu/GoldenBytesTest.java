package io.gatehouse.core.tsgu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gatehouse.api.Token;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector decodes to the record that is written here, and back to the same bytes. */
class GoldenBytesTest {
    private static final String BLOB = "01020304";

    static Stream<Arguments> packets() {
        return Stream.of(
                arguments("T01", new TsguPacket.HandshakeRequest(1, 0, 0, 0)),
                arguments("T02", new TsguPacket.HandshakeRequest(1, 0, 0, 2)),
                arguments("T03", new TsguPacket.HandshakeRequest(1, 0, 0, 4)),
                arguments("T04", new TsguPacket.HandshakeResponse(0, 1, 0, 0, 0)),
                arguments("T05", new TsguPacket.HandshakeResponse(0, 1, 0, 0, 2)),
                arguments("T06", new TsguPacket.TunnelCreate(0x0D, OptionalLong.empty(), Optional.empty())),
                arguments("T07", withCookie("54004f004b0045004e003100320033000000")),
                arguments("T08", withCookie("54004f004b0045004e000000")),
                arguments("T09", tunnelResponse(1, 10, 2, Optional.empty(), Optional.empty())),
                arguments("T10", new TsguPacket.TunnelAuth("vm", Optional.empty())),
                arguments("T11", tunnelAuthResponse(0, 0, Optional.empty())),
                arguments("T12", new TsguPacket.ChannelCreate(List.of("rdp.target"), List.of(), 3389, 3)),
                arguments(
                        "T13",
                        new TsguPacket.ChannelResponse(0, OptionalInt.of(1), OptionalInt.empty(), Optional.empty())),
                arguments(
                        "T14",
                        data(
                                "0300002c27e00000000000436f6f6b69653a206d737473686173683d564d5c626f620d0a0100080003000000")),
                arguments("T15", data("030000130ed000001234000300080005000000")),
                arguments("T16", new TsguPacket.KeepAlive()),
                arguments("T17", new TsguPacket.CloseChannelResponse(0)),
                arguments("T18", new TsguPacket.CloseChannel(0x59F6)),
                arguments("T19", new TsguPacket.ServiceMessage("hello")),
                arguments("T20", new TsguPacket.ReauthMessage(10)),
                arguments("T21", TsguPacket.ChannelResponse.error(0x800759DA)),
                arguments("T22", TsguPacket.TunnelResponse.error(0x800759F8)),
                arguments("J01", new TsguPacket.HandshakeRequest(1, 0, 0, 0)),
                arguments("J02", new TsguPacket.HandshakeResponse(0, 1, 0, 0, 0)),
                arguments(
                        "J03",
                        new TsguPacket.TunnelCreate(
                                0x0E, OptionalLong.of(0x0807060504030201L), Optional.of(token(BLOB)))),
                arguments(
                        "J04",
                        tunnelResponse(
                                5,
                                1,
                                1,
                                Optional.of(new TsguPacket.SohRequest(
                                        token("f2517fdd0da76a4c90710f43f85227ba"), "ServerCertificate")),
                                Optional.of("ConsentMessage"))),
                arguments("J05", new TsguPacket.TunnelAuth("anydevice.anywhere", Optional.of(token(BLOB)))),
                arguments("J06", tunnelAuthResponse(0x40000000, 0, Optional.of(token(BLOB)))),
                arguments(
                        "J07",
                        new TsguPacket.ChannelCreate(List.of("localhost"), List.of("example.invalid"), 56000, 3)),
                arguments(
                        "J08",
                        new TsguPacket.ChannelResponse(
                                0, OptionalInt.of(10), OptionalInt.of(3389), Optional.of(token(BLOB)))),
                arguments("J09", data("030000130ee00000000000010008000b000000")),
                arguments("J10", data("030000130ed000000000000203080002000000")),
                arguments(
                        "E01",
                        extendedAuth(
                                "4e544c4d5353500001000000b78208e2000000000000000000000000000000000a0067580000000f")),
                arguments(
                        "E02",
                        extendedAuth("4e544c4d53535000020000000a000a003800000035828ae29c6f0aa0f662bab200000000"
                                + "0000000050005000420000000a007c4f0000000f4700570053005200560002000a0047005700"
                                + "44004f004d0001000a004700570053005200560004000e00670077002e007400650073007400"
                                + "03000e00670077002e0074006500730074000700080080f20befab7add0100000000")),
                arguments(
                        "E03",
                        extendedAuth("4e544c4d53535000030000001800180066000000c400c4007e00000000000000580000000a000a00"
                                + "580000000400040062000000100010004201000035a288e20a0067580000000f02cb85b8f5bb7ac6"
                                + "daec850c61827fed61006c0069006300650076006d00000000000000000000000000000000000000"
                                + "000000000000e52445559de223ddcb9e27f71d967845010100000000000080f20befab7add01a7bc"
                                + "a160aa9cbef30000000002000a004700570044004f004d0001000a00470057005300520056000400"
                                + "0e00670077002e00740065007300740003000e00670077002e0074006500730074000700080080f2"
                                + "0befab7add0106000400020000000a001000ad6882d2d35bc3fe8e1de5c5e3b655cd09001c004800"
                                + "5400540050002f006c006f00630061006c0068006f00730074000000000000000000000000000000"
                                + "0000316856860b7606ed7be90aa67529eee4")),
                arguments("E04", new TsguPacket.ExtendedAuth(0, token(""))),
                arguments("E05", new TsguPacket.ExtendedAuth(0x8009030C, token(""))));
    }

    static List<Vector> vectors() {
        return Vector.all();
    }

    @Test
    void everyVectorIsExpectedExactlyOnce() {
        assertThat(packets().map(arguments -> arguments.get()[0]))
                .hasSize(37)
                .containsExactlyElementsOf(vectors().stream().map(Vector::id).toList());
    }

    @ParameterizedTest
    @MethodSource("packets")
    void decodesToTheRecord(String id, TsguPacket expected) throws MalformedPacketException {
        assertThat(Vector.of(id).decode()).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("packets")
    void encodesToTheSameBytes(String id, TsguPacket packet) {
        String expected = switch (id) {
            // These two come without the NULs that we send.
            case "J04" ->
                "0500000070000000050000000000170000000100000001000000f2517fdd0da76a4c90710f43f85227ba"
                        + "240053006500720076006500720043006500720074006900660069006300610074006500"
                        + "00001e0043006f006e00730065006e0074004d0065007300730061006700650000" + "00";
            case "J07" ->
                "08000000460000000101c0da030014006c006f00630061006c0068006f0073007400000020006500780061006d00"
                        + "70006c0065002e0069006e00760061006c00690064000000";
            default -> Vector.of(id).hex();
        };
        assertThat(Vector.hex(TsguCodec.encode(packet))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aPacketCutShortIsMalformed(Vector vector) {
        byte[] whole = vector.bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> vector.decode(cut));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aPacketCutShortThatOwnsUpToItIsMalformed(Vector vector) {
        byte[] whole = vector.bytes();
        for (int length = TsguCodec.HEADER_SIZE; length < whole.length; length++) {
            byte[] cut = Vector.withLength(Arrays.copyOf(whole, length));
            assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> vector.decode(cut));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void bytesAfterTheLastFieldAreIgnoredExceptInData(Vector vector) throws MalformedPacketException {
        byte[] longer = Arrays.copyOf(vector.bytes(), vector.bytes().length + 3);
        Arrays.fill(longer, longer.length - 3, longer.length, (byte) 0x5A);
        Vector.withLength(longer);
        if (vector.decode() instanceof TsguPacket.Data) {
            assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> vector.decode(longer));
        } else {
            assertThat(vector.decode(longer)).isEqualTo(vector.decode());
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theReservedFieldOfTheHeaderIsIgnored(Vector vector) throws MalformedPacketException {
        byte[] other = vector.bytes();
        other[2] = (byte) 0xFF;
        other[3] = (byte) 0xFF;
        assertThat(vector.decode(other)).isEqualTo(vector.decode());
    }

    private static Token token(String hex) {
        return Token.of(HexFormat.of().parseHex(hex));
    }

    private static TsguPacket data(String hex) {
        return new TsguPacket.Data(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    private static TsguPacket extendedAuth(String hex) {
        return new TsguPacket.ExtendedAuth(0, token(hex));
    }

    private static TsguPacket withCookie(String hex) {
        return new TsguPacket.TunnelCreate(0x0D, OptionalLong.empty(), Optional.of(token(hex)));
    }

    private static TsguPacket tunnelResponse(
            int serverVersion,
            int tunnelId,
            int capsFlags,
            Optional<TsguPacket.SohRequest> soh,
            Optional<String> consentMessage) {
        return new TsguPacket.TunnelResponse(
                serverVersion, 0, OptionalInt.of(tunnelId), OptionalInt.of(capsFlags), soh, consentMessage);
    }

    private static TsguPacket tunnelAuthResponse(int redirFlags, int idleTimeout, Optional<Token> sohResponse) {
        return new TsguPacket.TunnelAuthResponse(
                0, OptionalInt.of(redirFlags), OptionalInt.of(idleTimeout), sohResponse);
    }
}
