package io.gatehouse.core.session;

import java.time.Instant;

/**
 * An approval that somebody gave.
 *
 * @param question the id of the question that was answered
 * @param by who gave it, {@code domain\\user}
 * @param at when
 * @param withNumber whether the approver chose the number that the client shows; otherwise they confirmed that it shows
 *     none
 */
public record GivenApproval(String question, String by, Instant at, boolean withNumber) {}
