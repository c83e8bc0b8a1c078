package io.gatehouse.formats.keytab;

import io.gatehouse.api.Secret;
import java.util.List;

/**
 * One key of a keytab.
 *
 * @param components the principal's name without its realm, for example {@code HTTP} and {@code gw.example.com}; at
 *     least one
 * @param realm the principal's realm
 * @param version the key version number (kvno), unsigned 32 bit; only its low 8 bits where the writer stored no more
 * @param encryptionType the number of RFC 3961's registry: 17 and 18 AES with SHA-1, 19 and 20 AES with SHA-2, 23 RC4
 * @param key the key's bytes; their number is not checked against the encryption type
 */
public record KeytabKey(List<String> components, String realm, long version, int encryptionType, Secret key) {
    public KeytabKey {
        components = List.copyOf(components);
        if (components.isEmpty()) {
            throw new IllegalArgumentException("principal without a name");
        }
    }

    /** The name without the realm: {@code HTTP/gw.example.com}. */
    public String name() {
        return String.join("/", components);
    }

    /** The whole name: {@code HTTP/gw.example.com@EXAMPLE.COM}. */
    public String principal() {
        return name() + "@" + realm;
    }
}
