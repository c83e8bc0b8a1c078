package io.gatehouse.core.login;

import io.gatehouse.api.Scheme;

/** Hears of a provider that threw instead of answering, at most once an attempt; the place to log it with its stack. */
@FunctionalInterface
public interface BrokenProviderListener {
    /**
     * A mechanism is broken. Must not throw.
     *
     * @param scheme what it speaks
     * @param failure what it threw
     */
    void providerFailed(Scheme scheme, Throwable failure);
}
