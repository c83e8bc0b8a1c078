package io.gatehouse.dist;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code gatehouse completion}. */
@Command(
        name = "completion",
        description = {
            "Prints a completion script for bash and zsh.",
            "",
            "  source <(gatehouse completion)",
            "  gatehouse completion > /etc/bash_completion.d/gatehouse",
            ""
        })
final class CompletionCommand extends Action {
    CompletionCommand(World world) {
        super(world);
    }

    @Override
    void act() {
        CommandLine root = specification().root().commandLine();
        out().print(AutoComplete.bash(root.getCommandName(), root));
        out().flush(); // or the program ends with half of it unwritten
    }
}
