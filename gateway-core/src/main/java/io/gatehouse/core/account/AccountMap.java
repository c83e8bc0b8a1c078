package io.gatehouse.core.account;

import io.gatehouse.api.Identity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Something about each of many accounts, found by any name of an identity without looking at all of them. Not safe for
 * use by many threads.
 */
public final class AccountMap<V> {
    private final Map<AccountScope, V> values = new HashMap<>();
    /** By {@link NamedAccount#user}. */
    private final Map<String, Set<AccountScope>> byUser = new HashMap<>();

    /** Keeps {@code value} of {@code account} in the place of an earlier one. */
    public void put(AccountScope account, V value) {
        values.put(account, value);
        byUser.computeIfAbsent(account.account().user(), _ -> new HashSet<>()).add(account);
    }

    /** What is kept of exactly {@code account}. */
    public Optional<V> get(AccountScope account) {
        return Optional.ofNullable(values.get(account));
    }

    /** What is kept of accounts that include {@code identity}. */
    public Stream<V> of(Identity identity) {
        return NamedAccount.usersOf(identity).stream()
                .flatMap(user -> byUser.getOrDefault(user, Set.of()).stream())
                .filter(account -> account.includes(identity))
                .map(account -> get(account).orElseThrow());
    }

    /** All that is kept, in no order. */
    public Stream<V> values() {
        return values.values().stream();
    }

    /** An account and what is kept of it. */
    public record Entry<V>(AccountScope account, V value) {}

    /** All accounts, in no order. */
    public Stream<Entry<V>> entries() {
        return values.entrySet().stream().map(entry -> new Entry<>(entry.getKey(), entry.getValue()));
    }

    /** How many accounts there are. */
    public int size() {
        return values.size();
    }

    /** Forgets all of which {@code which} is true. */
    public void removeIf(Predicate<V> which) {
        values.entrySet().removeIf(entry -> {
            boolean goes = which.test(entry.getValue());
            if (goes) {
                byUser.computeIfPresent(entry.getKey().account().user(), (_, accounts) -> {
                    accounts.remove(entry.getKey());
                    return accounts.isEmpty() ? null : accounts;
                });
            }
            return goes;
        });
    }
}
