package io.gatehouse.formats.kerberos;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.text.PrintableText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * RFC 4120 section 5.2.1: KerberosString, of 1 to {@value #LONGEST} bytes. Windows, MIT and Heimdal write it in UTF-8,
 * whatever ASN.1 says of a GeneralString; other bytes could be read as one name here and as another by a KDC. Names
 * turn up in messages and logs, so all characters must be printable.
 */
public final class KerberosString {
    private static final int LONGEST = 512;

    private KerberosString() {}

    /** Reads the only value left. */
    public static String last(DerReader content) throws MalformedException {
        return text(content.enterLast(Der.GENERAL_STRING));
    }

    /** Reads the next of several. */
    public static String next(DerReader contents) throws MalformedException {
        return text(contents.enter(Der.GENERAL_STRING));
    }

    /** Its DER. */
    public static byte[] encode(String text) {
        return DerWriter.value(Der.GENERAL_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(DerReader content) throws MalformedException {
        byte[] bytes = content.remaining().bytes();
        if (bytes.length == 0 || bytes.length > LONGEST) {
            throw new MalformedException(
                    "KerberosString of %d bytes (expected 1 to %d)".formatted(bytes.length, LONGEST));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (!PrintableText.isPrintable(text)) {
                throw new MalformedException("KerberosString with control characters");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedException("KerberosString that is not UTF-8");
        }
    }
}
