package io.gatehouse.api;

import java.util.List;

/** A configured source of sign-in mechanisms. Lives as long as the configuration; safe for use by many threads. */
public interface AuthProvider extends AutoCloseable {
    /** The mechanisms it offers, in order of preference. */
    List<Mechanism> mechanisms();

    /** Releases connections, processes and files. */
    @Override
    void close();
}
