package io.gatehouse.api;

import java.util.List;

/** A configured source of sign-in mechanisms. Lives as long as the configuration; safe for use by many threads. */
public interface AuthProvider extends AutoCloseable {
    /** The mechanisms it offers, in order of preference. */
    List<Mechanism> mechanisms();

    /**
     * The gateway serves from now on. What asks the network without being needed for a sign-in begins here and must not
     * block; a provider that is only checked is made and closed without it.
     */
    default void started() {}

    /** Releases connections, processes and files. */
    @Override
    void close();
}
