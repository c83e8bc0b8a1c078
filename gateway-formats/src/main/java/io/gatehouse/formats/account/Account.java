package io.gatehouse.formats.account;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A local account.
 *
 * @param name the account name in lower case; unique
 * @param enabled whether it may sign in
 * @param groups names of its groups
 * @param credentials hashes in crypt(5) notation, one a kind: {@code $3$$<NT hash>}, {@code $argon2id$…}, {@code $2y$…}
 */
public record Account(String name, boolean enabled, Set<String> groups, List<Secret> credentials) {
    public Account {
        name = normalise(name);
        groups = Set.copyOf(groups);
        credentials = List.copyOf(credentials);
    }

    /**
     * The spelling under which an account is stored and looked up: lower case, independent of the machine's language.
     */
    public static String normalise(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** What became of it since its user signed in. */
    public AccountStatus status() {
        return enabled
                ? AccountStatus.Active.in(new Membership(groups, Identity.GroupNames.OF_THE_DOMAIN, Set.of()))
                : new AccountStatus.Gone("the account is disabled");
    }

    /** The credential whose notation begins with one of {@code prefixes}, for example {@code $3$$}. */
    public Optional<String> credential(String... prefixes) {
        for (Secret credential : credentials) {
            String text = credential.text();
            for (String prefix : prefixes) {
                if (text.startsWith(prefix)) {
                    return Optional.of(text);
                }
            }
        }
        return Optional.empty();
    }
}
