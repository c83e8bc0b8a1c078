package io.gatehouse.jetty.wake;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.wake.WakeCommand;
import io.gatehouse.jetty.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
        return programs.run(
                new WakeCommand(List.of(arguments), timeout),
                new WakeProgram.Order("alice", Duration.ofSeconds(20), () -> true, Map.of("GATEHOUSE_DESKTOP", "pc")));
    }

    /** The process whose number a command wrote into a file, as soon as it is there. */
    private static ProcessHandle process(Path file) throws Exception {
        Await.until(
                "a number", () -> Files.exists(file) && Files.readString(file).endsWith("\n"));
        return ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).orElseThrow();
    }

    /** Whether it runs: one that is dead and was not fetched by its parent has no command line any more. */
    private static boolean runs(ProcessHandle process) throws IOException {
        try {
            return Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), "cmdline")).length > 0;
        } catch (NoSuchFileException gone) {
            return false;
        }
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
    void itEndsWithItsTime() throws Exception {
        String endless = script("while :; do echo 0123456789; done\n");
        Optional<String> why = run(Duration.ofSeconds(1), endless);
        assertThat(why).get().asString().contains("was killed after 1 s (wake-command-timeout): 0123456789");
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .noneMatch(child -> child.info().commandLine().orElse("").contains(endless));
    }

    @Test
    void onlyTheFirst4096BytesOfItsOutputAreKept() throws Exception {
        assertThat(run(Duration.ofSeconds(20), script("printf '%4090sabcdefghi' ' '; exit 1\n")))
                .hasValueSatisfying(why -> assertThat(why).endsWith("ended with 1: abcdef"));
    }

    /** It writes into a pipe that nobody reads any more. */
    @Test
    void aTalkativeProgramInTheBackgroundFillsNoMemory() throws Exception {
        Path number = folder.resolve("number");
        assertThat(run(Duration.ofSeconds(20), script("yes &\necho $! > " + number + "\n")))
                .isEmpty();
        ProcessHandle background = process(number);
        try {
            Await.until("its end", () -> !runs(background));
        } finally {
            background.destroyForcibly();
        }
    }

    @Test
    void theEndOfItsTimeEndsWhatItPutIntoTheBackground() throws Exception {
        Path number = folder.resolve("number");
        String script = script("(setsid sh -c 'echo $$ > " + number + "; exec sleep 300' &)\nsleep 300\n");
        assertThat(run(Duration.ofSeconds(1), script)).get().asString().contains("was killed after 1 s");
        ProcessHandle background = process(number);
        try {
            Await.until("its end", () -> !runs(background));
        } finally {
            background.destroyForcibly();
        }
    }

    /** What starts virtual machines may be such a program. */
    @Test
    void whatACommandThatSucceedsLeavesInTheBackgroundGoesOn() throws Exception {
        Path number = folder.resolve("number");
        assertThat(run(Duration.ofSeconds(20), script("sleep 300 > /dev/null 2>&1 &\necho $! > " + number + "\n")))
                .isEmpty();
        ProcessHandle background = process(number);
        try {
            assertThat(runs(background)).isTrue();
        } finally {
            background.destroyForcibly();
        }
    }

    @Test
    void theEndOfTheGatewayEndsIt() throws Exception {
        Path number = folder.resolve("number");
        String script = script("echo $$ > " + number + "\nexec sleep 300\n");
        CompletableFuture<Optional<String>> why = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                why.complete(run(Duration.ofMinutes(5), script));
            } catch (InterruptedException e) {
                why.completeExceptionally(e);
            }
        });
        ProcessHandle running = process(number);
        programs.close();
        assertThat(runs(running)).isFalse();
        assertThat(why.get(10, TimeUnit.SECONDS)).hasValue(script + " was killed since the gateway stops");
        assertThat(run(Duration.ofSeconds(1), "/bin/true")).hasValue("/bin/true was not run: the gateway stops");
    }

    /** Java writes a question mark for it. */
    @Test
    void lettersThatTheLocaleLacksAreNotChanged() throws Exception {
        WakeProgram ascii = new WakeProgram(MonotonicClock.system(), StandardCharsets.US_ASCII, Optional.empty());
        assertThat(ascii.run(
                        new WakeCommand(List.of("/bin/echo", "b\u00fcro"), Duration.ofSeconds(20)),
                        new WakeProgram.Order("alice", Duration.ofSeconds(20), () -> true, Map.of())))
                .hasValueSatisfying(why -> assertThat(why)
                        .startsWith(
                                "/bin/echo was not run: \"b\u00fcro\" cannot be written in the locale of the gateway"));
    }

    /** As in the container image, which has the gateway's own programs only. */
    @Test
    void aMachineWithoutOtherProgramsReadsItsOutputItself() throws Exception {
        WakeProgram alone = new WakeProgram(MonotonicClock.system(), StandardCharsets.UTF_8, Optional.empty());
        assertThat(alone.run(
                        new WakeCommand(List.of(script("echo no such instance; exit 3\n")), Duration.ofSeconds(20)),
                        new WakeProgram.Order("alice", Duration.ofSeconds(20), () -> true, Map.of())))
                .hasValueSatisfying(why -> assertThat(why).endsWith("ended with 3: no such instance"));
    }

    @Test
    void whatFailsSaysWhy() throws Exception {
        assertThat(run(Duration.ofSeconds(20), script("echo no such instance >&2; exit 3\n")))
                .hasValueSatisfying(why -> assertThat(why).endsWith("ended with 3: no such instance"));
        assertThat(run(Duration.ofSeconds(20), "/nowhere/program"))
                .hasValueSatisfying(why -> assertThat(why).startsWith("/nowhere/program cannot be run: "));
    }
}
