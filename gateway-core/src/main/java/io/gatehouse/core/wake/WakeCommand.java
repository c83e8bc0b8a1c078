package io.gatehouse.core.wake;

import java.time.Duration;
import java.util.List;

/**
 * A program that starts a machine which no packet wakes: a cloud instance, a server with IPMI. No shell reads it.
 *
 * @param arguments the full path of the program, and what it is called with
 * @param timeout it is killed after this time
 */
public record WakeCommand(List<String> arguments, Duration timeout) {
    public WakeCommand {
        arguments = List.copyOf(arguments);
    }

    /** The path of the program. */
    public String program() {
        return arguments.getFirst();
    }
}
