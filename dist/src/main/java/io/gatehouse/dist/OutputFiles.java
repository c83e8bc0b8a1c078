package io.gatehouse.dist;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.config.TotpConfig;
import io.gatehouse.jetty.portal.PortalFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files that {@code gatehouse run} writes. */
final class OutputFiles {
    private OutputFiles() {}

    /** Those that it makes once, because they are asked for and not there yet. */
    static Set<Path> toBeMade(Configuration configuration) {
        Set<Path> files = new LinkedHashSet<>();
        configuration.gateway().listener().stream()
                .flatMap(listener -> listener.tls().stream())
                .filter(TlsCheck::isToBeMade)
                .forEach(tls -> {
                    tls.certificate().ifPresent(files::add);
                    tls.key().ifPresent(files::add);
                });
        configuration
                .gateway()
                .auth()
                .paa()
                .map(GatewayConfig.Paa::keys)
                .filter(Files::notExists)
                .ifPresent(files::add);
        configuration
                .gateway()
                .portal()
                .flatMap(PortalConfig::totp)
                .map(TotpConfig::file)
                .filter(Files::notExists)
                .ifPresent(files::add);
        configuration
                .gateway()
                .portal()
                .map(portal -> portal.signing())
                .filter(PortalFiles::isSignerToBeMade)
                .ifPresent(signing -> files.addAll(List.of(signing.certificate(), signing.key())));
        return files;
    }

    /** What keeps it from writing them. */
    static List<String> problems(Configuration configuration) {
        List<String> problems = new ArrayList<>();
        toBeMade(configuration).forEach(file -> problemOfFolder(file).ifPresent(problems::add));
        configuration
                .gateway()
                .acme()
                .flatMap(acme -> problemOfFolder(acme.certificate()))
                .ifPresent(problems::add);
        configuration
                .gateway()
                .audit()
                .file()
                .flatMap(OutputFiles::problemOfAudit)
                .ifPresent(problems::add);
        return problems;
    }

    private static Optional<String> problemOfFolder(Path file) {
        Optional<Path> folder = nearestFolder(file);
        return folder.filter(Files::isDirectory).filter(Files::isWritable).isPresent()
                ? Optional.empty()
                : Optional.of(file + ": cannot be made: "
                        + folder.map(Path::toString).orElse("its folder") + " is no folder that the user "
                        + System.getProperty("user.name") + " may write to");
    }

    private static Optional<String> problemOfAudit(Path file) {
        if (Files.isDirectory(file)) {
            return Optional.of("audit file " + file + " is a folder (expected a file)");
        }
        Path parent = file.toAbsolutePath().getParent();
        boolean writable = Files.exists(file)
                ? Files.isWritable(file)
                : parent != null && Files.isDirectory(parent) && Files.isWritable(parent);
        return writable
                ? Optional.empty()
                : Optional.of("audit file " + file + " cannot be written by the user " + System.getProperty("user.name")
                        + (parent != null && !Files.isDirectory(parent) ? ": there is no folder " + parent : ""));
    }

    /** The folder of a file, or the one in which that would be made. */
    private static Optional<Path> nearestFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        while (folder != null && Files.notExists(folder)) {
            folder = folder.getParent();
        }
        return Optional.ofNullable(folder);
    }
}
