package io.gatehouse.core.grant;

import io.gatehouse.core.net.Target;
import java.time.Duration;
import java.time.Instant;

/**
 * Somebody asks for a desktop that no rule gives them.
 *
 * @param id short, for people
 * @param account {@link io.gatehouse.core.text.AccountNames#key} of the user
 * @param desktop its name
 * @param target where it is for them
 * @param reason in their words
 * @param duration for how long
 * @param at when they asked
 */
public record AccessRequest(
        String id, String account, String desktop, Target target, String reason, Duration duration, Instant at) {}
