package io.gatehouse.formats.keytab;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.FileFormat;
import io.gatehouse.formats.file.GuardedFile;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a keytab file as {@code ktutil}, {@code kadmin}, {@code ktpass}, {@code msktutil} and {@code samba-tool}
 * write it (format 0x0502). It is a {@link GuardedFile}: who may touch it is checked, a change is seen at once, and a
 * broken one leaves the last good keys in place. Safe for use by many threads.
 */
public final class KeytabFile {
    static final int LARGEST_FILE = 1 << 20;
    private static final KeytabFormat FORMAT = new KeytabFormat();

    private final GuardedFile<List<KeytabKey>> file;

    private record KeytabFormat() implements FileFormat<List<KeytabKey>> {
        @Override
        public String kind() {
            return "keytab";
        }

        @Override
        public String remedy() {
            return "export it with ktpass, samba-tool domain exportkeytab or kadmin ktadd";
        }

        @Override
        public int largest() {
            return LARGEST_FILE;
        }

        @Override
        public List<KeytabKey> parse(byte[] bytes) throws ProviderException {
            return KeytabParser.parse(bytes);
        }

        @Override
        public boolean looksUnfinished(List<KeytabKey> content) {
            return content.isEmpty();
        }
    }

    private KeytabFile(GuardedFile<List<KeytabKey>> file) {
        this.file = file;
    }

    /**
     * Opens and checks a keytab; it may hold no key at all.
     *
     * @throws ProviderException when it is missing, not a regular file, open to others, or breaks the format; the
     *     message says where, or tells the command that mends the permissions
     */
    public static KeytabFile open(Path file) throws ProviderException {
        return new KeytabFile(GuardedFile.open(file, FORMAT, Clock.systemUTC()));
    }

    /**
     * All keys in the file's order; the very same list until the file changes. Touches the disk, so it may block for a
     * moment.
     */
    public List<KeytabKey> keys() {
        return file.content();
    }

    /** Why the file's present content is not the one that is served; empty when all is well. */
    public Optional<String> problem() {
        return file.problem();
    }
}
