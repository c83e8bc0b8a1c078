package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import io.gatehouse.formats.kerberos.KerberosString;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * MS-KKDCP 2.2.2: KDC-PROXY-MESSAGE, the envelope around a Kerberos message. The locator hint of requests is not looked
 * at: which KDC is asked is the gateway's business.
 *
 * @param message the Kerberos message without the length in front of it
 * @param targetDomain the realm whose KDC is meant
 */
public record KdcProxyMessage(Token message, Optional<String> targetDomain) {
    /** The largest envelope, in bytes; the largest Kerberos message that Windows makes has 64 KiB. */
    public static final int MAX_LENGTH = 128 * 1024;

    private static final int PREFIX = 4;

    /** Parses strict DER of a fixed shape whose embedded length is right. */
    static KdcProxyMessage parse(byte[] body) throws MalformedException {
        if (body.length > MAX_LENGTH) {
            throw new MalformedException(
                    "KDC-PROXY-MESSAGE of %d bytes (expected at most %d)".formatted(body.length, MAX_LENGTH));
        }
        DerReader fields = new DerReader(body).enterLast(Der.SEQUENCE);
        byte[] framed = fields.enter(Der.context(0))
                .enterLast(Der.OCTET_STRING)
                .remaining()
                .bytes();
        Optional<String> domain = Optional.empty();
        if (fields.isAt(Der.context(1))) {
            domain = Optional.of(KerberosString.last(fields.enter(Der.context(1))));
        }
        if (fields.isAt(Der.context(2))) {
            fields.enter(Der.context(2)).enterLast(Der.INTEGER);
        }
        fields.expectEnd();
        return new KdcProxyMessage(unframed(framed), domain);
    }

    private static Token unframed(byte[] framed) throws MalformedException {
        if (framed.length <= PREFIX) {
            throw new MalformedException(
                    "kerb-message of %d bytes (expected more than %d)".formatted(framed.length, PREFIX));
        }
        ByteBuffer buffer = ByteBuffer.wrap(framed);
        int length = buffer.getInt();
        if (length != buffer.remaining()) {
            throw new MalformedException("length of kerb-message %s (expected %d)"
                    .formatted(Integer.toUnsignedString(length), buffer.remaining()));
        }
        byte[] message = new byte[length];
        buffer.get(message);
        return Token.of(message);
    }

    /** The body of an answer, which holds {@code message} only. */
    static byte[] answer(Token message) {
        byte[] prefix = ByteBuffer.allocate(PREFIX).putInt(message.length()).array();
        return DerWriter.value(
                Der.SEQUENCE,
                DerWriter.value(Der.context(0), DerWriter.value(Der.OCTET_STRING, prefix, message.bytes())));
    }
}
