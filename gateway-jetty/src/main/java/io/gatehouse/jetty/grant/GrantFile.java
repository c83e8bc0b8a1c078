package io.gatehouse.jetty.grant;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.formats.file.WholeFile;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps requests and grants over a restart, for the gateway's user alone. Safe for use by many threads. */
public final class GrantFile {
    private static final Logger LOG = LoggerFactory.getLogger(GrantFile.class);
    private static final int LARGEST = 4 << 20;

    private final Path file;
    private volatile boolean unsaved;
    private String told = "";

    GrantFile(Path file) {
        this.file = file;
    }

    /**
     * The content of a file; empty text when there is none.
     *
     * @throws ProviderException when it cannot be read, or others can
     */
    public static String read(Path file) throws ProviderException {
        return Files.notExists(file)
                ? ""
                : new String(SecretFile.read(file, "file of grants", LARGEST), StandardCharsets.UTF_8);
    }

    /** Fills {@code grants} with what was kept. */
    void load(AccessGrants grants) throws GatewayStartException {
        try {
            Optional<String> problem = grants.restore(read(file));
            if (problem.isPresent()) {
                throw new GatewayStartException("[portal.grants] " + file + ": " + problem.get());
            }
        } catch (ProviderException e) {
            throw new GatewayStartException("[portal.grants]: " + e.getMessage(), e);
        }
    }

    /** What is in the file is not what is known. */
    void changed() {
        unsaved = true;
    }

    /** Whether something is to be written still. */
    boolean isUnsaved() {
        return unsaved;
    }

    /** Writes it whole; the reason when it could not be written, else empty text. */
    synchronized String save(AccessGrants grants) {
        unsaved = false;
        try {
            WholeFile.write(
                    file.toAbsolutePath(), grants.text().getBytes(StandardCharsets.UTF_8), FileOwnership.PRIVATE);
            told = "";
            return "";
        } catch (IOException e) {
            unsaved = true;
            if (!told.equals(e.toString())) {
                told = e.toString();
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("reason", told)
                        .log("grants cannot be written; a restart forgets the last change");
            }
            return file + " cannot be written: " + e.getMessage();
        }
    }
}
