package io.gatehouse.jetty.startup;

import io.gatehouse.core.config.AcmeConfig;
import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.DeviceTicketsConfig;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.GrantsConfig;
import io.gatehouse.core.config.PortalConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who owns the state on the disk: one gateway at a time, from before it writes anything until it has ended. Each
 * file that a gateway keeps for itself has a lock beside it; of two gateways with one such file, the second does not
 * start.
 */
public final class StateOwner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateOwner.class);

    /** By the file of the state, as the configuration names it. */
    private final Map<Path, StateLock> locks = new LinkedHashMap<>();

    private StateOwner() {}

    /** Owns nothing: for a gateway that is put together and not started. */
    public static StateOwner ofNothing() {
        return new StateOwner();
    }

    /**
     * Locks every file that a gateway with {@code configuration} keeps for itself. A file that cannot be locked, on a
     * disk that cannot be written or has no locks, is used without.
     *
     * @throws GatewayStartException when another gateway uses one of them
     */
    public static StateOwner of(Configuration configuration) throws GatewayStartException {
        StateOwner owner = new StateOwner();
        try {
            for (Map.Entry<Path, Path> file : files(configuration.gateway()).entrySet()) {
                owner.lock(file.getKey(), file.getValue());
            }
            return owner;
        } catch (GatewayStartException e) {
            owner.close();
            throw e;
        }
    }

    /** The files, each with its lock. That of {@code [portal.totp]} has one of its own: commands change it, too. */
    private static Map<Path, Path> files(GatewayConfig gateway) {
        Map<Path, Path> files = new LinkedHashMap<>();
        gateway.audit()
                .file()
                .filter(file -> Files.notExists(file) || Files.isRegularFile(file)) // no pipe or device
                .ifPresent(file -> files.put(file, beside(file, ".lock")));
        gateway.auth()
                .paa()
                .map(GatewayConfig.Paa::keys)
                .ifPresent(keys -> files.put(keys, beside(keys, ".used-tokens.lock")));
        gateway.portal()
                .flatMap(PortalConfig::grants)
                .map(GrantsConfig::file)
                .ifPresent(file -> files.put(file, beside(file, ".lock")));
        gateway.portal()
                .flatMap(PortalConfig::deviceTickets)
                .map(DeviceTicketsConfig::file)
                .ifPresent(file -> files.put(file, beside(file, ".lock")));
        gateway.admin().flatMap(AdminConfig::blocks).ifPresent(file -> files.put(file, beside(file, ".lock")));
        gateway.acme().map(AcmeConfig::state).ifPresent(folder -> files.put(folder, folder.resolve("lock")));
        return files;
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private void lock(Path file, Path lockFile) throws GatewayStartException {
        try {
            Path folder = lockFile.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Optional<StateLock> locked = StateLock.tryLock(lockFile);
            locks.put(
                    file,
                    locked.orElseThrow(() -> new GatewayStartException("another gateway that runs uses " + file
                            + " (it has locked " + lockFile + "): stop it first, or give each gateway files of its own"
                            + " in its configuration")));
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", lockFile)
                    .addKeyValue("reason", e.toString())
                    .log("a file of the gateway cannot be locked; a second gateway that uses it would not be noticed");
        }
    }

    /** The lock of {@code file}, as the configuration names it; nothing when it could not be locked. */
    public Optional<StateLock> lockOf(Path file) {
        return Optional.ofNullable(locks.get(file));
    }

    /** Lets the next gateway start; the second call does nothing. */
    @Override
    public void close() {
        for (Map.Entry<Path, StateLock> each : locks.entrySet()) {
            try {
                each.getValue().close();
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("file", each.getKey()).setCause(e).log("the lock of a file was not closed");
            }
        }
    }
}
