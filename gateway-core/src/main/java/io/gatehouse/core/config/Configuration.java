package io.gatehouse.core.config;

import io.gatehouse.core.policy.PolicyRule;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration without known problems.
 *
 * @param gateway everything but the providers' tables
 * @param providers the providers that are on, by name, in {@code auth.order}; each with its table bound to its record
 * @param directory the file's directory, absolute; paths are resolved against it already
 */
public record Configuration(GatewayConfig gateway, Map<String, Record> providers, Path directory) {
    public Configuration {
        providers = Collections.unmodifiableMap(new LinkedHashMap<>(providers));
    }

    /** The rules of {@code [[policy.rule]]}, ready to be applied. */
    public List<PolicyRule> policyRules() {
        return RuleCompiler.compile(gateway.policy().rule());
    }
}
