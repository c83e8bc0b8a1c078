package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Path;
import java.util.Map;

/**
 * A signed-in Kerberos user: a credential cache that MIT's {@code kinit} made for a {@link KerberosClient}, to be handed to {@code curl} and others.
 *
 * @param folder where its files lie
 * @param file the cache
 * @param environment what a program needs to use it: {@code KRB5CCNAME}, {@code KRB5_CONFIG} and what the client had
 */
public record KerberosCache(TestFolder folder, Path file, Map<String, String> environment) {
    public KerberosCache {
        environment = Map.copyOf(environment);
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
