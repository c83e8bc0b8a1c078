package io.gatehouse.testkit.directory;

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
}
