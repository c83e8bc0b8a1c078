package io.gatehouse.provider.local.pam;

import io.gatehouse.api.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be true before PAM can be asked. */
final class PamStart {
    private static final Logger LOG = LoggerFactory.getLogger(PamStart.class);
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
    private static final int MOST_THREADS = 64;
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(2);
    private static final Path SHADOW = Path.of("/etc/shadow");
    /** The administrator's folder first, then those of distributions. */
    private static final List<Path> DIRECTORIES = List.of(
            Path.of("/etc/pam.d"), Path.of("/usr/lib/pam.d"), Path.of("/usr/etc/pam.d"), Path.of("/usr/share/pam.d"));

    private PamStart() {}

    /** libpam, when {@code config} can work with it. */
    static LibPam check(PamConfig config) throws ProviderException {
        checkNumbers(config);
        LibPam pam = LibPam.load()
                .orElseThrow(() -> new ProviderException("libpam.so.0 cannot be loaded (install Linux-PAM)"));
        if (config.directory().isPresent() && !pam.hasDirectories()) {
            throw new ProviderException("directory " + config.directory().get()
                    + ": this libpam knows /etc/pam.d only (expected 1.4 or newer)");
        }
        checkService(config);
        if (Files.exists(SHADOW) && !Files.isReadable(SHADOW)) {
            LOG.atInfo()
                    .addKeyValue("file", SHADOW)
                    .log("not readable: passwords that pam_unix keeps cannot be checked, only those of other modules");
        }
        return pam;
    }

    private static void checkNumbers(PamConfig config) throws ProviderException {
        if (config.concurrentVerifications() < 1 || config.concurrentVerifications() > MOST_THREADS) {
            throw new ProviderException("pam.concurrent-verifications " + config.concurrentVerifications()
                    + " (expected 1 to " + MOST_THREADS + ")");
        }
        if (!config.timeout().isPositive() || config.timeout().compareTo(LONGEST_TIMEOUT) > 0) {
            throw new ProviderException(
                    "pam.timeout of " + config.timeout().toMillis() + " ms (expected 1 ms to 2 minutes)");
        }
        if (config.minimumUid() < 0) {
            throw new ProviderException("pam.minimum-uid " + config.minimumUid() + " (expected at least 0)");
        }
    }

    /** Without a file of its own, a service gets the rules of {@code other}, which nobody has thought of. */
    private static void checkService(PamConfig config) throws ProviderException {
        if (!SERVICE.matcher(config.service()).matches()) {
            throw new ProviderException(
                    "pam.service \"" + config.service() + "\" (expected lower case letters, digits, dots, - and _)");
        }
        List<Path> directories = config.directory().map(List::of).orElse(DIRECTORIES);
        if (directories.stream().noneMatch(folder -> Files.isRegularFile(folder.resolve(config.service())))) {
            throw new ProviderException("pam.service \"" + config.service() + "\": "
                    + directories.getFirst().resolve(config.service()) + " does not exist");
        }
    }
}
