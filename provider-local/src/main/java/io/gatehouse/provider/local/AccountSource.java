package io.gatehouse.provider.local;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Identity;
import java.util.List;
import java.util.Optional;
import org.apache.shiro.realm.Realm;

/** A realm that also tells, without a password, what became of an account. Safe for use by many threads. */
interface AccountSource extends Realm {
    /**
     * Asks what became of the account of {@code identity}; blocks for a bounded time.
     *
     * @return empty when the realm knows no such account, so that the next one may
     */
    Optional<AccountStatus> status(Identity identity);

    /**
     * Whether a sign-in of an account that it knows is left to the next realm, since it has no password for it: then
     * the account of that name there is meant.
     */
    default boolean leavesToNext(Identity identity) {
        return false;
    }

    /** What {@code gatehouse doctor} looks at. */
    default List<Examination> examinations() {
        return List.of();
    }
}
