package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    @Test
    void withoutACommandItSaysWhatThereIsAndFails() {
        CommandRun run = CommandRun.of();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("a command is missing", "gatehouse demo", "Exit codes:");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-such-option", "no-such-command"})
    void wrongUsageIsCode2(String argument) {
        assertThat(CommandRun.of(argument).code()).isEqualTo(2);
    }

    @Test
    void aWrongOptionOfACommandIsCode2() {
        assertThat(CommandRun.of("demo", "--port", "many").code()).isEqualTo(2);
    }

    @Test
    void aCommandAloneIsTheSameAsAmongAll() {
        Main.commandLine(World.ofThisProcess()).getSubcommands().forEach((name, command) -> {
            assertThat(command.getCommandSpec().name()).isEqualTo(name);
            if (!name.equals("completion")) {
                CommandLine alone = Main.commandLine(World.ofThisProcess(), name, "--help");
                assertThat(alone.getSubcommands()).containsOnlyKeys(name);
                assertThat(alone.getSubcommands().values().iterator().next().getUsageMessage())
                        .isEqualTo(command.getUsageMessage());
            }
        });
    }

    @Test
    void theCompletionSaysNothingOfOtherPrograms() {
        assertThat(CommandRun.of("completion").out())
                .startsWith("#!/usr/bin/env bash\n# Completion of gatehouse in bash and zsh.\n\nif [ -n")
                .contains("\ncomplete -F _complete_gatehouse ")
                .doesNotContain("YOUR_APP_HOME", "(see [");
    }

    @ParameterizedTest
    @ValueSource(strings = {"init", "run", "check", "user", "demo", "migrate", "version", "completion"})
    void everyCommandHasHelp(String command) {
        CommandRun run = CommandRun.of(command, "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Usage: gatehouse " + command);
    }

    /**
     * In a terminal with 80 columns, the rest of a longer example would begin a line of its own, and could not be
     * copied.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "check",
                "demo",
                "init",
                "migrate",
                "migrate rdpgw",
                "migrate rd-gateway",
                "doctor",
                "completion",
                "user",
                "user add",
                "user end",
                "token",
                "token mint",
                "token inspect",
                "token rotate",
                "rdp",
                "rdp make",
                "rdp sign"
            })
    void examplesInHelpFitIntoATerminal(String command) {
        String help = CommandRun.of((command + " --help").strip().split(" ")).out();
        assertThat(help).contains("\n  ").doesNotContainPattern("(?m)^  (gatehouse|xfreerdp|pass|source) .*\n\\S");
    }

    @Test
    void helpTellsTheExitCodes() {
        assertThat(CommandRun.of("--help").out())
                .contains("0   it did what was asked", "1   it could not", "2   the command line or the configuration");
    }

    @Test
    void versionIsTheOneThatWasBuilt() {
        CommandRun run = CommandRun.of("version");
        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("(?s)gatehouse \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\RJava 2\\d.*");
    }

    @Test
    void completionIsABashScriptThatKnowsTheCommands() {
        CommandRun run = CommandRun.of("completion");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("#!/usr/bin/env bash")
                .contains("--password-stdin", "picocli_gatehouse_user_add")
                .endsWith("complete -F _complete_gatehouse -o default gatehouse gatehouse.sh gatehouse.bash\n");
    }
}
