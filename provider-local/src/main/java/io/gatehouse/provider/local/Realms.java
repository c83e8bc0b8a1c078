package io.gatehouse.provider.local;

import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.account.AccountFile;
import io.gatehouse.ldap.LdapDirectory;
import io.gatehouse.provider.local.pam.PamConfig;
import io.gatehouse.provider.local.pam.PamVerifier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.shiro.lang.util.LifecycleUtils;

/**
 * Makes the realms that {@code [auth.local]} names, in its order. A realm that holds threads, connections or files is a
 * {@link org.apache.shiro.lang.util.Destroyable}.
 */
final class Realms {
    private Realms() {}

    /**
     * Makes all realms, or none.
     *
     * @throws ProviderException when a realm cannot be made, is named twice, lacks its table, or has one without being
     *     on
     */
    static List<AccountSource> open(LocalConfig config, ProviderContext context) throws ProviderException {
        check(config);
        List<AccountSource> opened = new ArrayList<>();
        try {
            for (RealmKind kind : config.realms()) {
                opened.add(open(kind, config, context));
            }
            return List.copyOf(opened);
        } catch (ProviderException e) {
            close(opened);
            throw e;
        }
    }

    private static AccountSource open(RealmKind kind, LocalConfig config, ProviderContext context)
            throws ProviderException {
        return switch (kind) {
            case ACCOUNTS -> accounts(config, context);
            case PAM -> pam(table(config.pam(), kind), context);
            case LDAP ->
                new LdapRealm(LdapDirectory.open(table(config.ldap(), kind), context.domains(), context.clock()));
        };
    }

    private static void check(LocalConfig config) throws ProviderException {
        if (config.realms().isEmpty()) {
            throw new ProviderException("realms is empty (expected at least one of accounts, pam, ldap)");
        }
        Set<RealmKind> on = EnumSet.noneOf(RealmKind.class);
        for (RealmKind kind : config.realms()) {
            if (!on.add(kind)) {
                throw new ProviderException("realms names \"" + word(kind) + "\" twice");
            }
        }
        for (RealmKind kind : RealmKind.values()) {
            if (config.table(kind).isPresent() && !on.contains(kind)) {
                throw new ProviderException("[auth.local." + word(kind) + "] is there, but realms does not name \""
                        + word(kind) + "\" (add it, or remove the table)");
            }
        }
    }

    /** The table of a realm that is on. */
    private static <C extends Record> C table(Optional<C> table, RealmKind kind) throws ProviderException {
        return table.orElseThrow(() -> new ProviderException(
                "realms names \"" + word(kind) + "\", but [auth.local." + word(kind) + "] is missing"));
    }

    private static String word(RealmKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static AccountSource accounts(LocalConfig config, ProviderContext context) throws ProviderException {
        return new AccountRealm(AccountFile.open(config.accounts()), new Decoys(context.random()));
    }

    private static AccountSource pam(PamConfig config, ProviderContext context) throws ProviderException {
        return new PamRealm(PamVerifier.open(config, context.metrics(), context.clock()), context.domains());
    }

    /** Lets go of what the realms hold. */
    static void close(List<AccountSource> realms) {
        LifecycleUtils.destroy(realms);
    }
}
