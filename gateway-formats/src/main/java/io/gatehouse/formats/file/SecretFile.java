package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.nio.file.Path;

/**
 * Reads a file that holds a secret, once. The same rule holds for every such file, and {@link GuardedFile} applies it
 * too: the file belongs to root or to the user of this process, its group may read it, and nobody else may read or
 * write it. A process of root, {@code sudo gatehouse check} for example, also uses the file of another user when no
 * third user can change a folder above it.
 */
public final class SecretFile {
    private SecretFile() {}

    record Bytes(String kind, int largest) implements FileFormat<byte[]> {
        @Override
        public String remedy() {
            return "";
        }

        @Override
        public byte[] parse(byte[] bytes) {
            return bytes;
        }

        @Override
        public boolean looksUnfinished(byte[] content) {
            return false; // it is read once
        }
    }

    /**
     * The content of {@code file}.
     *
     * @param kind the kind of file, as messages call it: {@code private key}
     * @param largest bytes
     * @throws ProviderException when it is missing, too large, not a regular file or open to others; the message names
     *     the file, and the command that mends the permissions
     */
    public static byte[] read(Path file, String kind, int largest) throws ProviderException {
        return GuardedFile.read(file, new Bytes(kind, largest));
    }
}
