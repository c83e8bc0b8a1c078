package io.gatehouse.provider.ntlm;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells about accounts of the account file. Safe for use by many threads.
 *
 * @param accounts what became of an account, by its name; empty when there is none any more
 */
record FileAccounts(Function<String, Optional<AccountStatus>> accounts) implements AccountDirectory {
    @Override
    public boolean covers(Identity identity) {
        return identity.domain().isEmpty();
    }

    @Override
    public AccountStatus check(Identity identity) {
        return accounts.apply(identity.user())
                .orElseGet(() -> new AccountStatus.Gone("there is no such account any more"));
    }
}
