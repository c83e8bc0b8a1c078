package io.gatehouse.core.grant;

import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.text.Parsed;
import java.time.Clock;
import java.time.DateTimeException;
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

    private static final String IN_USE = "in-use";

    private static final String GRANT = "grant";
    private static final String REQUEST = "request";
    private static final int FIELDS_OF_A_GRANT = 11;
    private static final int FIELDS_OF_A_REQUEST = 9;

    private final Clock clock;
    private final Map<String, AccessRequest> requests = new LinkedHashMap<>();
    private final Map<String, TemporaryGrant> grants = new LinkedHashMap<>();
    /** Ids of those for one session that have it. */
    private final Set<String> inUse = new HashSet<>();
    /** Ids of those whose time is over, and whose sessions go on. */
    private final Set<String> ended = new HashSet<>();

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
                .anyMatch(other -> other.account().equals(request.account())
                        && other.desktop().equals(request.desktop())
                        && other.at().isAfter(unchanged))) {
            return Optional.of("the user has asked for this desktop within " + UNCHANGED.toMinutes() + " minutes");
        }
        requests.values()
                .removeIf(other -> other.account().equals(request.account())
                        && other.desktop().equals(request.desktop()));
        long own = requests.values().stream()
                .filter(other -> other.account().equals(request.account()))
                .count();
        if (own >= MOST_REQUESTS_OF_A_USER || requests.size() >= MOST_REQUESTS) {
            return Optional.of("too many requests wait for an answer (at most " + MOST_REQUESTS_OF_A_USER
                    + " of a user, and " + MOST_REQUESTS + " in all)");
        }
        requests.put(request.id(), request);
        return Optional.empty();
    }

    /** The request of that id, which is gone from then on: of two answers, the first one counts. */
    public synchronized Optional<AccessRequest> take(String id) {
        forgetUnanswered();
        return Optional.ofNullable(requests.remove(id));
    }

    /** The request of that id. */
    public synchronized Optional<AccessRequest> request(String id) {
        forgetUnanswered();
        return Optional.ofNullable(requests.get(id));
    }

    private void forgetUnanswered() {
        Instant oldest = clock.instant().minus(UNANSWERED);
        requests.values().removeIf(request -> request.at().isBefore(oldest));
    }

    /** Keeps a grant; why it does not, when there are too many. */
    public synchronized Optional<String> add(TemporaryGrant grant) {
        long own = grants.values().stream()
                .filter(other -> other.account().equals(grant.account()))
                .count();
        if (own >= MOST_GRANTS_OF_A_USER || grants.size() >= MOST_GRANTS) {
            return Optional.of("too many grants last (at most " + MOST_GRANTS_OF_A_USER + " of a user, and "
                    + MOST_GRANTS + " in all)");
        }
        grants.put(grant.id(), grant);
        return Optional.empty();
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
            if (!lasts(grant)) {
                if (!ended.contains(grant.id())) {
                    expired.add(grant);
                }
                if (goesOn.test(grant)) {
                    ended.add(grant.id());
                } else {
                    remove(grant.id());
                }
            }
        }
        return expired;
    }

    private boolean lasts(TemporaryGrant grant) {
        return clock.instant().isBefore(grant.until());
    }

    /** Those that last, and those whose sessions go on after their time, the oldest first. */
    public synchronized List<TemporaryGrant> grants() {
        return grants.values().stream()
                .filter(grant -> lasts(grant) || ended.contains(grant.id()))
                .toList();
    }

    /** Whether the grant of that id was not ended, whatever the time. */
    public synchronized boolean has(String id) {
        return grants.containsKey(id);
    }

    /** Those that wait for an answer, the oldest first. */
    public synchronized List<AccessRequest> requests() {
        forgetUnanswered();
        return List.copyOf(requests.values());
    }

    /**
     * What the grants add to the rules; these rules end by themselves.
     *
     * @param atEnd what becomes of channels that are open then
     */
    public List<PolicyRule> rules(AtHoursEnd atEnd) {
        return grants().stream().flatMap(grant -> grant.rule(atEnd).stream()).toList();
    }

    /** All of it as the content of a file: one a line, its fields separated by tabs. */
    public synchronized String text() {
        StringBuilder text = new StringBuilder();
        for (TemporaryGrant grant : grants().stream().filter(this::lasts).toList()) {
            line(
                    text,
                    GRANT,
                    grant.id(),
                    grant.since().toString(),
                    grant.until().toString(),
                    inUse.contains(grant.id()) ? IN_USE : String.valueOf(grant.once()),
                    grant.account(),
                    grant.desktop(),
                    grant.target().host(),
                    String.valueOf(grant.target().port()),
                    grant.by(),
                    grant.reason());
        }
        for (AccessRequest request : requests()) {
            line(
                    text,
                    REQUEST,
                    request.id(),
                    request.at().toString(),
                    request.duration().toString(),
                    request.account(),
                    request.desktop(),
                    request.target().host(),
                    String.valueOf(request.target().port()),
                    request.reason());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String... fields) {
        text.append(String.join("\t", fields)).append('\n');
    }

    /** Makes what {@link #text} wrote the content; the problem, when it is something else. */
    public synchronized Optional<String> restore(String text) {
        List<TemporaryGrant> readGrants = new ArrayList<>();
        List<AccessRequest> readRequests = new ArrayList<>();
        Set<String> used = new HashSet<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String[] fields = line.split("\t", -1);
            if (!line.isEmpty() && !read(fields, readGrants, readRequests)) {
                return Optional.of("line " + number + " (expected a grant or a request, its fields separated by tabs)");
            }
            if (fields[0].equals(GRANT) && fields[4].equals(IN_USE)) {
                used.add(fields[1]);
            }
        }
        grants.clear();
        ended.clear();
        inUse.clear();
        requests.clear();
        readGrants.stream().limit(MOST_GRANTS).forEach(grant -> grants.put(grant.id(), grant));
        used.forEach(this::use);
        readRequests.stream().limit(MOST_REQUESTS).forEach(request -> requests.put(request.id(), request));
        return Optional.empty();
    }

    private static boolean read(String[] fields, List<TemporaryGrant> grants, List<AccessRequest> requests) {
        try {
            if (fields[0].equals(GRANT) && fields.length == FIELDS_OF_A_GRANT && fields[5].indexOf('\\') >= 0) {
                grants.add(new TemporaryGrant(
                        fields[1],
                        fields[5],
                        fields[6],
                        new Target(fields[7], Integer.parseInt(fields[8])),
                        fields[10],
                        Instant.parse(fields[2]),
                        Instant.parse(fields[3]),
                        fields[4].equals(IN_USE) || Boolean.parseBoolean(fields[4]),
                        fields[9]));
                return true;
            }
            if (fields[0].equals(REQUEST) && fields.length == FIELDS_OF_A_REQUEST && fields[4].indexOf('\\') >= 0) {
                requests.add(new AccessRequest(
                        fields[1],
                        fields[4],
                        fields[5],
                        new Target(fields[6], Integer.parseInt(fields[7])),
                        fields[8],
                        Duration.parse(fields[3]),
                        Instant.parse(fields[2])));
                return true;
            }
            return false;
        } catch (DateTimeException | NumberFormatException _) {
            return false;
        }
    }

    /** The grants in the text of a file, for somebody who only looks. */
    public static Parsed<List<PolicyRule>> rulesIn(String text, Clock clock) {
        AccessGrants read = new AccessGrants(clock);
        return read.restore(text)
                .<Parsed<List<PolicyRule>>>map(Parsed::faulty)
                .orElseGet(() -> Parsed.valid(read.rules(AtHoursEnd.DISCONNECT)));
    }
}
