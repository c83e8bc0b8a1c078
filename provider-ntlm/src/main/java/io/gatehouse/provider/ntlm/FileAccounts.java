package io.gatehouse.provider.ntlm;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.formats.account.Account;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tells about accounts of the account file. Safe for use by many threads.
 *
 * @param accounts finds an account by its name
 */
record FileAccounts(Function<String, Optional<Account>> accounts) implements AccountDirectory {
    @Override
    public boolean covers(Identity identity) {
        return identity.domain().isEmpty();
    }

    @Override
    public AccountStatus check(Identity identity) {
        return accounts.apply(identity.user())
                .map(Account::status)
                .orElseGet(() -> new AccountStatus.Gone("there is no such account any more"));
    }
}
