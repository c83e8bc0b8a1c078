package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Token;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;

/** Messages recorded from real programs, and messages made up. */
final class Samples {
    static final Domain MIT = new Domain("MIT", Optional.of("MIT.TEST"), List.of("mit.example"), List.of(), List.of());
    static final Domain LAB = new Domain("LAB", Optional.of("LAB.TEST"), List.of(), List.of(), List.of());

    private static final Properties RECORDED = read();

    private Samples() {}

    private static Properties read() {
        try (InputStream stream = Samples.class.getResourceAsStream("mit-messages.txt")) {
            Properties lines = new Properties();
            lines.load(Objects.requireNonNull(stream));
            return lines;
        } catch (IOException e) {
            throw new AssertionError("cannot read the recorded messages", e);
        }
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(literal, e);
        }
    }

    /** A message of MIT Kerberos, without the length in front of it. */
    static byte[] recorded(String name) {
        return HexFormat.of().parseHex(Objects.requireNonNull(RECORDED.getProperty(name), name));
    }

    static Token token(String name) {
        return Token.of(recorded(name));
    }

    /** The body of a request. */
    static byte[] body(byte[] message, String domain) {
        return DerWriter.value(Der.SEQUENCE, kerbMessage(message), context(1, string(domain)));
    }

    static byte[] kerbMessage(byte[] message) {
        byte[] length = ByteBuffer.allocate(4).putInt(message.length).array();
        return context(0, DerWriter.value(Der.OCTET_STRING, length, message));
    }

    static byte[] context(int number, byte[]... content) {
        return DerWriter.value(Der.context(number), content);
    }

    static byte[] string(String text) {
        return DerWriter.value(Der.GENERAL_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] name(int type, String... parts) {
        byte[][] strings = Arrays.stream(parts).map(Samples::string).toArray(byte[][]::new);
        return DerWriter.value(
                Der.SEQUENCE, context(0, DerWriter.integer(type)), context(1, DerWriter.value(Der.SEQUENCE, strings)));
    }

    static byte[] preAuthentication(int... types) {
        byte[][] data = Arrays.stream(types)
                .mapToObj(type -> DerWriter.value(
                        Der.SEQUENCE,
                        context(1, DerWriter.integer(type)),
                        context(2, DerWriter.value(Der.OCTET_STRING, new byte[] {1}))))
                .toArray(byte[][]::new);
        return context(3, DerWriter.value(Der.SEQUENCE, data));
    }

    static byte[] options() {
        return context(0, DerWriter.value(Der.BIT_STRING, new byte[5]));
    }

    /** What stands behind the names in every body. */
    static byte[] nonce() {
        return context(7, DerWriter.integer(4711));
    }

    /** An AS-REQ (10) or TGS-REQ (12) with these fields in its body. */
    static byte[] request(int type, byte[] preAuthentication, byte[]... bodyFields) {
        return DerWriter.value(
                Der.application(type),
                DerWriter.value(
                        Der.SEQUENCE,
                        context(1, DerWriter.integer(5)),
                        context(2, DerWriter.integer(type)),
                        preAuthentication,
                        context(4, DerWriter.value(Der.SEQUENCE, bodyFields))));
    }

    /** A guess with an encrypted timestamp. */
    static byte[] guess(byte[] clientName, String realm) {
        return request(10, preAuthentication(2), options(), context(1, clientName), context(2, string(realm)), nonce());
    }

    static byte[] guess(String user) {
        return guess(name(1, user), "MIT.TEST");
    }

    /** Something inside a FAST armour, with a name outside. */
    static byte[] armoured(String user) {
        return request(
                10,
                preAuthentication(136),
                options(),
                context(1, name(1, user)),
                context(2, string("MIT.TEST")),
                nonce());
    }

    /** A KRB-ERROR as short as the gateway needs it. */
    static Token error(int code) {
        return Token.of(DerWriter.value(
                Der.application(30),
                DerWriter.value(
                        Der.SEQUENCE,
                        context(0, DerWriter.integer(5)),
                        context(1, DerWriter.integer(30)),
                        context(6, DerWriter.integer(code)))));
    }
}
