package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Messages of Kerberos, as short as they can be. */
public final class KerberosMessages {
    private KerberosMessages() {}

    /** An answer to {@link #asReq}; only its first byte is looked at. */
    public static byte[] asRep() {
        return new byte[] {0x6b, 0};
    }

    /** An answer to {@link #tgsReq}; only its first byte is looked at. */
    public static byte[] tgsRep() {
        return new byte[] {0x6d, 0};
    }

    /** The body of a request to the KDC proxy. */
    public static byte[] body(byte[] message, String domain) {
        byte[] length = ByteBuffer.allocate(4).putInt(message.length).array();
        return DerWriter.value(
                Der.SEQUENCE,
                context(0, DerWriter.value(Der.OCTET_STRING, length, message)),
                context(1, string(domain)));
    }

    /** The Kerberos message in the body of an answer. */
    public static byte[] message(byte[] body) {
        int length = ByteBuffer.wrap(body).getInt(bodyHeader(body));
        byte[] message = new byte[length];
        ByteBuffer.wrap(body).get(body.length - length, message);
        return message;
    }

    private static int bodyHeader(byte[] body) {
        int position = 0;
        for (int i = 0; i < 3; i++) {
            int first = body[position + 1] & 0xff;
            position += first < 0x80 ? 2 : 2 + (first & 0x7f);
        }
        return position;
    }

    /** An AS-REQ with a proof of a password. */
    public static byte[] asReq(String user, String realm) {
        byte[] name = DerWriter.value(
                Der.SEQUENCE,
                context(0, DerWriter.integer(1)),
                context(1, DerWriter.value(Der.SEQUENCE, string(user))));
        byte[] timestamp = DerWriter.value(
                Der.SEQUENCE,
                context(1, DerWriter.integer(2)),
                context(2, DerWriter.value(Der.OCTET_STRING, new byte[] {1})));
        return request(10, context(3, DerWriter.value(Der.SEQUENCE, timestamp)), context(1, name), realm, 0);
    }

    public static byte[] tgsReq(String realm) {
        return tgsReq(realm, 0);
    }

    /** A TGS-REQ with at least so many bytes. */
    public static byte[] tgsReq(String realm, int bytes) {
        return request(12, new byte[0], new byte[0], realm, bytes);
    }

    private static byte[] request(int type, byte[] preAuthentication, byte[] client, String realm, int padding) {
        byte[] body = DerWriter.value(
                Der.SEQUENCE,
                context(0, DerWriter.value(Der.BIT_STRING, new byte[5])),
                client,
                context(2, string(realm)),
                context(10, DerWriter.value(Der.OCTET_STRING, new byte[padding])));
        return DerWriter.value(
                Der.application(type),
                DerWriter.value(
                        Der.SEQUENCE,
                        context(1, DerWriter.integer(5)),
                        context(2, DerWriter.integer(type)),
                        preAuthentication,
                        context(4, body)));
    }

    /** A KRB-ERROR. */
    public static byte[] error(int code) {
        return DerWriter.value(
                Der.application(30),
                DerWriter.value(
                        Der.SEQUENCE,
                        context(0, DerWriter.integer(5)),
                        context(1, DerWriter.integer(30)),
                        context(6, DerWriter.integer(code))));
    }

    private static byte[] context(int number, byte[] content) {
        return DerWriter.value(Der.context(number), content);
    }

    private static byte[] string(String text) {
        return DerWriter.value(Der.GENERAL_STRING, text.getBytes(StandardCharsets.UTF_8));
    }
}
