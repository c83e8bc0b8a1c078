package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.testkit.process.RequiredTools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alert rules that come with the gateway. */
class MonitoringFilesTest {
    private static final Path SHIPPED = Path.of("src", "main", "tarball", "monitoring");
    private static final Path RULES = SHIPPED.resolve("gatehouse-alerts.yml");
    private static final Path TESTS = Path.of("src", "test", "resources", "monitoring", "gatehouse-alerts-test.yml");
    private static final Pattern METRIC = Pattern.compile("\\b(?:gatehouse|process|jvm)_[a-z_]+[a-z]");

    @TempDir
    private Path folder;

    private String promtool(String... arguments) throws Exception {
        RequiredTools.assume("promtool");
        Files.copy(RULES, folder.resolve(RULES.getFileName()));
        Files.copy(TESTS, folder.resolve(TESTS.getFileName()));
        Files.copy(SHIPPED.resolve("prometheus.yml"), folder.resolve("prometheus.yml"));
        Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments))
                        .toList())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        return told;
    }

    @Test
    void prometheusTakesTheRulesAndTheConfiguration() throws Exception {
        assertThat(promtool("check", "config", "prometheus.yml")).contains("SUCCESS: " + alerts().size() + " rules");
    }

    @Test
    void alertsFireWhenTheyShouldAndOnlyThen() throws Exception {
        assertThat(promtool("test", "rules", "gatehouse-alerts-test.yml")).contains("SUCCESS");
    }

    private static Set<String> alerts() throws Exception {
        return found(Pattern.compile("(?m)^ *- alert: (\\w+)"), Files.readString(RULES));
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> all = new TreeSet<>();
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            all.add(matcher.group(matcher.groupCount()));
        }
        return all;
    }

    @Test
    void eachAlertIsTestedBothWaysAndExplained() throws Exception {
        String tests = Files.readString(TESTS);
        assertThat(found(Pattern.compile("name: (\\w+) fires"), tests)).isEqualTo(alerts());
        assertThat(found(Pattern.compile("name: (\\w+) does not fire"), tests)).isEqualTo(alerts());
        String page = Files.readString(Path.of("..", "docs", "monitoring.md"));
        assertThat(found(Pattern.compile("(?m)^\\| `(Gatehouse\\w+)` \\|"), page))
                .isEqualTo(alerts());
    }

    @Test
    void dashboardAndRulesKnowOnlyMetricsThatThereAre() throws Exception {
        Set<String> documented = found(METRIC, Files.readString(Path.of("..", "docs", "metrics.md")));
        String dashboard = Files.readString(SHIPPED.resolve("gatehouse-dashboard.json"));
        assertThat(JSONObjectUtils.parse(dashboard)).containsEntry("uid", "gatehouse");
        Set<String> used = found(METRIC, dashboard + Files.readString(RULES));
        used.removeIf(name -> documented.contains(name.replaceAll("_(bucket|sum|count)$", "")));
        used.removeAll(documented);
        assertThat(used).isEmpty();
    }
}
