package io.gatehouse.jetty.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;

/**
 * Looks up the very name that the access rules were asked about, and no other. The system's resolver appends the
 * domains of its search list to names (resolv.conf(5)), so that {@code db} would lead to {@code db.corp.example.com},
 * which a rule may deny. A trailing dot keeps it from that; the system's hosts file, whose names have none, is read
 * first. Safe for use by many threads.
 */
public final class AbsoluteNames implements NameResolver.Lookup {
    private static final Path HOSTS = Path.of("/etc/hosts");

    private static final String SHORT =
            " (a name without a domain is looked up as it is; dns-suffix in [policy] completes it)";

    private final HostsFile hosts;
    private final NameResolver.Lookup system;

    AbsoluteNames(HostsFile hosts, NameResolver.Lookup system) {
        this.hosts = hosts;
        this.system = system;
    }

    /** Names as this machine knows them. */
    public static AbsoluteNames ofSystem() {
        return new AbsoluteNames(new HostsFile(HOSTS), InetAddress::getAllByName);
    }

    @Override
    public InetAddress[] addresses(String host) throws UnknownHostException {
        List<InetAddress> own = hosts.addresses(host);
        if (!own.isEmpty()) {
            return own.toArray(InetAddress[]::new);
        }
        String absolute = host + ".";
        try {
            return system.addresses(absolute);
        } catch (UnknownHostException unknown) {
            String why = String.valueOf(unknown.getMessage());
            throw new UnknownHostException(host
                    + (why.startsWith(absolute) ? why.substring(absolute.length()) : ": " + why)
                    + (host.indexOf('.') < 0 ? SHORT : ""));
        }
    }
}
