package io.gatehouse.dist;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that has others below it and does nothing itself. */
@Command(mixinStandardHelpOptions = true)
abstract class CommandGroup implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Override
    public final void run() {
        throw new ParameterException(specification.commandLine(), "a command is missing");
    }
}
