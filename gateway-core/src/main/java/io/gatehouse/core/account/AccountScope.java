package io.gatehouse.core.account;

import io.gatehouse.api.Identity;
import java.util.Optional;

/**
 * An account whose sessions, tokens and tunnels end: all of that name, or only those of one sign-in provider. Two
 * providers may each have an account of the same name, and a user who moved from one to the other keeps what the other
 * one let them open.
 *
 * @param provider empty for every provider
 */
public record AccountScope(NamedAccount account, Optional<String> provider) {
    /** The account of that name at every provider. */
    public static AccountScope everywhere(NamedAccount account) {
        return new AccountScope(account, Optional.empty());
    }

    /** The account of {@code user} at every provider. */
    public static AccountScope everywhere(Identity user) {
        return everywhere(NamedAccount.exactly(user));
    }

    /** The account of {@code user} at the provider that signed them in. */
    public static AccountScope atProvider(Identity user) {
        return new AccountScope(NamedAccount.exactly(user), Optional.of(user.provider()));
    }

    /** Whether {@code user} signed in to this account. */
    public boolean includes(Identity user) {
        return account.matches(user) && provider.map(user.provider()::equals).orElse(true);
    }
}
