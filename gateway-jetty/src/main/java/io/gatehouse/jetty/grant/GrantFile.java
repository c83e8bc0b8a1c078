package io.gatehouse.jetty.grant;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.StateFile;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps requests and grants over a restart, for the gateway's user alone. Safe for use by many threads. */
public final class GrantFile {
    private static final int LARGEST = 4 << 20;

    private final StateFile file;
    private volatile boolean unsaved;

    GrantFile(Path file) {
        this.file = at(file);
    }

    private static StateFile at(Path file) {
        return new StateFile(file, "grants", LARGEST);
    }

    /**
     * The content of a file; empty text when there is none.
     *
     * @throws ProviderException when it cannot be read, or others can
     */
    public static String read(Path file) throws ProviderException {
        return at(file).read();
    }

    /** Fills {@code grants} with what was kept. */
    void load(AccessGrants grants) throws GatewayStartException {
        try {
            Optional<String> problem = grants.restore(file.read());
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
        String keepError = file.save(grants::text);
        if (!keepError.isEmpty()) {
            unsaved = true;
        }
        return keepError;
    }
}
