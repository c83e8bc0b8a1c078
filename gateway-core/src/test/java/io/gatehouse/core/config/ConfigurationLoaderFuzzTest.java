package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.core.config.ConfigurationLoader.Invalid;
import io.gatehouse.core.config.ConfigurationLoader.Loaded;
import java.nio.charset.StandardCharsets;

/** Whatever the file holds, the loader answers; and what it accepts it can print, load again and apply. */
class ConfigurationLoaderFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void anyTextIsLoadedOrInvalid(byte[] bytes) {
        switch (ConfigurationLoaderTest.load(new String(bytes, StandardCharsets.UTF_8))) {
            case Invalid(var problems) -> {
                assertThat(problems).isNotEmpty();
                assertThat(problems)
                        .allSatisfy(problem -> assertThat(problem.toString()).doesNotContain("\n"));
            }
            case Loaded(Configuration configuration, var _) -> {
                assertThat(configuration.policyRules())
                        .hasSameSizeAs(configuration.gateway().policy().rule());
                String printed = EffectiveConfiguration.print(configuration);
                if (!printed.contains("(secret of ")) {
                    assertThat(ConfigurationLoaderTest.load(printed))
                            .isInstanceOfSatisfying(
                                    Loaded.class,
                                    again -> assertThat(again.configuration()).isEqualTo(configuration));
                }
            }
        }
    }
}
