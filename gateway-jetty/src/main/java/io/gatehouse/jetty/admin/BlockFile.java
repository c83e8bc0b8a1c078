package io.gatehouse.jetty.admin;

import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.StateFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Keeps blocked users over a restart, where the configuration names a file for that. Safe for use by many threads.
 */
public final class BlockFile {
    private static final int LARGEST = 16 << 20;

    private final Optional<StateFile> file;

    /** Keeps them in {@code file}; without one they are forgotten. */
    public BlockFile(Optional<Path> file) {
        this.file = file.map(path -> new StateFile(path, "blocked users", LARGEST));
    }

    /**
     * Fills {@code blocks} with what was kept.
     *
     * @throws GatewayStartException when the file cannot be read: without it the gateway would let blocked users in
     */
    public void load(UserBlocks blocks) throws GatewayStartException {
        if (file.isPresent()) {
            file.get().load("[admin] blocks", text -> restore(blocks, text));
        }
    }

    private static Optional<String> restore(UserBlocks blocks, String text) {
        return switch (UserBlocks.parse(text)) {
            case Parsed.Faulty<List<UserBlocks.Block>>(String problem) -> Optional.of(problem);
            case Parsed.Valid<List<UserBlocks.Block>>(List<UserBlocks.Block> kept) -> {
                blocks.restore(kept);
                yield Optional.empty();
            }
        };
    }

    /** Whether there is a file that keeps them. */
    boolean isConfigured() {
        return file.isPresent();
    }

    /** Writes the blocks that last, where there is a file for them; the reason when they could not be written. */
    Optional<String> save(UserBlocks blocks) {
        return file.map(kept -> kept.save(() -> UserBlocks.text(blocks.all()))).filter(problem -> !problem.isEmpty());
    }
}
