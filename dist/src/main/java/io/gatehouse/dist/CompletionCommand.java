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
        String script = AutoComplete.bash(root.getCommandName(), root);
        // The comment that the library begins with says how to install programs of another kind.
        String code = script.substring(script.indexOf("\n\n")).replaceAll(" \\(see \\[[0-9]\\]\\)", "");
        out().print("#!/usr/bin/env bash\n# Completion of gatehouse in bash and zsh." + code);
        out().flush(); // or the program ends with half of it unwritten
    }
}
