package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.formats.file.SecretFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command reaches the admin API of a running gateway: by the socket of the configuration, or by a URL. */
final class AdminOption {
    private static final int LARGEST_TOKEN = 1024;

    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "the admin API of another machine, for example https://gw.example.com:9116; needs --token-file")
    private @Nullable URI url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "a file with a token of gatehouse admin-token, mode 600")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM: the certificates to trust at --url, if the system does not know them")
    private @Nullable Path authorities;

    @Option(names = "--json", description = "prints the answer of the API as it is (JSON)")
    private boolean json;

    boolean json() {
        return json;
    }

    /** Whether it is that of another machine, whose configuration is not here. */
    boolean isRemote() {
        return url != null;
    }

    /** The file of the configuration. */
    Path file(World world) throws CommandException {
        return configuration.file(world);
    }

    /** The API that the options name. */
    AdminApi api(World world, java.io.PrintWriter err) throws CommandException {
        Optional<String> token = tokenFile == null ? Optional.empty() : Optional.of(token(tokenFile));
        if (url != null) {
            return AdminApi.at(
                    url,
                    token.orElseThrow(() -> CommandException.wrong("--url needs --token-file")),
                    Optional.ofNullable(authorities));
        }
        Path file = configuration.file(world);
        Path socket = ConfigurationFile.load(file, err)
                .gateway()
                .admin()
                .flatMap(AdminConfig::socket)
                .orElseThrow(() -> CommandException.wrong(
                        file + ": there is no [admin] socket; add it and restart the gateway, or use --url"));
        return AdminApi.at(socket, token);
    }

    private static String token(Path file) throws CommandException {
        try {
            return new String(SecretFile.read(file, "token file", LARGEST_TOKEN), StandardCharsets.UTF_8).strip();
        } catch (ProviderException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()));
        }
    }
}
