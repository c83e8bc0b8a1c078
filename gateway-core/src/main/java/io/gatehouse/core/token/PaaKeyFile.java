package io.gatehouse.core.token;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.FileFormat;
import io.gatehouse.formats.file.GuardedFile;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The file with the keys, which is read again when it changes: keys are rotated without a restart. Safe for use by many
 * threads.
 */
public final class PaaKeyFile {
    private static final FileFormat<PaaKeys> FORMAT = new Format();

    private final GuardedFile<PaaKeys> file;

    private PaaKeyFile(GuardedFile<PaaKeys> file) {
        this.file = file;
    }

    /**
     * Opens and checks a key file.
     *
     * @throws ProviderException when it is missing, open to others or broken
     */
    public static PaaKeyFile open(Path file, Clock clock) throws ProviderException {
        return new PaaKeyFile(GuardedFile.open(file, FORMAT, clock));
    }

    /** The present keys, or the last good ones while the file is in trouble. */
    public PaaKeys keys() {
        return file.content();
    }

    private static final class Format implements FileFormat<PaaKeys> {
        @Override
        public String kind() {
            return "token key file";
        }

        @Override
        public String remedy() {
            return "make it with: gatehouse token rotate";
        }

        @Override
        public int largest() {
            return 64 * 1024;
        }

        @Override
        public PaaKeys parse(byte[] bytes) throws ProviderException {
            return switch (PaaKeys.parse(bytes)) {
                case Parsed.Valid<PaaKeys>(PaaKeys keys) -> keys;
                case Parsed.Faulty<PaaKeys>(String problem) -> throw new ProviderException(problem);
            };
        }

        @Override
        public boolean looksUnfinished(PaaKeys content) {
            return false; // half a JSON text does not parse
        }
    }
}
