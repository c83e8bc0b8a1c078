package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code [log]}. */
class LogConfigTest {
    private static final String REST = """
            [[listener]]
            address = "127.0.0.1:0"
            [auth]
            order = []
            [auth.paa]
            """;

    @TempDir
    private Path folder;

    private ConfigurationLoader.Result load(String log) throws Exception {
        return ConfigurationLoader.load(Files.writeString(folder.resolve("gatehouse.toml"), REST + log), Map.of());
    }

    private List<String> problems(String log) throws Exception {
        return switch (load(log)) {
            case ConfigurationLoader.Invalid(List<Problem> problems) ->
                problems.stream().map(Problem::toString).toList();
            case ConfigurationLoader.Loaded _ -> List.of();
        };
    }

    @Test
    void infoAsTextIsTheDefault() throws Exception {
        assertThat(load(""))
                .isInstanceOfSatisfying(
                        ConfigurationLoader.Loaded.class,
                        loaded -> assertThat(loaded.configuration().gateway().log())
                                .isEqualTo(new LogConfig(LogConfig.Level.INFO, LogConfig.Format.TEXT, List.of())));
    }

    /** Jetty's parser writes the Authorization header at DEBUG. */
    @Test
    void noLibraryHasDebug() throws Exception {
        assertThat(problems("""
                [[log.logger]]
                name = "org.eclipse.jetty.http"
                level = "debug"
                """)).singleElement().asString().contains("log.logger[0].level", "passwords and tokens");
        assertThat(problems("""
                [[log.logger]]
                name = "io.gatehousesitter"
                level = "debug"
                """)).hasSize(1);
        assertThat(problems("""
                [[log.logger]]
                name = "org.eclipse.jetty"
                level = "info"
                [[log.logger]]
                name = "io.gatehouse.jetty"
                level = "debug"
                """)).isEmpty();
    }

    @Test
    void aNameIsThatOfALoggerAndStandsThereOnce() throws Exception {
        assertThat(problems("""
                [[log.logger]]
                name = "not a name"
                level = "info"
                """)).singleElement().asString().contains("expected a package or class");
        assertThat(problems("""
                [[log.logger]]
                name = "io.gatehouse"
                level = "info"
                [[log.logger]]
                name = "io.gatehouse"
                level = "warn"
                """)).singleElement().asString().contains("named twice");
    }
}
