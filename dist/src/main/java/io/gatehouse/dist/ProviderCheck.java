package io.gatehouse.dist;

import io.gatehouse.api.Metrics;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.Providers;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes every configured provider once, to learn whether it can be made. */
final class ProviderCheck {
    private ProviderCheck() {}

    /** One sentence for each provider of {@code configuration} that cannot be made. */
    static List<String> problems(Configuration configuration, Clock clock) {
        List<String> problems = new ArrayList<>();
        configuration.providers().forEach((name, table) -> {
            try {
                Providers.create(Map.of(name, table), Gateway.providerContext(configuration, clock, Metrics.NONE))
                        .close();
            } catch (GatewayStartException exception) {
                problems.add(String.valueOf(exception.getMessage()));
            }
        });
        return problems;
    }
}
