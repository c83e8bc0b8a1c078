package io.gatehouse.jetty.edge;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks into the first record of a TLS connection for the application protocols that the client offers (RFC 8446
 * section 4.1.2, RFC 7301 section 3.1). The TLS of Java tells them only after it has chosen a certificate. Whether the
 * record is good is for TLS itself to judge: of one that is not, no protocol is found.
 */
final class ClientHello {
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int ALPN = 16;
    private static final int VERSION_AND_RANDOM = 2 + 32;

    private ClientHello() {}

    /**
     * What the client offers; empty when the record is not complete, no greeting, or offers nothing.
     *
     * @param input begins with the record, and stays as it is
     */
    static List<String> protocols(ByteBuffer input) {
        ByteBuffer record = input.slice(); // big endian, as TLS is
        try {
            if (next(record) != HANDSHAKE) {
                return List.of();
            }
            skip(record, 2);
            ByteBuffer message = part(record, record.getShort() & 0xffff);
            if (next(message) != CLIENT_HELLO) {
                return List.of();
            }
            ByteBuffer hello = part(message, (next(message) << 16) | (message.getShort() & 0xffff));
            skip(hello, VERSION_AND_RANDOM);
            skip(hello, next(hello)); // the session
            skip(hello, hello.getShort() & 0xffff); // ciphers
            skip(hello, next(hello)); // compressions
            ByteBuffer extensions = part(hello, hello.getShort() & 0xffff);
            while (extensions.hasRemaining()) {
                int type = extensions.getShort() & 0xffff;
                ByteBuffer extension = part(extensions, extensions.getShort() & 0xffff);
                if (type == ALPN) {
                    return names(part(extension, extension.getShort() & 0xffff));
                }
            }
            return List.of();
        } catch (BufferUnderflowException _) {
            return List.of();
        }
    }

    private static List<String> names(ByteBuffer list) {
        List<String> names = new ArrayList<>();
        while (list.hasRemaining()) {
            ByteBuffer name = part(list, next(list));
            names.add(StandardCharsets.ISO_8859_1.decode(name).toString());
        }
        return names;
    }

    private static int next(ByteBuffer buffer) {
        return buffer.get() & 0xff;
    }

    private static void skip(ByteBuffer buffer, int count) {
        part(buffer, count);
    }

    /** The next bytes, as a buffer of their own. */
    private static ByteBuffer part(ByteBuffer buffer, int count) {
        if (buffer.remaining() < count) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = buffer.slice(buffer.position(), count);
        buffer.position(buffer.position() + count);
        return part;
    }
}
