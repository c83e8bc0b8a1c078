package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import java.util.Locale;
import java.util.Optional;

/**
 * What names of clients mean. It decides under which name guesses are counted, and nothing else: the controller gets
 * the names as they were sent, since the client's proof covers them. Immutable.
 */
final class ClaimedNames {
    private final TargetNames targetNames;
    private final Domain domain;
    private final Domains domains;
    private final String serverName;

    ClaimedNames(String computer, Domain domain, String serverName, Domains domains) {
        Optional<String> dnsDomain = domain.dnsName();
        String dnsComputer = dnsDomain
                .map(name -> computer.toLowerCase(Locale.ROOT) + "." + name)
                .orElseGet(() -> serverName.toLowerCase(Locale.ROOT));
        this.targetNames = new TargetNames(computer, domain.name(), dnsComputer, dnsDomain.orElse(dnsComputer), true);
        this.domain = domain;
        this.domains = domains;
        this.serverName = serverName;
    }

    TargetNames targetNames() {
        return targetNames;
    }

    /**
     * {@code DOMAIN\\user}, the user in lower case. No domain, that of the gateway itself and a UPN suffix that is a
     * name of the domain mean the domain; another UPN stays one.
     */
    String account(String user, String claimedDomain) {
        int at = user.lastIndexOf('@');
        if (claimedDomain.isEmpty() && at > 0) {
            String suffix = user.substring(at + 1);
            Optional<Domain> known = known(suffix);
            return known.isPresent()
                    ? qualified(known.get().name(), user.substring(0, at))
                    : user.toLowerCase(Locale.ROOT);
        }
        return qualified(known(claimedDomain).map(Domain::name).orElse(claimedDomain), user);
    }

    private static String qualified(String domain, String user) {
        return domain.toUpperCase(Locale.ROOT) + "\\" + user.toLowerCase(Locale.ROOT);
    }

    /** Whether the controller has to ask another domain about this user. */
    boolean isForeign(String user, String claimedDomain) {
        int at = user.lastIndexOf('@');
        String name = claimedDomain.isEmpty() && at > 0 ? user.substring(at + 1) : claimedDomain;
        return known(name).filter(domain::equals).isEmpty();
    }

    /** Why there may be nobody of this name, when that is due to the domain; else nothing. */
    String hint(String user, String claimedDomain) {
        if (isForeign(user, claimedDomain)) {
            return ", with a domain that is not " + domain.name();
        }
        return claimedDomain.isEmpty() || domain.isNamed(claimedDomain)
                ? ""
                : ", with the gateway for a domain (expected %s\\user%s)"
                        .formatted(
                                domain.name(),
                                domain.dnsName().map(name -> " or user@" + name).orElse(""));
    }

    /** The domain that a name means; all that could stand for the gateway mean the gateway's own. */
    private Optional<Domain> known(String name) {
        boolean self = name.isEmpty()
                || name.equals(".")
                || name.equalsIgnoreCase(serverName)
                || targetNames.include(name)
                || domain.isNamed(name);
        return self ? Optional.of(domain) : domains.find(name);
    }
}
