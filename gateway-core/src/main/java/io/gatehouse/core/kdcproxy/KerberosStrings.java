package io.gatehouse.core.kdcproxy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** RFC 4120 section 5.2.1: KerberosString. Windows sends UTF-8, whatever ASN.1 says of a GeneralString. */
final class KerberosStrings {
    private static final int LONGEST = 1024;

    private KerberosStrings() {}

    /**
     * The only value left, a KerberosString of at most {@value #LONGEST} bytes without NUL, at which programs end
     * strings.
     */
    static String last(DerReader content) throws MalformedException {
        return text(content.enterLast(Der.GENERAL_STRING));
    }

    /** The next of several. */
    static String next(DerReader contents) throws MalformedException {
        return text(contents.enter(Der.GENERAL_STRING));
    }

    /** A realm, which is not empty. */
    static String realm(DerReader content) throws MalformedException {
        String realm = last(content);
        if (realm.isEmpty()) {
            throw new MalformedException("empty realm");
        }
        return realm;
    }

    private static String text(DerReader content) throws MalformedException {
        byte[] bytes = content.remaining().bytes();
        if (bytes.length > LONGEST) {
            throw new MalformedException(
                    "KerberosString of %d bytes (expected at most %d)".formatted(bytes.length, LONGEST));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException old) {
            text = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        if (text.indexOf('\0') >= 0) {
            throw new MalformedException("NUL in a KerberosString");
        }
        return text;
    }
}
