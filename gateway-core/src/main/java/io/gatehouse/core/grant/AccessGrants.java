package io.gatehouse.core.grant;

import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.text.Parsed;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    private static final String GRANT = "grant";
    private static final String REQUEST = "request";
    private static final int FIELDS_OF_A_GRANT = 11;
    private static final int FIELDS_OF_A_REQUEST = 9;

    private final Clock clock;
    private final Map<String, AccessRequest> requests = new LinkedHashMap<>();
    private final Map<String, TemporaryGrant> grants = new LinkedHashMap<>();

    /** Nobody has asked. */
    public AccessGrants(Clock clock) {
        this.clock = clock;
    }

    /** Keeps a request; why it does not, when there are too many. The same desktop asked for again is one request. */
    public synchronized Optional<String> ask(AccessRequest request) {
        forgetUnanswered();
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

    /** Ends a grant; empty when there is none of that id. */
    public synchronized Optional<TemporaryGrant> remove(String id) {
        return Optional.ofNullable(grants.remove(id));
    }

    /** Takes out those whose time is over. */
    public synchronized List<TemporaryGrant> takeExpired() {
        Instant now = clock.instant();
        List<TemporaryGrant> over = grants.values().stream()
                .filter(grant -> !now.isBefore(grant.until()))
                .toList();
        over.forEach(grant -> grants.remove(grant.id()));
        return over;
    }

    /** Those that last, the oldest first. */
    public synchronized List<TemporaryGrant> grants() {
        Instant now = clock.instant();
        return grants.values().stream()
                .filter(grant -> now.isBefore(grant.until()))
                .toList();
    }

    /** Those that wait for an answer, the oldest first. */
    public synchronized List<AccessRequest> requests() {
        forgetUnanswered();
        return List.copyOf(requests.values());
    }

    /** What the grants that last add to the rules. */
    public List<PolicyRule> rules() {
        return grants().stream().flatMap(grant -> grant.rule().stream()).toList();
    }

    /** All of it as the content of a file: one a line, its fields separated by tabs. */
    public synchronized String text() {
        StringBuilder text = new StringBuilder();
        for (TemporaryGrant grant : grants()) {
            line(
                    text,
                    GRANT,
                    grant.id(),
                    grant.since().toString(),
                    grant.until().toString(),
                    String.valueOf(grant.once()),
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
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.isEmpty() && !read(line.split("\t", -1), readGrants, readRequests)) {
                return Optional.of("line " + number + " (expected a grant or a request, its fields separated by tabs)");
            }
        }
        grants.clear();
        requests.clear();
        readGrants.stream().limit(MOST_GRANTS).forEach(grant -> grants.put(grant.id(), grant));
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
                        Boolean.parseBoolean(fields[4]),
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
                .orElseGet(() -> Parsed.valid(read.rules()));
    }
}
