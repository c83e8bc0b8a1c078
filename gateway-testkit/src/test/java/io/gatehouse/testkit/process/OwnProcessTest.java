package io.gatehouse.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class OwnProcessTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> SLEEP = List.of("sleep", "300");

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @Test
    void commandHearsItsInputAndIsHeard() {
        assertThat(Command.of("cat").withInput("Grüße, €").runOrThrow(folder)).isEqualTo("Grüße, €");
        assertThat(Command.of("printf", "%s|", "ümläut's €", "two").runOrThrow(folder))
                .isEqualTo("ümläut's €|two|");
        assertThat(Command.of("sh", "-c", "echo $ONE; exit 3")
                        .withEnvironment(Map.of("ONE", "1"))
                        .run(folder))
                .isEqualTo(new Command.Result(3, "1\n"));
    }

    @Test
    void commandThatFailsOrHangsSaysSo() {
        assertThatThrownBy(() -> Command.of("sh", "-c", "echo why; exit 3").runOrThrow(folder))
                .isInstanceOf(ProcessException.class)
                .hasMessage("sh ended with 3: why\n");
        assertThatThrownBy(() -> Command.of("sleep", "300")
                        .within(Duration.ofMillis(100))
                        .run(folder))
                .isInstanceOf(ProcessException.class)
                .hasMessageStartingWith("not done after 0 s: sleep runs");
    }

    @Test
    void closedServerIsGoneAndSoAreItsChildren() {
        OwnProcess server = OwnProcess.startServer(folder, Map.of(), List.of("sh", "-c", "sleep 300 & wait"));
        ProcessHandle child = awaitChild(server, "sleep");
        server.close();
        assertThat(server.isAlive()).isFalse();
        assertThat(Wait.until(SOON, () -> !runs(child))).isTrue();
    }

    @Test
    void serverThatEndsByItselfLeavesItsExitCode() {
        try (OwnProcess server = OwnProcess.startServer(folder, Map.of(), List.of("sh", "-c", "exit 7"))) {
            assertThat(server.awaitExit(SOON)).hasValue(7);
        }
    }

    @Test
    void pausedServerStandsStillAndCanBeClosed() {
        OwnProcess server = OwnProcess.startServer(folder, Map.of(), SLEEP);
        ProcessHandle sleep = awaitChild(server, "sleep");
        server.pause();
        assertThat(Wait.until(SOON, () -> state(sleep) == 'T')).isTrue();
        server.resume();
        assertThat(Wait.until(SOON, () -> state(sleep) == 'S')).isTrue();
        server.pause();
        server.close();
        assertThat(Wait.until(SOON, () -> !runs(sleep))).isTrue();
    }

    @Test
    void serverEndsWhenItsJvmIsKilled() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process jvm = new ProcessBuilder(
                        java.toString(), "-cp", System.getProperty("java.class.path"), Starter.class.getName())
                .redirectError(folder.fresh("jvm.log").toFile())
                .start();
        try (BufferedReader output = jvm.inputReader()) {
            ProcessHandle sleep =
                    ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
            assertThat(runs(sleep)).isTrue();
            jvm.destroyForcibly();
            assertThat(Wait.until(SOON, () -> !runs(sleep))).isTrue();
        }
    }

    /** A JVM that starts a server, prints the server's process number and waits. */
    static final class Starter {
        private Starter() {}

        public static void main(String[] arguments) throws InterruptedException {
            TestFolder folder = new TestFolder();
            OwnProcess server = OwnProcess.startServer(folder, Map.of(), SLEEP);
            System.out.println(awaitChild(server, "sleep").pid());
            folder.close();
            Thread.sleep(SOON.multipliedBy(2));
        }
    }

    private static ProcessHandle awaitChild(OwnProcess server, String program) {
        return Wait.first(
                        SOON,
                        () -> server.children().stream()
                                .flatMap(child -> Stream.concat(Stream.of(child), child.descendants()))
                                .filter(each -> each.info()
                                        .command()
                                        .filter(file -> file.endsWith("/" + program))
                                        .isPresent())
                                .findFirst())
                .orElseThrow();
    }

    private static boolean runs(ProcessHandle process) {
        return "RSDT".indexOf(state(process)) >= 0;
    }

    /** The letter of {@code ps}; X if there is no such process. */
    private static char state(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return 'X';
        }
    }
}
