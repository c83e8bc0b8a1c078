package io.gatehouse.provider.kerberos;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.ldap.LdapConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code [auth.kerberos]}.
 *
 * @param keytab the keys of the service
 * @param furtherKeytabs more of them
 * @param principals the services that tickets may be for, with or without realm; every {@code HTTP/…} of the keytabs if
 *     empty
 * @param realms the realms whose users may sign in; those of the service principals if empty
 * @param localRealms those of them whose users are accounts of the gateway's own: their identities have no domain
 * @param clockSkew how far a client's clock may be off
 * @param channelBinding what is asked of the client's channel binding
 * @param allowRc4 whether RC4 keys are accepted
 * @param ldap {@code [auth.kerberos.ldap]}, the directory that knows the names of groups; without it groups are SIDs
 *     only
 */
public record KerberosConfig(
        Path keytab,
        @ConfigDefault("[]") List<Path> furtherKeytabs,
        @ConfigDefault("[]") List<String> principals,
        @ConfigDefault("[]") List<String> realms,
        @ConfigDefault("[]") List<String> localRealms,
        @ConfigDefault("5m") Duration clockSkew,
        @ConfigDefault("when-offered") ChannelBindingPolicy channelBinding,
        @ConfigDefault("false") boolean allowRc4,
        Optional<LdapConfig> ldap) {
    public KerberosConfig {
        furtherKeytabs = List.copyOf(furtherKeytabs);
        principals = List.copyOf(principals);
        realms = List.copyOf(realms);
        localRealms = List.copyOf(localRealms);
    }
}
