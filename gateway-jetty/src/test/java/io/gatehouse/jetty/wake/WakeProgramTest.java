package io.gatehouse.jetty.wake;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.wake.WakeCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that start machines, run for real. */
@Timeout(60)
class WakeProgramTest {
    @TempDir
    Path folder;

    private final WakeProgram programs = new WakeProgram(MonotonicClock.system());

    private String script(String text) throws IOException {
        Path file = folder.resolve("command");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.writeString(file, "#!/bin/sh\n" + text).toString();
    }

    private Optional<String> run(Duration timeout, String... arguments) throws InterruptedException {
        return programs.run(new WakeCommand(List.of(arguments), timeout), Map.of("GATEHOUSE_DESKTOP", "pc"));
    }

    @Test
    void argumentsReachItAsTheyAreAndTheEnvironmentIsItsOwn() throws Exception {
        Path seen = folder.resolve("seen");
        String script = script("printf '%s|' \"$@\" > '" + seen + "'; env >> '" + seen + "'; pwd >> '" + seen + "'\n");
        assertThat(run(Duration.ofSeconds(20), script, "$(touch /x)", "a b", "; reboot"))
                .isEmpty();
        assertThat(Files.readString(seen))
                .startsWith("$(touch /x)|a b|; reboot|")
                .contains("GATEHOUSE_DESKTOP=pc\n", "LANG=C.UTF-8\n")
                .doesNotContain("HOME=", "JAVA_HOME", "MAVEN")
                .endsWith("\n/\n");
    }

    @Test
    void itEndsWithItsTimeAndItsOutputIsBounded() throws Exception {
        String endless = script("while :; do echo 0123456789; done\n");
        Optional<String> why = run(Duration.ofSeconds(1), endless);
        assertThat(why).get().asString().contains("was killed after 1 s (wake-command-timeout): 0123456789");
        assertThat(why.orElseThrow().length()).isLessThan(600);
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .noneMatch(child -> child.info().commandLine().orElse("").contains(endless));
    }

    @Test
    void whatFailsSaysWhy() throws Exception {
        assertThat(run(Duration.ofSeconds(20), script("echo no such instance >&2; exit 3\n")))
                .hasValueSatisfying(why -> assertThat(why).endsWith("ended with 3: no such instance"));
        assertThat(run(Duration.ofSeconds(20), "/nowhere/program"))
                .hasValueSatisfying(why -> assertThat(why).startsWith("/nowhere/program cannot be run: "));
    }
}
