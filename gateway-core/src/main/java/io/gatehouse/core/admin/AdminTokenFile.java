package io.gatehouse.core.admin;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.FileFormat;
import io.gatehouse.formats.file.GuardedFile;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The file with the tokens of the admin API, which is read again when it changes: a token that is removed ends at once.
 * Safe for use by many threads.
 */
public final class AdminTokenFile {
    private static final FileFormat<AdminTokens> FORMAT = new Format();

    private final GuardedFile<AdminTokens> file;

    private AdminTokenFile(GuardedFile<AdminTokens> file) {
        this.file = file;
    }

    /**
     * Opens and checks a file.
     *
     * @throws ProviderException when it is missing, open to others or broken
     */
    public static AdminTokenFile open(Path file, Clock clock) throws ProviderException {
        return new AdminTokenFile(GuardedFile.open(file, FORMAT, clock));
    }

    /**
     * The present tokens; none while the file is broken, missing or open to others: a removed token must not come back.
     */
    public AdminTokens tokens() {
        return file.problem().isPresent() ? AdminTokens.NONE : file.content();
    }

    private static final class Format implements FileFormat<AdminTokens> {
        @Override
        public String kind() {
            return "admin token file";
        }

        @Override
        public String remedy() {
            return "make it with: gatehouse admin-token add NAME --role viewer";
        }

        @Override
        public int largest() {
            return 256 * 1024;
        }

        @Override
        public AdminTokens parse(byte[] bytes) throws ProviderException {
            return switch (AdminTokens.parse(bytes)) {
                case Parsed.Valid<AdminTokens>(AdminTokens tokens) -> tokens;
                case Parsed.Faulty<AdminTokens>(String problem) -> throw new ProviderException(problem);
            };
        }

        @Override
        public boolean looksUnfinished(AdminTokens content) {
            return false; // fewer tokens than there were open nothing
        }
    }
}
