package io.gatehouse.jetty.grant;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.StateFile;
import java.nio.file.Path;
import java.util.concurrent.Executor;

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
        file.load("[portal.grants]", grants::restore);
    }

    /** What is in the file is not what is known. */
    void changed() {
        unsaved = true;
    }

    /** Lets {@code executor} write it, if something is to be written still. */
    void saveBehind(AccessGrants grants, Executor executor) {
        if (unsaved) {
            var _ = file.saveBehind(executor, () -> {
                var _ = save(grants); // it logs why it could not; the next round tries again
            });
        }
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
