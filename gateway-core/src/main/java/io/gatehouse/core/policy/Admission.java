package io.gatehouse.core.policy;

/**
 * What a user is told on the way in, before the target is known (MS-TSGU's CAP).
 *
 * @param redirectionFlags what clients are asked not to redirect: the most restrictive combination of all rules that
 *     may apply
 * @param idleTimeoutMinutes the longest idle timeout of those rules, 0 when one has none; the gateway itself enforces
 *     the exact one
 */
public record Admission(int redirectionFlags, int idleTimeoutMinutes) {}
