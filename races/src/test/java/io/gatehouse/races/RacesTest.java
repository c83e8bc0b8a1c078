package io.gatehouse.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets jcstress look for outcomes that must not be: for seconds in every run, and for minutes with
 * {@code ./test --races}.
 */
class RacesTest {
    @TempDir
    private Path folder;

    @Test
    @Timeout(600) // half a minute on an idle machine, most of which is its search for what this machine can do
    void noForbiddenOutcomeIsSeenInSeconds() throws Exception {
        assertNothingForbidden(
                "-f",
                "1",
                "-fsm",
                "1",
                "-iters",
                "1",
                "-time",
                "200",
                "-sc",
                "false",
                "-af",
                "NONE",
                "-jvmArgs",
                "-ea");
    }

    @Test
    @Tag("races")
    void noForbiddenOutcomeIsSeenInMinutes() throws Exception {
        assertNothingForbidden("-m", "default");
    }

    private void assertNothingForbidden(String... options) throws Exception {
        Path report = folder.resolve("report.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-r",
                folder.resolve("results").toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start();
        try {
            int code = process.waitFor();
            String text = Files.readString(report, StandardCharsets.ISO_8859_1);
            assertThat(text).contains("All remaining tests: 10 matching test results.");
            assertThat(code).as(text).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }
}
