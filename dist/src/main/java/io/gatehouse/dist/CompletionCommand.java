package io.gatehouse.dist;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a completion script for bash and zsh.",
            "",
            "  source <(gatehouse completion)",
            "  gatehouse completion > /etc/bash_completion.d/gatehouse",
            ""
        })
final class CompletionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Override
    public Integer call() {
        CommandLine root = specification.root().commandLine();
        var out = specification.commandLine().getOut();
        out.print(AutoComplete.bash(root.getCommandName(), root));
        out.flush(); // or the program ends with half of it unwritten
        return ExitCode.OK;
    }
}
