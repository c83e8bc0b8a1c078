package io.gatehouse.jetty.portal;

import io.gatehouse.core.audit.AuditRecord;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.activity.RecentEvents;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Which audit events a page of administrators shows: all that every field of its filter accepts. */
final class EventFilter {
    private static final List<String> FIELDS =
            List.of("user", "source", "action", "outcome", "correlation", "from", "to");

    private final ListFilter filter;

    private EventFilter(ListFilter filter) {
        this.filter = filter;
    }

    static EventFilter of(PortalExchange exchange) {
        return new EventFilter(ListFilter.of(exchange, FIELDS));
    }

    /** Its fields. */
    ListFilter fields() {
        return filter;
    }

    /** What it accepts, or what is wrong with it. */
    Parsed<Predicate<RecentEvents.Entry>> predicate() {
        Predicate<RecentEvents.Entry> all = _ -> true;
        for (Map.Entry<String, String> field : filter.values().entrySet()) {
            switch (predicate(field.getKey(), field.getValue())) {
                case Parsed.Valid<Predicate<AuditRecord>>(Predicate<AuditRecord> one) ->
                    all = all.and(entry -> one.test(entry.event()));
                case Parsed.Faulty<Predicate<AuditRecord>>(String problem) -> {
                    return Parsed.faulty(field.getKey() + ": " + problem);
                }
            }
        }
        return Parsed.valid(all);
    }

    private static Parsed<Predicate<AuditRecord>> predicate(String field, String value) {
        return switch (field) {
            case "user" -> Parsed.valid(user(value));
            case "source" -> source(value);
            case "action" -> Parsed.valid(event -> event.action().equals(value));
            case "outcome" -> Parsed.valid(equal("event.outcome", value));
            case "correlation" -> Parsed.valid(equal("rdgw.correlation_id", value));
            case "from" -> time(value, time -> event -> !event.time().isBefore(time));
            default -> time(value, time -> event -> event.time().isBefore(time));
        };
    }

    private static Predicate<AuditRecord> equal(String field, String value) {
        return event -> event.text(field).filter(value::equals).isPresent();
    }

    /** A part of the name, or of the domain and the name; case is ignored. */
    private static Predicate<AuditRecord> user(String value) {
        String part = AccountNames.folded(value);
        return event -> AccountNames.folded(user(event)).contains(part);
    }

    /** The user of an event as people write one; empty text when there is none. */
    static String user(AuditRecord event) {
        return event.text("user.domain").map(domain -> domain + "\\").orElse("")
                + event.text("user.name").orElse("");
    }

    private static Parsed<Predicate<AuditRecord>> source(String value) {
        return switch (Cidr.parse(value)) {
            case Parsed.Valid<Cidr>(Cidr block) ->
                Parsed.valid(event -> event.text("source.ip")
                        .flatMap(AddressLiteral::parse)
                        .filter(block::contains)
                        .isPresent());
            case Parsed.Faulty<Cidr>(String problem) -> Parsed.faulty(problem);
        };
    }

    /** As browsers write the value of a field for date and time, in UTC. */
    private static Parsed<Predicate<AuditRecord>> time(String value, Function<Instant, Predicate<AuditRecord>> test) {
        Optional<Instant> time;
        try {
            time = Optional.of(LocalDateTime.parse(value).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            time = Optional.empty();
        }
        return time.map(test)
                .map(Parsed::valid)
                .orElseGet(() -> Parsed.faulty("no time (expected a time in UTC such as 2026-11-29T22:00)"));
    }
}
