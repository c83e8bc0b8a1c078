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
 * @param keytab the keys of the service, in MIT's format ({@code ktpass}, {@code samba-tool}, {@code net}, {@code
 *     kadmin} and {@code ktutil} write it)
 * @param furtherKeytabs more keytabs
 * @param principals the names that tickets may be for, with or without {@code @REALM}. Default: every {@code HTTP/…} in
 *     the keytabs.
 * @param realms the realms whose users may sign in. If you set it, name all of them: the own realm as well as trusted
 *     ones. Default: those of the service's names.
 * @param localRealms those of them whose users are accounts without a domain: {@code alice@HOME.LAN} becomes {@code
 *     alice}
 * @param clockSkew how far a client's clock may be off, {@code "1s"} to {@code "1h"}
 * @param channelBinding the client's proof that it sees the gateway's own certificate, as for <a
 *     href="auth-ntlm.md#channel-binding-and-target-name">NTLM</a>: {@code "off"}, {@code "when-offered"}, {@code
 *     "required"}
 * @param allowRc4 accept RC4, for domains that cannot use AES. DES is always refused
 * @param ldap {@code [auth.kerberos.ldap]}, an Active Directory that knows the names of groups; its keys are those of
 *     <a href="auth-ldap.md">LDAP</a>. Without it, groups are SIDs only
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
