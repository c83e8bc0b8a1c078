package io.gatehouse.jetty.admin;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.formats.file.WholeFile;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps blocked users over a restart, where the configuration names a file for that. Safe for use by many threads.
 */
public final class BlockFile {
    private static final Logger LOG = LoggerFactory.getLogger(BlockFile.class);
    private static final int LARGEST = 16 << 20;

    private final Optional<Path> file;

    /** Keeps them in {@code file}; without one they are forgotten. */
    public BlockFile(Optional<Path> file) {
        this.file = file;
    }

    /**
     * What was kept.
     *
     * @throws GatewayStartException when the file cannot be read: without it the gateway would let blocked users in
     */
    public List<UserBlocks.Block> load() throws GatewayStartException {
        if (file.isEmpty() || Files.notExists(file.get())) {
            return List.of();
        }
        try {
            byte[] content = SecretFile.read(file.get(), "file of blocked users", LARGEST);
            return switch (UserBlocks.parse(new String(content, StandardCharsets.UTF_8))) {
                case Parsed.Valid<List<UserBlocks.Block>>(List<UserBlocks.Block> blocks) -> blocks;
                case Parsed.Faulty<List<UserBlocks.Block>>(String problem) ->
                    throw new GatewayStartException("[admin] blocks " + file.get() + ": " + problem);
            };
        } catch (ProviderException e) {
            throw new GatewayStartException("[admin]: " + e.getMessage(), e);
        }
    }

    /** Whether there is a file that keeps them. */
    boolean isConfigured() {
        return file.isPresent();
    }

    /** Writes the blocks that last, where there is a file for them; the reason when they could not be written. */
    synchronized Optional<String> save(UserBlocks blocks) {
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            WholeFile.write(
                    file.get().toAbsolutePath(),
                    UserBlocks.text(blocks.all()).getBytes(StandardCharsets.UTF_8),
                    FileOwnership.PRIVATE);
            return Optional.empty();
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("file", file.get())
                    .addKeyValue("reason", e.toString())
                    .log("blocked users cannot be written; a restart forgets the last change");
            return Optional.of(file.get() + " cannot be written: " + e.getMessage());
        }
    }
}
