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
 * @param urls {@code ldaps://host[:port]}, or {@code ldap://} with {@code start-tls}. Best first; the next one is asked
 *     when one does not answer
 * @param startTls encrypt {@code ldap://} connections
 * @param allowClearText allow {@code ldap://} without encryption, to loopback addresses only
 * @param ca PEM: the certificate authorities that may have issued the servers' certificates. Default: those of the Java
 *     runtime.
 * @param bindDn the account that searches; an Active Directory needs one. Default: anonymous.
 * @param bindPassword its password
 * @param base where users are
 * @param schema {@code "active-directory"}: {@code sAMAccountName}, {@code userPrincipalName}, {@code tokenGroups}.
 *     {@code "group-of-names"}: {@code uid}, groups with {@code member} or {@code uniqueMember}. {@code "posix"}:
 *     {@code uid}, groups with {@code memberUid} or the user's {@code gidNumber}
 * @param userFilter a further condition, such as {@code "(memberOf=cn=rdp,ou=groups,dc=example,dc=com)"}
 * @param groupBase where groups are. Default: {@code base}.
 * @param nestedGroups whether nested groups count
 * @param domain which domain the users belong to. Default: the only {@code [[domain]]}.
 * @param timeout how long one answer may take. A server that could not be connected is not tried again for twice as
 *     long as that took
 * @param connections connections at most, and sign-ins at one time
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
