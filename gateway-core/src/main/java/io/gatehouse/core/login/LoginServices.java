package io.gatehouse.core.login;

import io.gatehouse.api.Domains;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.limits.CpuPlaces;

/**
 * What every sign-in needs beside its mechanism.
 *
 * @param guesses is charged before a back end is asked
 * @param cpu where verifications compute
 * @param domains gives domains their names
 * @param brokenProviders hears of providers that throw
 */
public record LoginServices(
        GuessBudget guesses, CpuPlaces cpu, Domains domains, BrokenProviderListener brokenProviders) {}
