package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A machine on which users of a realm sign in: where programs find KDC, host names and the time.
 *
 * @param folder where its files lie
 * @param krb5Conf its {@code krb5.conf}
 * @param hosts its host names, in the form of {@code /etc/hosts}
 * @param ahead how far its clock is ahead of ours; negative when behind
 */
public record KerberosClient(TestFolder folder, Path krb5Conf, Path hosts, Duration ahead) {
    /** The same machine with a wrong clock; needs {@link Preload#assumeFakeTime}. */
    public KerberosClient withClockAhead(Duration offset) {
        return new KerberosClient(folder, krb5Conf, hosts, offset);
    }

    /** What a program needs to take part: {@code KRB5_CONFIG} and preloaded libraries for names and time. */
    public Map<String, String> environment() {
        return Preload.names(hosts).withClockAhead(ahead).with("KRB5_CONFIG", krb5Conf.toString());
    }

    /** {@link #kinit(String, String)} with the right password. */
    public KerberosCache kinit(TestAccount account) {
        return kinit(account.name(), account.password());
    }

    /**
     * Signs a user in.
     *
     * @param principal such as {@code alice} or {@code alice@AD.TEST}
     * @throws ProcessException with the message of {@code kinit} if it is refused
     */
    public KerberosCache kinit(String principal, String password) {
        Path file = folder.fresh("ccache");
        Command.Result result = attempt(principal, password, file);
        if (!result.succeeded()) {
            throw new ProcessException(
                    "kinit " + principal + " ended with " + result.exitCode() + ": " + result.output());
        }
        return new KerberosCache(this, file);
    }

    /** What {@code kinit} says, whether it succeeds or not. */
    public Command.Result tryKinit(String principal, String password) {
        return attempt(principal, password, folder.fresh("ccache"));
    }

    private Command.Result attempt(String principal, String password, Path cache) {
        // The password is read from standard input when there is no terminal.
        return Command.of("kinit", "-c", "FILE:" + cache, principal)
                .withEnvironment(environment())
                .withInput(password + "\n")
                .run(folder);
    }
}
