package io.gatehouse.api;

import java.util.List;
import java.util.Optional;

/** A configured source of sign-in mechanisms. Lives as long as the configuration; safe for use by many threads. */
public interface AuthProvider extends AutoCloseable {
    /** The mechanisms it offers, in order of preference. */
    List<Mechanism> mechanisms();

    /**
     * The gateway serves from now on. What asks the network without being needed for a sign-in begins here and must not
     * block; a provider that is only checked is made and closed without it.
     */
    default void started() {}

    /**
     * What tells about accounts that signed in by this provider. The gateway asks it before it makes a token for a
     * user, when a used token comes back, and at intervals while a user has a portal session or a tunnel; empty when
     * the back end says nothing without a credential.
     */
    default Optional<AccountDirectory> accounts() {
        return Optional.empty();
    }

    /**
     * Whether an identity of this provider that has a domain is the account of that very name there, so that a KDC of
     * the domain can tell about it. Asked where {@link #accounts} is empty.
     */
    default boolean namesDomainAccounts() {
        return false;
    }

    /**
     * What {@code gatehouse doctor} looks at for this provider beyond {@link AuthProviderFactory#create}: whether its
     * servers answer, whether its credentials are theirs. None is run before the provider was made, and {@link
     * #started} is not called before.
     */
    default List<Examination> examinations() {
        return List.of();
    }

    /** Releases connections, processes and files, where it has any. */
    @Override
    default void close() {}
}
