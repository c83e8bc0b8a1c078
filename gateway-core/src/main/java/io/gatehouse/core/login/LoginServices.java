package io.gatehouse.core.login;

import io.gatehouse.api.Domains;

/**
 * What every sign-in needs beside its mechanism.
 *
 * @param guesses is charged before a back end is asked
 * @param domains gives domains their names
 * @param brokenProviders hears of providers that throw
 */
public record LoginServices(GuessBudget guesses, Domains domains, BrokenProviderListener brokenProviders) {}
