package io.gatehouse.api;

/**
 * Tells what became of an account that signed in before, without a credential: whether it was removed, disabled or has
 * expired meanwhile, and which groups it has now. Safe for use by many threads.
 */
public interface AccountDirectory {
    /** Whether {@link #check} can tell anything about the account of {@code identity}. Cheap, asks no back end. */
    boolean covers(Identity identity);

    /**
     * Whether {@link #check} tells of every way in which an account can end, and its groups. Where it does not, portal
     * sessions stay as short as those of accounts that nobody can be asked about.
     */
    default boolean isComplete() {
        return true;
    }

    /**
     * Asks the back end; blocks for a bounded time, and answers every expected failure as a value.
     *
     * @param identity as this provider accepted it, under the names of domains and groups that the configuration gives
     *     them
     */
    AccountStatus check(Identity identity);
}
