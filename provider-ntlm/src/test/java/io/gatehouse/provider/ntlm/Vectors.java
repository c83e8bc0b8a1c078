package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Token;
import java.util.HexFormat;

/**
 * A sign-in of FreeRDP 3.30.1 as it went over the wire in EXTENDED_AUTH: user alice, password Passw0rd!, no domain;
 * with key exchange, integrity code and channel binding.
 */
final class Vectors {
    /** NEGOTIATE, FreeRDP. */
    static final String NEGOTIATE = "4e544c4d5353500001000000b78208e2000000000000000000000000000000000a0067580000000f";

    /** CHALLENGE, of a server with the names GWSRV, GWDOM and gw.test. */
    static final String CHALLENGE = "4e544c4d53535000020000000a000a003800000035828ae29c6f0aa0f662bab20000"
            + "00000000000050005000420000000a007c4f0000000f4700570053005200560002000a004700570044004f004d000100"
            + "0a004700570053005200560004000e00670077002e00740065007300740003000e00670077002e007400650073007400"
            + "0700080080f20befab7add0100000000";

    /** AUTHENTICATE, FreeRDP. */
    static final String AUTHENTICATE = "4e544c4d53535000030000001800180066000000c400c4007e000000000000005800"
            + "00000a000a00580000000400040062000000100010004201000035a288e20a0067580000000f02cb85b8f5bb7ac6daec"
            + "850c61827fed61006c0069006300650076006d00000000000000000000000000000000000000000000000000e5244555"
            + "9de223ddcb9e27f71d967845010100000000000080f20befab7add01a7bca160aa9cbef30000000002000a0047005700"
            + "44004f004d0001000a004700570053005200560004000e00670077002e00740065007300740003000e00670077002e00"
            + "74006500730074000700080080f20befab7add0106000400020000000a001000ad6882d2d35bc3fe8e1de5c5e3b655cd"
            + "09001c0048005400540050002f006c006f00630061006c0068006f007300740000000000000000000000000000000000"
            + "316856860b7606ed7be90aa67529eee4";

    static final String SERVER_CHALLENGE = "9c6f0aa0f662bab2";
    static final String NT_HASH = "fc525c9683e8fe067095ba2ddc971889";
    static final String CERTIFICATE_HASH = "d640d01564f7aba95824c4abf224276a5aa312ae4a7a28e5ec8f4687928401e7";

    private Vectors() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static Token token(String hex) {
        return Token.of(bytes(hex));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
