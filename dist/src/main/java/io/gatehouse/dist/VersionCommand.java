package io.gatehouse.dist;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse version}. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Override
    public Integer call() throws IOException {
        for (String line : new Version().getVersion()) {
            specification.commandLine().getOut().println(line);
        }
        return ExitCode.OK;
    }
}
