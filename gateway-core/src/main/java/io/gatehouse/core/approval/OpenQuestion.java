package io.gatehouse.core.approval;

import io.gatehouse.api.Identity;
import io.gatehouse.formats.digest.RandomIds;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** A question that nobody has answered yet. Guarded by the lock of {@link Approvals}. */
final class OpenQuestion {
    private static final int ID_BYTES = 16;
    /** Names and targets that approvers see. */
    private static final int MOST_SHOWN = 4;

    private final String id;
    private final ApprovalSubject subject;
    private final Identity user;
    private final ShownNumber number;
    private final Instant askedAt;
    private final List<ApprovalWaiter> waiters = new ArrayList<>();
    private final SequencedSet<String> clientNames = new LinkedHashSet<>();
    private final SequencedSet<String> targets = new LinkedHashSet<>();
    private long endsAt;
    private boolean awaited;

    /** A question for which nobody waits yet. */
    OpenQuestion(ApprovalSubject subject, Identity user, ShownNumber number, Instant askedAt, SecureRandom random) {
        this.id = RandomIds.next(random, ID_BYTES);
        this.subject = subject;
        this.user = user;
        this.number = number;
        this.askedAt = askedAt;
    }

    String id() {
        return id;
    }

    ApprovalSubject subject() {
        return subject;
    }

    Identity user() {
        return user;
    }

    int number() {
        return number.number();
    }

    /** By the monotonic clock; while somebody waits, it goes on. */
    long endsAt() {
        return endsAt;
    }

    int waiting() {
        return waiters.size();
    }

    /** Whether a client was told to come again. */
    boolean isAwaited() {
        return awaited;
    }

    void join(ApprovalWaiter waiter, long until) {
        waiters.add(waiter);
        endsAt = until;
    }

    void named(String clientName) {
        if (!clientName.isEmpty() && clientNames.size() < MOST_SHOWN) {
            clientNames.add(clientName);
        }
    }

    void target(String target) {
        if (targets.size() < MOST_SHOWN) {
            targets.add(target);
        }
    }

    void comesAgain() {
        awaited = true;
    }

    /** False when {@code waiter} did not wait. */
    boolean leave(ApprovalWaiter waiter) {
        return waiters.remove(waiter);
    }

    /** All who waited, and do not any more. */
    List<ApprovalWaiter> leave() {
        List<ApprovalWaiter> all = List.copyOf(waiters);
        waiters.clear();
        return all;
    }

    ApprovalQuestion shown() {
        return new ApprovalQuestion(
                id,
                user,
                subject.source(),
                List.copyOf(clientNames),
                List.copyOf(targets),
                subject.rule(),
                subject.terms(),
                askedAt,
                number.choices(),
                !waiters.isEmpty());
    }
}
