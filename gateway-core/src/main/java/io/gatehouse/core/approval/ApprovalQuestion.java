package io.gatehouse.core.approval;

import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.ApprovalTerms;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A question as approvers see it. Which of the numbers is the right one is not in it.
 *
 * @param id names it in forms, audit lines and webhooks; no secret, since only approvers may answer
 * @param user who wants to connect
 * @param source the address of the client
 * @param clientNames what the clients that wait call their machines, which nobody verifies: one for each client that
 *     has said it. When none waits, what the last one said
 * @param targets what they asked for so far, {@code host:port}
 * @param moreTargets how often they asked for others, which are too many to be kept
 * @param rule by which they would be let in
 * @param terms of the approval
 * @param askedAt since when
 * @param numbers to choose from, of which a client showed one; empty when no client of it can show one
 * @param clients how many clients wait for the answer; zero when they have been told to come again
 * @param toldLater how often a client was told to come again
 * @param joins how many connections have waited for it, those that are gone included
 * @param disowned whether the user says that it is somebody else
 */
public record ApprovalQuestion(
        String id,
        Identity user,
        InetAddress source,
        List<String> clientNames,
        List<String> targets,
        int moreTargets,
        String rule,
        ApprovalTerms terms,
        Instant askedAt,
        List<Integer> numbers,
        int clients,
        int toldLater,
        int joins,
        boolean disowned) {
    public ApprovalQuestion {
        clientNames = List.copyOf(clientNames);
        targets = List.copyOf(targets);
        numbers = List.copyOf(numbers);
    }

    /** What all its clients asked for, when that is one target. */
    public Optional<String> onlyTarget() {
        return targets.size() == 1 ? Optional.of(targets.getFirst()) : Optional.empty();
    }

    /** Whether a client waits for the answer; otherwise it has been told to come again. */
    public boolean waiting() {
        return clients > 0;
    }
}
