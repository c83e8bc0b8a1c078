package io.gatehouse.provider.local;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import java.util.List;
import java.util.Optional;

/** Tells about accounts as sign-ins do: the first realm that knows an account decides. Safe for use by many threads. */
final class LocalAccounts implements AccountDirectory {
    private final List<AccountSource> realms;

    LocalAccounts(List<AccountSource> realms) {
        this.realms = List.copyOf(realms);
    }

    @Override
    public boolean covers(Identity identity) {
        return true;
    }

    @Override
    public AccountStatus check(Identity identity) {
        Optional<AccountStatus> withoutPassword = Optional.empty();
        for (AccountSource realm : realms) {
            Optional<AccountStatus> status = realm.status(identity);
            if (status.isPresent() && !realm.leavesToNext(identity)) {
                return status.get();
            }
            withoutPassword = withoutPassword.or(() -> status);
        }
        return withoutPassword.orElseGet(() -> new AccountStatus.Gone("there is no such account any more"));
    }
}
