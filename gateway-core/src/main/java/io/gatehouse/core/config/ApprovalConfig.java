package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import java.time.Duration;

/**
 * {@code [approval]}: how long connections wait for an approval that their rule asks for, and how many at a time.
 *
 * @param clientWait how long a client waits for an answer, at each of the <a
 *     href="approval.md#where-connections-wait-and-what-clients-receive">two places</a>
 * @param answerWithin how long a question can be answered after its last client came; at least {@code client-wait}
 * @param pauseAfterRefusal after a refusal, connections of the user from the same address by the same rule are refused
 *     for this time without asking anybody
 * @param pending open questions of all users at one time
 * @param pendingPerUser open questions about one user; those from <a href="approval.md#settings">known addresses</a>
 *     are counted by themselves
 * @param pendingPerSource open questions about one client address, or one /64 network of IPv6
 */
public record ApprovalConfig(
        @ConfigDefault("25s") @Range(min = "1s", max = "5m") Duration clientWait,
        @ConfigDefault("5m") @Range(min = "1s", max = "1h") Duration answerWithin,
        @ConfigDefault("5m") @Range(min = "1s", max = "1d") Duration pauseAfterRefusal,
        @ConfigDefault("2000") @Positive int pending,
        @ConfigDefault("4") @Positive int pendingPerUser,
        @ConfigDefault("50") @Positive int pendingPerSource) {}
