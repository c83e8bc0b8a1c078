package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.token.PaaKeyFile;
import io.gatehouse.core.token.PaaKeys;
import io.gatehouse.formats.file.FileOwnership;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

/** The file with the keys of the gateway's tokens. */
final class TokenKeys {
    private TokenKeys() {}

    /** {@code [auth.paa]} of a configuration that takes tokens. */
    static Paa settings(Configuration configuration) throws CommandException {
        return configuration
                .gateway()
                .auth()
                .paa()
                .orElseThrow(() -> CommandException.wrong("the configuration has no [auth.paa]: it takes no tokens"));
    }

    /** What is wrong with a file that is there. */
    static Optional<String> problem(Configuration configuration, Clock clock) {
        Optional<Path> file =
                configuration.gateway().auth().paa().map(Paa::keys).filter(Files::exists);
        try {
            if (file.isPresent()) {
                PaaKeyFile.open(file.get(), clock);
            }
            return Optional.empty();
        } catch (ProviderException exception) {
            return Optional.of("[auth.paa]: " + exception.getMessage());
        }
    }

    /** Makes a file that is asked for and not there yet. */
    static void makeIfMissing(Configuration configuration, PrintWriter err) throws CommandException {
        Optional<Path> file =
                configuration.gateway().auth().paa().map(Paa::keys).filter(Files::notExists);
        if (file.isPresent()) {
            write(file.get(), PaaKeys.generate(PaaKeys.Algorithm.HS256, new SecureRandom()));
            err.println("made a key for tokens: " + file.get());
            err.flush();
        }
    }

    static PaaKeys read(Path file, Clock clock) throws CommandException {
        try {
            return PaaKeyFile.open(file, clock).keys();
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    static void write(Path file, PaaKeys keys) throws CommandException {
        try {
            PrivateFiles.write(file, keys.json(), FileOwnership.ofSecret(file));
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        } catch (IOException exception) {
            throw FileFailure.whileWriting(file, exception);
        }
    }
}
