package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.jetty.Providers;
import java.nio.file.Path;

/** Configurations of the examples, which have no problem and cause no warning. */
final class GoodConfiguration {
    private GoodConfiguration() {}

    static GatewayConfig of(Path file) {
        return switch (ConfigurationLoader.load(file, Providers.installed())) {
            case ConfigurationLoader.Loaded(Configuration good, var warnings) -> {
                assertThat(warnings).isEmpty();
                yield good.gateway();
            }
            case ConfigurationLoader.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }
}
