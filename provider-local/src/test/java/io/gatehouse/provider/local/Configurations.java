package io.gatehouse.provider.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Tables {@code [auth.local]} for tests. */
final class Configurations {
    private Configurations() {}

    /** The account file only. */
    static LocalConfig accounts(Path file, int concurrentVerifications) {
        return new LocalConfig(List.of(RealmKind.ACCOUNTS), file, concurrentVerifications, Optional.empty());
    }
}
