package io.gatehouse.jetty.admin;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.config.Durations;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.text.Parsed;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Which sessions a request is about: all that every given parameter accepts. */
final class SessionFilter {
    static final List<String> PARAMETERS = List.of("user", "target", "source", "rule", "method", "transport", "since");
    private static final int LONGEST = 256;
    private static final String ANY = "*";

    private final Domains domains;
    private final Clock clock;

    SessionFilter(Domains domains, Clock clock) {
        this.domains = domains;
        this.clock = clock;
    }

    /**
     * The filter of {@code call}.
     *
     * @throws ApiProblemException 400 when a parameter cannot be read
     */
    Predicate<Session> of(Call call) throws ApiProblemException {
        Predicate<Session> all = _ -> true;
        for (String name : PARAMETERS) {
            String value = value(call, name);
            if (!value.isEmpty()) {
                all = all.and(
                        switch (name) {
                            case "user" -> {
                                Predicate<Identity> user = user(value);
                                yield session -> user.test(session.user());
                            }
                            case "source" -> source(value);
                            case "target" ->
                                matching(value, session -> session.target().host());
                            case "rule" -> session -> session.rule().equals(value);
                            case "method" -> session -> session.user().method().equals(value);
                            case "since" -> since(value);
                            default -> session -> session.transport().equals(value);
                        });
            }
        }
        return all;
    }

    /**
     * The value of a parameter that filters; empty text when there is none.
     *
     * @throws ApiProblemException 400 when it is too long
     */
    static String value(Call call, String name) throws ApiProblemException {
        String value = call.parameter(name).orElse("");
        if (value.length() > LONGEST) {
            throw new ApiProblemException(400, name + ": expected at most " + LONGEST + " characters");
        }
        return value;
    }

    /** An account, as everywhere; or a pattern with {@code *} for the account as it is shown. */
    Predicate<Identity> user(String value) throws ApiProblemException {
        if (value.contains(ANY)) {
            return matching(value, Identity::displayName);
        }
        return account(value)::matches;
    }

    /**
     * The account that a request names.
     *
     * @throws ApiProblemException 400 when it is no name
     */
    NamedAccount account(String name) throws ApiProblemException {
        if (name.contains(ANY)) {
            throw new ApiProblemException(400, "user: expected one user, not a pattern");
        }
        return switch (NamedAccount.parse(name, domains)) {
            case Parsed.Valid<NamedAccount>(NamedAccount account) -> account;
            case Parsed.Faulty<NamedAccount>(String problem) -> throw new ApiProblemException(400, "user: " + problem);
        };
    }

    /** A time, or a duration before now. */
    private Predicate<Session> since(String value) throws ApiProblemException {
        Instant from;
        try {
            from = Durations.parse(value) instanceof Parsed.Valid<Duration>(Duration ago)
                    ? clock.instant().minus(ago)
                    : Instant.parse(value);
        } catch (DateTimeException | ArithmeticException e) {
            throw new ApiProblemException(400, "since: expected a time such as 2026-11-29T12:00:00Z, or a duration");
        }
        return session -> !session.since().isBefore(from);
    }

    private static Predicate<Session> source(String value) throws ApiProblemException {
        return switch (Cidr.parse(value)) {
            case Parsed.Valid<Cidr>(Cidr block) ->
                session -> block.contains(session.client().address());
            case Parsed.Faulty<Cidr>(String problem) -> throw new ApiProblemException(400, "source: " + problem);
        };
    }

    /** Upper and lower case are the same, and {@code *} stands for any text. */
    static <T> Predicate<T> matching(String pattern, Function<T, String> text) {
        TextPattern matching = TextPattern.of(pattern);
        return entry -> matching.matches(text.apply(entry));
    }
}
