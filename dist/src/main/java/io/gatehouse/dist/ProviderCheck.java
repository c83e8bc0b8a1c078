package io.gatehouse.dist;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.Configuration;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes every configured provider once, to learn whether it can be made. */
final class ProviderCheck {
    private ProviderCheck() {}

    /** One sentence for each provider of {@code configuration} that cannot be made. */
    static List<String> problems(
            Configuration configuration, Map<String, AuthProviderFactory<?>> installed, Clock clock) {
        String serverName = configuration.gateway().server().name().orElse("localhost");
        ProviderContext context = new ProviderContext(clock, new SecureRandom(), serverName);
        List<String> problems = new ArrayList<>();
        configuration.providers().forEach((name, table) -> {
            AuthProviderFactory<?> factory = installed.get(name);
            if (factory == null) {
                problems.add("auth." + name + ": no such provider is installed");
                return;
            }
            try (AuthProvider provider = create(factory, table, context)) {
                if (provider.mechanisms().isEmpty()) {
                    problems.add("auth." + name + ": offers no way to sign in");
                }
            } catch (ProviderException exception) {
                problems.add("auth." + name + ": " + exception.getMessage());
            }
        });
        return problems;
    }

    private static <C extends Record> AuthProvider create(
            AuthProviderFactory<C> factory, Record table, ProviderContext context) throws ProviderException {
        return factory.create(factory.configType().cast(table), context);
    }
}
