package io.gatehouse.core.approval;

import io.gatehouse.api.Identity;
import io.gatehouse.core.text.PersonNames;
import io.gatehouse.formats.digest.RandomIds;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Predicate;

/** A question that nobody has answered yet. Guarded by the lock of {@link Approvals}. */
final class OpenQuestion {
    private static final int ID_BYTES = 16;
    /** Targets that approvers see; the others are counted. */
    private static final int MOST_SHOWN = 16;

    private final String id;
    private final long order;
    private final ApprovalSubject subject;
    private final Identity user;
    private final PersonNames names;
    private final Place place;
    private final ShownNumber number;
    private final Instant askedAt;
    private final List<Client> clients = new ArrayList<>();
    private final SequencedSet<String> targets = new LinkedHashSet<>();
    /** What the last client that went away calls its machine. */
    private String lastName = "";

    /** Connections that ever waited. */
    private int joins;

    private int toldLater;
    private int moreTargets;
    private boolean disowned;
    private Optional<Identity> decidedBy = Optional.empty();
    private boolean numberShown;
    private long endsAt;
    private boolean awaited;

    /** A connection that waits for the answer. */
    static final class Client {
        private final ApprovalWaiter waiter;
        private String name = "";

        Client(ApprovalWaiter waiter) {
            this.waiter = waiter;
        }

        void named(String said) {
            name = said;
        }
    }

    /**
     * A question for which nobody waits yet.
     *
     * @param names of the user
     * @param order later questions have a higher one
     * @param place how well the user is known to be where the connection comes from
     */
    OpenQuestion(
            ApprovalSubject subject,
            Identity user,
            PersonNames names,
            Place place,
            ShownNumber number,
            Instant askedAt,
            long order,
            SecureRandom random) {
        this.id = RandomIds.next(random, ID_BYTES);
        this.order = order;
        this.subject = subject;
        this.user = user;
        this.names = names;
        this.place = place;
        this.number = number;
        this.askedAt = askedAt;
    }

    String id() {
        return id;
    }

    long order() {
        return order;
    }

    ApprovalSubject subject() {
        return subject;
    }

    Identity user() {
        return user;
    }

    /** The names that its user can have. */
    PersonNames names() {
        return names;
    }

    Place place() {
        return place;
    }

    ShownNumber shownNumber() {
        return number;
    }

    int joins() {
        return joins;
    }

    int number() {
        return number.number();
    }

    /** Whether some client of it says that it can show the number; a number can be guessed only, otherwise. */
    boolean isNumberShown() {
        return numberShown;
    }

    /** By the monotonic clock; while somebody waits, it goes on. */
    long endsAt() {
        return endsAt;
    }

    int waiting() {
        return clients.size();
    }

    /** Whether a client was told to come again. */
    boolean isAwaited() {
        return awaited;
    }

    void join(Client client, boolean showsNumbers, long until) {
        clients.add(client);
        joins++;
        numberShown |= showsNumbers;
        endsAt = until;
    }

    void target(String target) {
        if (targets.size() < MOST_SHOWN) {
            targets.add(target);
        } else if (!targets.contains(target)) {
            moreTargets++;
        }
    }

    void comesAgain() {
        awaited = true;
        toldLater++;
    }

    /** Whoever was told to come again cannot. */
    void doesNotComeAgain() {
        awaited = false;
    }

    /** The answer of {@code approver} is being carried out. */
    void decide(Identity approver) {
        decidedBy = Optional.of(approver);
    }

    boolean isDecided() {
        return decidedBy.isPresent();
    }

    /** Whether it is about such a user, or being decided by one. */
    boolean concerns(Predicate<Identity> which) {
        return which.test(user) || decidedBy.filter(which).isPresent();
    }

    /** The user says that it is somebody else. */
    void disown() {
        disowned = true;
    }

    /** False when {@code client} did not wait. */
    boolean leave(Client client) {
        boolean waited = clients.remove(client);
        if (waited && !client.name.isEmpty()) {
            lastName = client.name;
        }
        return waited;
    }

    /** All who waited, and do not any more. */
    List<ApprovalWaiter> leave() {
        List<ApprovalWaiter> all = clients.stream().map(client -> client.waiter).toList();
        clients.clear();
        return all;
    }

    private List<String> clientNames() {
        List<String> names = clients.isEmpty()
                ? List.of(lastName)
                : clients.stream().map(client -> client.name).toList();
        return names.stream().filter(name -> !name.isEmpty()).toList();
    }

    ApprovalQuestion shown() {
        return new ApprovalQuestion(
                id,
                user,
                subject.source(),
                clientNames(),
                List.copyOf(targets),
                moreTargets,
                subject.rule(),
                subject.terms(),
                askedAt,
                numberShown ? number.choices() : List.of(),
                clients.size(),
                toldLater,
                joins,
                disowned);
    }
}
