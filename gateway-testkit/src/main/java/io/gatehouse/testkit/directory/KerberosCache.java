package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A signed-in Kerberos user: a credential cache that MIT's {@code kinit} made, to be handed to {@code curl} and others.
 *
 * @param folder where its files lie
 * @param file the cache
 * @param environment what a program needs to use it: {@code KRB5CCNAME}, {@code KRB5_CONFIG} and what the client had
 */
public record KerberosCache(TestFolder folder, Path file, Map<String, String> environment) {
    public KerberosCache {
        environment = Map.copyOf(environment);
    }

    /**
     * Signs in.
     *
     * @param principal such as {@code alice} or {@code alice@AD.TEST}
     * @throws ProcessException with the message of {@code kinit} if it is refused
     */
    public static KerberosCache kinit(KerberosClient client, String principal, String password) {
        Path file = client.folder().fresh("ccache");
        Command.Result result = attempt(client, principal, password, file);
        if (!result.succeeded()) {
            throw new ProcessException(
                    "kinit " + principal + " ended with " + result.exitCode() + ": " + result.output());
        }
        Map<String, String> environment = new HashMap<>(client.environment());
        environment.put("KRB5CCNAME", "FILE:" + file);
        return new KerberosCache(client.folder(), file, environment);
    }

    /** What {@code kinit} says, whether it succeeds or not. */
    public static Command.Result tryKinit(KerberosClient client, String principal, String password) {
        return attempt(client, principal, password, client.folder().fresh("ccache"));
    }

    private static Command.Result attempt(KerberosClient client, String principal, String password, Path cache) {
        // The password is read from standard input when there is no terminal.
        return Command.of("kinit", "-c", "FILE:" + cache, principal)
                .withEnvironment(client.environment())
                .withInput(password + "\n")
                .run(client.folder());
    }

    /** Gets a ticket for a service and returns its key version number. */
    public int kvno(String service) {
        String output = run("kvno", service);
        return Integer.parseInt(output.substring(output.lastIndexOf('=') + 1).strip());
    }

    /** Every ticket with its flags and encryption types, as {@code klist} prints them. */
    public String klist() {
        return run("klist", "-e", "-f");
    }

    private String run(String... command) {
        return Command.of(command).withEnvironment(environment).runOrThrow(folder);
    }
}
