package io.gatehouse.core.approval;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.PersonNames;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The questions that are open, found by whom and what they are about: limits and pages cost as much as what they are
 * about, not as much as all that is open. Guarded by the lock of {@link Approvals}.
 */
final class OpenQuestions {
    /** Places for questions about one user from each kind of known source, in {@code pending-per-user}s. */
    private static final int KNOWN_SOURCES = 8;

    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(1);

    private final ApprovalLimits limits;
    private final MonotonicClock time;
    private final Domains domains;
    private final Map<String, OpenQuestion> byId = new LinkedHashMap<>();
    private final Map<ApprovalSubject, OpenQuestion> bySubject = new HashMap<>();
    private final Map<String, Set<OpenQuestion>> byUser = new HashMap<>();
    /** By the names that their users can have, without the domain. */
    private final Map<String, Set<OpenQuestion>> byName = new HashMap<>();

    private final Map<Source, Set<OpenQuestion>> bySource = new HashMap<>();
    private final Map<ApprovalTerms, Set<OpenQuestion>> byTerms = new HashMap<>();
    private long nextSweep;

    /**
     * None.
     *
     * @param domains tell which names can be those of one person
     */
    OpenQuestions(ApprovalLimits limits, MonotonicClock time, Domains domains) {
        this.domains = domains;
        this.limits = limits;
        this.time = time;
        this.nextSweep = time.nanos();
    }

    @Nullable OpenQuestion byId(String id) {
        OpenQuestion found = byId.get(id);
        return found == null || isOver(found) ? null : found;
    }

    @Nullable OpenQuestion about(ApprovalSubject subject) {
        OpenQuestion found = bySubject.get(subject);
        if (found != null && isOver(found)) {
            remove(found);
            return null;
        }
        return found;
    }

    /** Those about {@code user} at {@code source}, by whatever rule. */
    List<OpenQuestion> about(String user, InetAddress source) {
        return of(byUser, user).stream()
                .filter(open -> open.subject().source().equals(source) && !isOver(open))
                .toList();
    }

    private boolean isOver(OpenQuestion open) {
        return open.waiting() == 0 && time.hasReached(open.endsAt());
    }

    int size() {
        return byId.size();
    }

    void add(OpenQuestion open) {
        ApprovalSubject subject = open.subject();
        byId.put(open.id(), open);
        bySubject.put(subject, open);
        add(byUser, subject.user(), open);
        open.names().users().forEach(name -> add(byName, name, open));
        add(bySource, new Source(subject.source()), open);
        add(byTerms, subject.terms(), open);
    }

    void remove(OpenQuestion open) {
        ApprovalSubject subject = open.subject();
        byId.remove(open.id());
        bySubject.remove(subject, open);
        remove(byUser, subject.user(), open);
        open.names().users().forEach(name -> remove(byName, name, open));
        remove(bySource, new Source(subject.source()), open);
        remove(byTerms, subject.terms(), open);
    }

    private static <K> void add(Map<K, Set<OpenQuestion>> index, K key, OpenQuestion open) {
        index.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(open);
    }

    private static <K> void remove(Map<K, Set<OpenQuestion>> index, K key, OpenQuestion open) {
        index.computeIfPresent(key, (_, others) -> {
            others.remove(open);
            return others.isEmpty() ? null : others;
        });
    }

    /** Forgets questions whose time is over and for which nobody waits; looks once a second. */
    void sweep() {
        if (time.hasReached(nextSweep)) {
            nextSweep = time.in(BETWEEN_SWEEPS);
            byId.values().stream().filter(this::isOver).toList().forEach(this::remove);
        }
    }

