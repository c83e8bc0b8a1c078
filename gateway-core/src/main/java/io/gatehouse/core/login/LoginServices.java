package io.gatehouse.core.login;

import io.gatehouse.api.Domains;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.limits.CpuPlaces;
import java.time.Clock;

/**
 * What every sign-in needs beside its mechanism.
 *
 * @param guesses is charged before a back end is asked
 * @param cpu where verifications compute
 * @param domains gives domains their names
 * @param blocks the users who are kept out although they can prove who they are
 * @param brokenProviders hears of providers that throw
 * @param time measures how long sign-ins take
 * @param times is told of it
 */
public record LoginServices(
        GuessBudget guesses,
        CpuPlaces cpu,
        Domains domains,
        UserBlocks blocks,
        BrokenProviderListener brokenProviders,
        MonotonicClock time,
        SignInTimes times) {
    /** Without a listener for times, and nobody is blocked. */
    LoginServices(GuessBudget guesses, CpuPlaces cpu, Domains domains, BrokenProviderListener brokenProviders) {
        this(
                guesses,
                cpu,
                domains,
                new UserBlocks(Clock.systemUTC()),
                brokenProviders,
                MonotonicClock.system(),
                (_, _, _) -> {});
    }
}
