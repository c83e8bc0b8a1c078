package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A signed-in Kerberos user: a credential cache that MIT's {@code kinit} made, to be handed to {@code curl} and others.
 *
 * @param client the machine on which the user signed in
 * @param file the cache
 */
public record KerberosCache(KerberosClient client, Path file) {
    /** The same tickets on a machine whose clock is wrong since; needs {@link Preload#assumeFakeTime}. */
    public KerberosCache withClockAhead(Duration offset) {
        return new KerberosCache(client.withClockAhead(offset), file);
    }

    /** What a program needs to act as this user: {@code KRB5CCNAME} and {@link KerberosClient#environment}. */
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(client.environment());
        environment.put("KRB5CCNAME", "FILE:" + file);
        return environment;
    }

    /**
     * Gets a ticket for a service and returns its key version number.
     *
     * @throws io.gatehouse.testkit.process.ProcessException with the message of {@code kvno} if it is refused
     */
    public int kvno(String service) {
        String output = run("kvno", service);
        return Integer.parseInt(output.substring(output.lastIndexOf('=') + 1).strip());
    }

    /** Every ticket with its flags and encryption types, as {@code klist} prints them. */
    public String klist() {
        return run("klist", "-e", "-f");
    }

    private String run(String... command) {
        return Command.of(command).withEnvironment(environment()).runOrThrow(client.folder());
    }
}
