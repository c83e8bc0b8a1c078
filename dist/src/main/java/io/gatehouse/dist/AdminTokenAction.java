package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.admin.AdminTokenFile;
import io.gatehouse.core.admin.AdminTokens;
import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.formats.file.FileOwnership;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An action on the file of the tokens of the admin API. */
abstract class AdminTokenAction extends ConfiguredAction {
    AdminTokenAction(World world) {
        super(world);
    }

    /** The file that the configuration names. */
    final Path tokenFile() throws CommandException {
        Path configuration = file();
        return ConfigurationFile.load(configuration, err())
                .gateway()
                .admin()
                .flatMap(AdminConfig::tokens)
                .orElseThrow(() -> CommandException.wrong(configuration
                        + ": there is no [admin] tokens (expected a file, such as tokens = \"admin-tokens\")"));
    }

    /** What stands in it; nothing when it is not there yet. */
    final AdminTokens read(Path file) throws CommandException {
        if (Files.notExists(file)) {
            return AdminTokens.NONE;
        }
        try {
            return AdminTokenFile.open(file, world().clock()).tokens();
        } catch (ProviderException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()));
        }
    }

    /** Writes it as a whole, for the user of the service when root does so. */
    final void write(Path file, AdminTokens tokens) throws CommandException, IOException {
        try {
            PrivateFiles.write(file, tokens.text().getBytes(StandardCharsets.UTF_8), FileOwnership.ofSecret(file));
        } catch (ProviderException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()));
        }
    }
}
