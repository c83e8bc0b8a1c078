package io.gatehouse.provider.kerberos.message;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * RFC 4121 section 4.1: a context-establishment token in GSS framing.
 *
 * @param mechanism the content of the object identifier
 * @param id the token's kind
 * @param message the Kerberos message in it
 */
public record GssToken(Token mechanism, int id, Token message) {
    /** The token holds a KRB_AP_REQ. */
    public static final int AP_REQ = 0x0100;

    /** The token holds a KRB_AP_REP. */
    public static final int AP_REP = 0x0200;

    /** The largest token that is looked at, in bytes. */
    private static final int LARGEST = 64 * 1024;

    private static final int FRAME = 0x60;
    private static final int ID_LENGTH = 2;
    /** 1.2.840.113554.1.2.2 of RFC 4121, and 1.2.840.48018.1.2.2, which Windows 2000 made of it. */
    private static final List<Token> KERBEROS = List.of(hex("2a864886f712010202"), hex("2a864882f712010202"));

    private static Token hex(String text) {
        return Token.of(HexFormat.of().parseHex(text));
    }

    /** Reads a token of the Kerberos mechanism under either of its names. */
    public static GssToken parse(Token token) throws MalformedException {
        if (token.length() > LARGEST) {
            throw new MalformedException("token of %d bytes (expected at most %d)".formatted(token.length(), LARGEST));
        }
        DerReader frame = new DerReader(token.bytes()).enterLast(FRAME);
        Token mechanism = frame.enter(Der.OBJECT_IDENTIFIER).remaining();
        if (!KERBEROS.contains(mechanism)) {
            throw new MalformedException("gss framing of another mechanism than kerberos");
        }
        byte[] inner = frame.remaining().bytes();
        if (inner.length < ID_LENGTH) {
            throw new MalformedException("gss token without an id");
        }
        int id = (inner[0] & 0xff) << 8 | (inner[1] & 0xff);
        return new GssToken(mechanism, id, Token.of(Arrays.copyOfRange(inner, ID_LENGTH, inner.length)));
    }

    /** The whole token. */
    public Token encode() {
        return Token.of(DerWriter.value(
                FRAME,
                DerWriter.value(Der.OBJECT_IDENTIFIER, mechanism.bytes()),
                new byte[] {(byte) (id >> 8), (byte) id},
                message.bytes()));
    }
}
