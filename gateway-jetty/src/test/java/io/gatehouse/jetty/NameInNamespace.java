package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Metrics;
import io.gatehouse.core.config.ConfigurationLoader;
import java.nio.file.Path;
import java.time.Clock;

/** Without a name in the configuration, on a machine whose own name no resolver knows. */
final class NameInNamespace {
    private NameInNamespace() {}

    public static void main(String[] arguments) {
        String text = """
                [[listener]]
                address = "127.0.0.1:0"
                [auth]
                order = ["local"]
                [auth.local]
                accounts = "accounts"
                """;
        if (!(ConfigurationLoader.load(text, Path.of("/etc/gatehouse"), Providers.installed())
                instanceof ConfigurationLoader.Loaded loaded)) {
            throw new AssertionError("not loaded");
        }
        assertThat(Gateway.providerContext(loaded.configuration(), Clock.systemUTC(), Metrics.NONE)
                        .serverName())
                .isEqualTo("nobody-knows-it");
        System.out.println("all is well");
    }
}
