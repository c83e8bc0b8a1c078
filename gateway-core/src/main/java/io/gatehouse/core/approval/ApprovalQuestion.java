package io.gatehouse.core.approval;

import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.ApprovalTerms;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;

/**
 * A question as approvers see it. Which of the numbers is the right one is not in it.
 *
 * @param id names it in forms, audit lines and webhooks; no secret, since only approvers may answer
 * @param user who wants to connect
 * @param source the address of the client
 * @param clientNames what its clients call their machines, which nobody verifies; empty before they have said it
 * @param targets what they asked for so far, {@code host:port}
 * @param rule by which they would be let in
 * @param terms of the approval
 * @param askedAt since when
 * @param numbers to choose from; the client showed one of them
 * @param waiting whether a client waits for the answer; otherwise it has been told to come again
 */
public record ApprovalQuestion(
        String id,
        Identity user,
        InetAddress source,
        List<String> clientNames,
        List<String> targets,
        String rule,
        ApprovalTerms terms,
        Instant askedAt,
        List<Integer> numbers,
        boolean waiting) {
    public ApprovalQuestion {
        clientNames = List.copyOf(clientNames);
        targets = List.copyOf(targets);
        numbers = List.copyOf(numbers);
    }
}
