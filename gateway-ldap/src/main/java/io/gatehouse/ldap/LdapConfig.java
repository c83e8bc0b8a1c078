package io.gatehouse.ldap;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a directory is asked; a table of a provider's table, for example {@code [auth.local.ldap]}.
 *
 * @param urls {@code ldaps://host[:port]} or {@code ldap://host[:port]}, best first; the others are asked when it does
 *     not answer
 * @param startTls whether {@code ldap://} connections are encrypted by StartTLS
 * @param allowClearText whether they may go on without encryption, to loopback addresses only
 * @param ca PEM file of the authorities that the servers' certificates are checked against; those of the Java runtime
 *     when absent
 * @param bindDn who searches; anonymous when absent
 * @param bindPassword their password
 * @param base where users are searched
 * @param schema how users and groups look there
 * @param userFilter a further condition for users, an LDAP filter
 * @param groupBase where groups are searched; the base when absent
 * @param nestedGroups whether groups in groups count
 * @param domain which {@code [[domain]]} the users belong to; the only one when absent
 * @param timeout how long one sign-in may take, all servers together
 * @param connections how many connections at most
 */
public record LdapConfig(
        List<String> urls,
        @ConfigDefault("false") boolean startTls,
        @ConfigDefault("false") boolean allowClearText,
        Optional<Path> ca,
        Optional<String> bindDn,
        Optional<Secret> bindPassword,
        String base,
        @ConfigDefault("active-directory") Schema schema,
        Optional<String> userFilter,
        Optional<String> groupBase,
        @ConfigDefault("true") boolean nestedGroups,
        Optional<String> domain,
        @ConfigDefault("5s") Duration timeout,
        @ConfigDefault("8") int connections) {
    public LdapConfig {
        urls = List.copyOf(urls);
    }

    /** The schema of a directory: how its users and groups are represented. */
    public enum Schema {
        /** {@code sAMAccountName}, {@code userPrincipalName}, and groups by {@code tokenGroups}. */
        ACTIVE_DIRECTORY,
        /**
         * {@code uid}, and groups whose {@code member} or {@code uniqueMember} names the user: OpenLDAP, FreeIPA, 389.
         */
        GROUP_OF_NAMES,
        /**
         * {@code uid}, and groups whose {@code memberUid} names the user or whose {@code gidNumber} the user has: RFC
         * 2307.
         */
        POSIX
    }
}
