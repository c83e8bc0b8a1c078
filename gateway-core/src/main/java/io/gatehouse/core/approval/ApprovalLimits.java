package io.gatehouse.core.approval;

import java.time.Duration;

/**
 * Bounds of approvals.
 *
 * @param answerWithin how long a question can be answered
 * @param pauseAfterRefusal how long a user at an address is not asked about after a refusal
 * @param inAll questions that are open at a time
 * @param perUser the same about one user, and again from each source where the user is known to be
 * @param perSource the same of one client address, or of one /64 network of IPv6
 */
public record ApprovalLimits(
        Duration answerWithin, Duration pauseAfterRefusal, int inAll, int perUser, int perSource) {}
