package io.gatehouse.core.grant;

import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.text.Parsed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The requests that nobody has answered yet, and the grants that last. Both are bounded. Safe for use by many threads.
 *
 * <p>What is new is kept in the {@link #text} at once, and is nobody's to see and opens nothing until it is {@linkplain
 * #release released}: whoever keeps an audit log writes it between the two.
 */
public final class AccessGrants {
    /** More grants do not last at one time. */
    public static final int MOST_GRANTS = 1000;

    static final int MOST_REQUESTS = 1000;
    static final int MOST_REQUESTS_OF_A_USER = 5;
    static final int MOST_GRANTS_OF_A_USER = 20;
    /** A request that nobody answers for so long is forgotten. */
    static final Duration UNANSWERED = Duration.ofDays(1);
    /** A request stays the same for so long, or an approver could not answer it. */
    static final Duration UNCHANGED = Duration.ofMinutes(10);

    /** So much may the clock be set back without an end of what was made before. */
    private static final Duration SET_BACK = Duration.ofMinutes(5);

    private final Clock clock;
    private final Map<String, AccessRequest> requests = new LinkedHashMap<>();
    /** Requests that were refused, the one refused first first. A restart forgets them. */
    private final Map<String, Denied> denied = new LinkedHashMap<>();

    private final Map<String, TemporaryGrant> grants = new LinkedHashMap<>();
    /** Ids of those for one session that have it. */
    private final Set<String> inUse = new HashSet<>();
    /** Ids of those whose time is over, and whose sessions go on. */
    private final Set<String> ended = new HashSet<>();

    /** Ids of what is not released yet. */
    private final Set<String> held = new HashSet<>();

    private record Denied(AccessRequest request, Instant at) {}

    /** Nobody has asked. */
    public AccessGrants(Clock clock) {
        this.clock = clock;
    }

    /**
     * Keeps a request; why it does not, when there are too many. The same desktop asked for again is one request, which
     * takes the place of the first one when that has waited for a while.
     */
    public synchronized Optional<String> ask(AccessRequest request) {
        forgetUnanswered();
        Instant unchanged = clock.instant().minus(UNCHANGED);
        if (requests.values().stream()
                .anyMatch(other -> asksForTheSame(other, request) && other.at().isAfter(unchanged))) {
            return Optional.of("the user has asked for this desktop within " + UNCHANGED.toMinutes() + " minutes");
        }
        requests.values().removeIf(other -> asksForTheSame(other, request));
        denied.values().removeIf(other -> asksForTheSame(other.request(), request));
        long own = requests.values().stream()
                .filter(other -> other.account().equals(request.account()))
                .count();
        if (own >= MOST_REQUESTS_OF_A_USER || requests.size() >= MOST_REQUESTS) {
            return Optional.of("too many requests wait for an answer (at most " + MOST_REQUESTS_OF_A_USER
                    + " of a user, and " + MOST_REQUESTS + " in all)");
        }
        requests.put(request.id(), request);
        held.add(request.id());
        return Optional.empty();
    }

    /** The request of that id, which is gone from then on: of two answers, the first one counts. */
    public synchronized Optional<AccessRequest> take(String id) {
        Optional<AccessRequest> found = request(id);
        found.ifPresent(_ -> requests.remove(id));
        return found;
    }

    /** The same, and keeps for its user for a while that it was refused. */
    public synchronized Optional<AccessRequest> deny(String id) {
        Optional<AccessRequest> taken = take(id);
        taken.ifPresent(request -> {
            denied.put(id, new Denied(request, clock.instant()));
            if (denied.size() > MOST_REQUESTS) {
                denied.remove(denied.keySet().iterator().next());
            }
        });
        return taken;
    }

    /** What was refused to an account within a day, and not asked for again. */
    public synchronized List<AccessRequest> denied(String account) {
        forgetUnanswered();
        return denied.values().stream()
                .map(Denied::request)
                .filter(request -> request.account().equals(account))
                .toList();
    }

    /** The request of that id. */
    public synchronized Optional<AccessRequest> request(String id) {
        forgetUnanswered();
        return Optional.ofNullable(requests.get(id)).filter(this::isReleased);
    }

    private boolean isReleased(AccessEntry entry) {
        return !held.contains(entry.id());
    }

    private static boolean asksForTheSame(AccessEntry one, AccessEntry other) {
        return one.account().equals(other.account()) && one.desktop().equals(other.desktop());
    }

    private void forgetUnanswered() {
        Instant now = clock.instant();
        Predicate<Instant> isForgotten = at -> at.isBefore(now.minus(UNANSWERED)) || isAhead(at, now);
        requests.values().removeIf(request -> isForgotten.test(request.at()));
        denied.values().removeIf(refusal -> isForgotten.test(refusal.at()));
    }

    /** Keeps a grant; why it does not, when there are too many beside the one whose place it takes. */
    public synchronized Optional<String> add(TemporaryGrant grant) {
        List<TemporaryGrant> others = grants.values().stream()
                .filter(other -> !asksForTheSame(other, grant))
                .toList();
        long own = others.stream()
                .filter(other -> other.account().equals(grant.account()))
                .count();
        if (own >= MOST_GRANTS_OF_A_USER || others.size() >= MOST_GRANTS) {
            return Optional.of("too many grants last (at most " + MOST_GRANTS_OF_A_USER + " of a user, and "
                    + MOST_GRANTS + " in all)");
        }
        grants.put(grant.id(), grant);
        held.add(grant.id());
        return Optional.empty();
    }

    /**
     * Lets what is new be seen and answered, or hold. There is one grant of an account for a desktop: a new one takes
     * the place of the one before.
     *
     * @return the grants whose place it takes
     */
    public synchronized List<TemporaryGrant> release(String id) {
        held.remove(id);
        TemporaryGrant grant = grants.get(id);
        List<TemporaryGrant> before = grants.values().stream()
                .filter(other -> grant != null && asksForTheSame(other, grant))
                .filter(other -> !other.id().equals(id) && isReleased(other))
                .toList();
        before.forEach(other -> remove(other.id()));
        return before;
    }

    /**
     * Keeps a grant instead of the request that has its id; why it does not, when that is gone or there are too many. A
     * request that cannot be granted now goes on waiting.
     */
    public synchronized Optional<String> approve(TemporaryGrant grant) {
        if (request(grant.id()).isEmpty()) {
            return Optional.of("request " + grant.id() + " was answered meanwhile");
        }
        Optional<String> tooMany = add(grant);
        if (tooMany.isEmpty()) {
            requests.remove(grant.id());
        }
        return tooMany;
    }

    /** Notes that a grant for one session has it. */
    public synchronized void use(String id) {
        if (grants.containsKey(id)) {
            inUse.add(id);
        }
    }

    /** Whether a grant for one session has it, or had it before a restart. */
    public synchronized boolean isInUse(String id) {
        return inUse.contains(id);
    }

    /** Ends a grant; empty when there is none of that id. */
    public synchronized Optional<TemporaryGrant> remove(String id) {
        inUse.remove(id);
        ended.remove(id);
        held.remove(id);
        return Optional.ofNullable(grants.remove(id));
    }

    /**
     * Takes out those whose time is over; those whose time was not over the last time.
     *
     * @param goesOn whether sessions of a grant go on: then it stays, and opens nothing
     */
    public synchronized List<TemporaryGrant> expire(Predicate<TemporaryGrant> goesOn) {
        List<TemporaryGrant> expired = new ArrayList<>();
        for (TemporaryGrant grant : List.copyOf(grants.values())) {
            boolean wasEnded = ended.contains(grant.id());
            if (lasts(grant) && !wasEnded) {
                continue;
            }
            if (!wasEnded) {
                expired.add(grant);
            }
            // Before its end it would open something again: the clock was set back.
            if (!clock.instant().isBefore(grant.until()) && goesOn.test(grant)) {
                ended.add(grant.id());
            } else {
                remove(grant.id());
            }
        }
        return expired;
    }

    private boolean lasts(TemporaryGrant grant) {
        Instant now = clock.instant();
        return now.isBefore(grant.until()) && !isAhead(grant.since(), now);
    }

    /** Whether it was made while the clock was wrong: nobody knows for how long it would last. */
    private static boolean isAhead(Instant made, Instant now) {
        return made.isAfter(now.plus(SET_BACK));
    }

    /** Those that last, and those whose sessions go on after their time, the oldest first. */
    public synchronized List<TemporaryGrant> grants() {
        return grants.values().stream()
                .filter(grant -> isReleased(grant) && (lasts(grant) || ended.contains(grant.id())))
                .toList();
    }

    /** Whether the grant of that id was not ended, whatever the time. */
    public synchronized boolean has(String id) {
        return grants.containsKey(id);
    }

    /** Those that wait for an answer, the oldest first. */
    public synchronized List<AccessRequest> requests() {
        forgetUnanswered();
        return requests.values().stream().filter(this::isReleased).toList();
    }

    /** What the grants add to the rules; these rules end by themselves. */
    public List<PolicyRule> rules(GrantTerms terms) {
        return grants().stream().flatMap(grant -> grant.rule(terms).stream()).toList();
    }

    /** All of it as the content of a file. */
    public synchronized String text() {
        forgetUnanswered();
        return GrantText.of(new GrantText.Content(
                grants.values().stream().filter(this::lasts).toList(), List.copyOf(requests.values()), inUse));
    }

    /** Makes what {@link #text} wrote the content; the problem, when it is something else. */
    public synchronized Optional<String> restore(String text) {
        return switch (GrantText.parse(text)) {
            case Parsed.Faulty<GrantText.Content>(String problem) -> Optional.of(problem);
            case Parsed.Valid<GrantText.Content>(GrantText.Content read) -> {
                grants.clear();
                ended.clear();
                inUse.clear();
                requests.clear();
                held.clear();
                read.grants().stream().limit(MOST_GRANTS).forEach(grant -> {
                    grants.put(grant.id(), grant);
                    release(grant.id());
                });
                read.inUse().forEach(this::use);
                read.requests().stream().limit(MOST_REQUESTS).forEach(request -> requests.put(request.id(), request));
                yield Optional.empty();
            }
        };
    }

    /** The rules of the grants in the text of a file, for a reader that changes nothing. */
    public static Parsed<List<PolicyRule>> rulesIn(String text, Clock clock, GrantTerms terms) {
        AccessGrants read = new AccessGrants(clock);
        return read.restore(text)
                .<Parsed<List<PolicyRule>>>map(Parsed::faulty)
                .orElseGet(() -> Parsed.valid(read.rules(terms)));
    }
}
