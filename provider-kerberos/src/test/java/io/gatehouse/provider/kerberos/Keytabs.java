package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Secret;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Writes keytabs for {@link Forge}. */
final class Keytabs {
    private Keytabs() {}

    /** One key of a principal. */
    record Entry(List<String> principal, String realm, long version, int type, Secret key) {
        static Entry of(Forge forge) {
            return of(forge, forge.serviceKey, forge.version);
        }

        static Entry of(Forge forge, ProtocolKey key, long version) {
            return new Entry(forge.service, forge.realm, version, key.type().number(), key.value());
        }
    }

    static Path write(Path file, Entry... entries) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream output = new DataOutputStream(bytes);
            output.writeShort(0x0502);
            for (Entry entry : entries) {
                byte[] body = body(entry);
                output.writeInt(body.length);
                output.write(body);
            }
            Files.write(file, bytes.toByteArray());
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] body(Entry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream output = new DataOutputStream(bytes);
        output.writeShort(entry.principal().size());
        text(output, entry.realm());
        for (String component : entry.principal()) {
            text(output, component);
        }
        output.writeInt(1);
        output.writeInt(0);
        output.writeByte((int) entry.version());
        output.writeShort(entry.type());
        byte[] key = entry.key().bytes();
        output.writeShort(key.length);
        output.write(key);
        output.writeInt((int) entry.version());
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream output, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        output.writeShort(bytes.length);
        output.write(bytes);
    }
}
