package io.gatehouse.dist;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does something; it does it once. */
@Command(mixinStandardHelpOptions = true)
abstract class Action implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    Action(World world) {
        this.world = world;
    }

    /** Does it, and returns when it is done. */
    abstract void act() throws CommandException, IOException, InterruptedException;

    @Override
    public final Integer call() throws CommandException, IOException, InterruptedException {
        act();
        return exitCode();
    }

    /** What it came to, when it did what was asked. */
    int exitCode() {
        return ExitCode.OK;
    }

    final World world() {
        return world;
    }

    final CommandSpec specification() {
        return specification;
    }

    /** Where results go. */
    final PrintWriter out() {
        return specification.commandLine().getOut();
    }

    /** Where warnings go. */
    final PrintWriter err() {
        return specification.commandLine().getErr();
    }
}
