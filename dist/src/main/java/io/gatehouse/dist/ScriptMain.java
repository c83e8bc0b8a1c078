package io.gatehouse.dist;

import java.util.Arrays;

/**
 * The program {@code gatehouse} as a script whose interpreter is Java, in the container image, which has no shell: the
 * kernel puts the path of the script in front of the arguments (execve(2), "Interpreter scripts").
 */
public final class ScriptMain {
    private ScriptMain() {}

    /** Runs the command behind the script's path as {@link Main} does. */
    public static void main(String[] arguments) {
        Main.main(Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length));
    }
}
