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
 * @param realms the realms that are asked, in this order: {@code "accounts"}, {@code "pam"}, {@code "ldap"}
 * @param accounts the account file of the realm {@code accounts}; its accounts need an {@code $argon2id$} or {@code
 *     $2y$} credential
 * @param pam {@code [auth.local.pam]}, for the realm {@code pam}; see <a href="auth-pam.md">PAM</a>
 * @param ldap {@code [auth.local.ldap]}, for the realm {@code ldap}; see <a href="auth-ldap.md">LDAP</a>
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