    /**
     * Why there may be no further question about {@code subject}. Questions from where a user is known to be have
     * places of their own, at each source: a stranger who knows the password cannot take them. Those from where the
     * user is at the portal count by terms: a rule that believes a password takes no places from one that does not.
     *
     * @param place how well the user is known to be there
     */
    Optional<String> limitFor(ApprovalSubject subject, Place place) {
        if (byId.size() >= limits.inAll()) {
            return Optional.of("too many connections wait for approvals ([approval] pending)");
        }
        Source source = new Source(subject.source());
        List<OpenQuestion> alike = of(byUser, subject.user()).stream()
                .filter(open -> open.place() == place)
                .filter(open ->
                        place != Place.AT_THE_PORTAL || open.subject().terms().equals(subject.terms()))
                .toList();
        long there = alike.stream()
                .filter(open ->
                        place == Place.UNKNOWN || new Source(open.subject().source()).equals(source))
                .count();
        if (there >= limits.perUser() || alike.size() >= (long) limits.perUser() * KNOWN_SOURCES) {
            return Optional.of("too many questions about the user are open ([approval] pending-per-user)");
        }
        return of(bySource, source).size() >= limits.perSource()
                ? Optional.of("too many questions about the address are open ([approval] pending-per-source)")
                : Optional.empty();
    }

    private static <K> Set<OpenQuestion> of(Map<K, Set<OpenQuestion>> index, K key) {
        return index.getOrDefault(key, Set.of());
    }

    /** How many questions {@code approver} may answer. Costs as much as there are rules and questions about them. */
    int countFor(Identity approver) {
        int others = answeredBy(approver).mapToInt(Set::size).sum();
        long never = ofThePerson(approver)
                .filter(open -> isAnsweredBy(approver, open.subject().terms()))
                .count();
        return (int) (others - never + ownToAnswer(approver).count());
    }

    /**
     * The questions that {@code approver} may answer: first those about the approver, then those about others; the
     * oldest first.
     */
    QuestionPage pageFor(Identity approver, int from, int most) {
        PersonNames person = PersonNames.of(approver, domains);
        List<ApprovalQuestion> some = Stream.concat(
                        ownToAnswer(approver),
                        answeredBy(approver)
                                .flatMap(Collection::stream)
                                .filter(open -> !person.canBe(open.names()))
                                .sorted(Comparator.comparingLong(OpenQuestion::order)))
                .skip(from)
                .limit(most)
                .map(OpenQuestion::shown)
                .toList();
        return new QuestionPage(some, from, countFor(approver));
    }

    /** The questions of each kind that {@code approver} answers for others, own ones included. */
    private Stream<Set<OpenQuestion>> answeredBy(Identity approver) {
        return byTerms.entrySet().stream()
                .filter(terms -> isAnsweredBy(approver, terms.getKey()))
                .map(Map.Entry::getValue);
    }

    private static boolean isAnsweredBy(Identity approver, ApprovalTerms terms) {
        return terms.approvers().filter(others -> others.includes(approver)).isPresent();
    }

    /** Those about every account behind which {@code user} can be, too. */
    private Stream<OpenQuestion> ofThePerson(Identity user) {
        PersonNames person = PersonNames.of(user, domains);
        return person.users().stream()
                .flatMap(name -> of(byName, name).stream())
                .distinct()
                .filter(open -> person.canBe(open.names()));
    }

    private Stream<OpenQuestion> own(Identity user) {
        return of(byUser, AccountNames.key(user)).stream()
                .filter(open -> open.subject().terms().isOwn(user, open.user()));
    }

    private Stream<OpenQuestion> ownToAnswer(Identity user) {
        return own(user).filter(open -> open.subject().terms().approvers().isEmpty());
    }

    /** The questions about {@code user} that somebody else has to answer. */
    QuestionPage ofOthersAbout(Identity user, int most) {
        List<OpenQuestion> all = own(user)
                .filter(open -> open.subject().terms().approvers().isPresent())
                .toList();
        return new QuestionPage(
                all.stream().limit(most).map(OpenQuestion::shown).toList(), 0, all.size());
    }

    /** The oldest questions. */
    QuestionPage first(int most) {
        return new QuestionPage(
                byId.values().stream().limit(most).map(OpenQuestion::shown).toList(), 0, byId.size());
    }

    /** Those about the users whom {@code which} includes. */
    List<OpenQuestion> concerning(Predicate<Identity> which) {
        return byId.values().stream().filter(open -> open.concerns(which)).toList();
    }
}
