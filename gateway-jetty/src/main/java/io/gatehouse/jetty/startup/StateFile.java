package io.gatehouse.jetty.startup;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.formats.file.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps something over a restart, for the gateway's user alone. It is written whole, beside the file and renamed over
 * it. Safe for use by many threads.
 */
public final class StateFile {
    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);

    private final Path file;
    private final String what;
    private final int largest;
    private final AtomicBoolean saving = new AtomicBoolean();
    private String told = "";

    /**
     * A file.
     *
     * @param what is kept, in words for messages
     * @param largest bytes that it has at most
     */
    public StateFile(Path file, String what, int largest) {
        this.file = file;
        this.what = what;
        this.largest = largest;
    }

    /**
     * The content; empty text when there is no such file.
     *
     * @throws ProviderException when it cannot be read, or others can
     */
    public String read() throws ProviderException {
        return Files.notExists(file)
                ? ""
                : new String(SecretFile.read(file, "file of " + what, largest), StandardCharsets.UTF_8);
    }

    /**
     * Takes up what was kept.
     *
     * @param table of the configuration, for messages
     * @param restore takes the content, and says what is wrong with it
     * @throws GatewayStartException when the file cannot be read, or has something else
     */
    public void load(String table, Function<String, Optional<String>> restore) throws GatewayStartException {
        try {
            Optional<String> problem = restore.apply(read());
            if (problem.isPresent()) {
                throw new GatewayStartException(table + " " + file + ": " + problem.get());
            }
        } catch (ProviderException e) {
            throw new GatewayStartException(table + ": " + e.getMessage(), e);
        }
    }

    /** Lets {@code executor} do {@code save}; whether it does: not while the last one goes on, or the gateway stops. */
    public boolean saveBehind(Executor executor, Runnable save) {
        if (!saving.compareAndSet(false, true)) {
            return false;
        }
        try {
            executor.execute(() -> {
                try {
                    save.run();
                } finally {
                    saving.set(false);
                }
            });
            return true;
        } catch (RejectedExecutionException _) { // the gateway stops
            saving.set(false);
            return false;
        }
    }

    /** Writes the content of now; the reason when it could not be written, else empty text. */
    public synchronized String save(Supplier<String> content) {
        try {
            byte[] bytes = content.get().getBytes(StandardCharsets.UTF_8);
            if (bytes.length > largest) {
                throw new IOException(bytes.length + " bytes (expected at most " + largest + ")");
            }
            WholeFile.write(file.toAbsolutePath(), bytes, FileOwnership.PRIVATE);
            told = "";
            return "";
        } catch (IOException e) {
            if (!told.equals(e.toString())) {
                told = e.toString();
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("what", what)
                        .addKeyValue("reason", told)
                        .log("a state file cannot be written; a restart forgets the last change");
            }
            return file + " cannot be written: " + e.getMessage();
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
