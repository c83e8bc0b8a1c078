package io.gatehouse.provider.local;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.ldap.LdapConfig;
import io.gatehouse.provider.local.pam.PamConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code [auth.local]}.
 *
 * @param realms which realms are asked, in this order; the first that knows the account decides
 * @param accounts the account file, read when the realm {@code accounts} is on
 * @param pam the realm {@code pam}
 * @param ldap the realm {@code ldap}
 */
public record LocalConfig(
        @ConfigDefault("[\"accounts\"]") List<RealmKind> realms,
        @ConfigDefault("accounts") Path accounts,
        Optional<PamConfig> pam,
        Optional<LdapConfig> ldap) {
    public LocalConfig {
        realms = List.copyOf(realms);
    }

    /** The table that a realm needs; empty when it is absent, and for realms that need none. */
    Optional<? extends Record> table(RealmKind realm) {
        return switch (realm) {
            case ACCOUNTS -> Optional.empty();
            case PAM -> pam;
            case LDAP -> ldap;
        };
    }
}
