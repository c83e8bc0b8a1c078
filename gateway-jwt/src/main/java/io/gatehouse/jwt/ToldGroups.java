package io.gatehouse.jwt;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the groups of users as one source tells them. What no rule can name (an empty name, {@code null}, control
 * characters) is left out, and said in the log once; numbers and truth values are the names that they are written as.
 * Anything else refuses the sign-in: a group that is not understood may be one by which a rule restricts. Safe for use
 * by many threads.
 */
public final class ToldGroups {
    private static final Logger LOG = LoggerFactory.getLogger(ToldGroups.class);
    private static final int MOST_GROUPS = 2000;

    private final String source;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * Groups of a source.
     *
     * @param source names it in the log
     */
    public ToldGroups(String source) {
        this.source = source;
    }

    /**
     * The groups of a claim, which is a list of names or one name.
     *
     * @param claim its name
     */
    public Set<String> of(String claim, Object value) throws RejectedException {
        return switch (value) {
            case String name -> of(List.of(name));
            case List<?> entries -> of(entries);
            default ->
                throw new RejectedException(
                        Reason.REFUSED,
                        "the claim %s is %s, no list of names"
                                .formatted(PrintableText.quoted(claim), Claims.kind(value)));
        };
    }

    /** The groups of a list. */
    public Set<String> of(List<?> entries) throws RejectedException {
        if (entries.size() > MOST_GROUPS) {
            throw new RejectedException(
                    Reason.REFUSED, "%d groups (expected at most %d)".formatted(entries.size(), MOST_GROUPS));
        }
        Set<String> groups = new LinkedHashSet<>();
        for (Object entry : entries) {
            name(entry).ifPresent(groups::add);
        }
        return groups;
    }

    private Optional<String> name(@Nullable Object entry) throws RejectedException {
        return switch (entry) {
            case null -> leftOut("null");
            case String text -> name(text.strip());
            case Boolean truth -> Optional.of(truth.toString());
            case Number number ->
                Optional.of(
                        new BigDecimal(number.toString()).stripTrailingZeros().toPlainString());
            case Map<?, ?> _ -> throw notAName("an object");
            case List<?> _ -> throw notAName("a list");
            default -> throw notAName("of another kind");
        };
    }

    private Optional<String> name(String text) {
        if (text.isEmpty()) {
            return leftOut("an empty name");
        }
        return text.chars().anyMatch(Character::isISOControl)
                ? leftOut("a name with control characters")
                : Optional.of(text);
    }

    private static RejectedException notAName(String kind) {
        return new RejectedException(Reason.REFUSED, "one of the groups is " + kind + " (expected names in a list)");
    }

    private Optional<String> leftOut(String kind) {
        if (told.add(kind)) {
            LOG.atWarn()
                    .addKeyValue("source", source)
                    .addKeyValue("group", kind)
                    .log("a group that no rule can name is ignored; further ones are not logged");
        }
        return Optional.empty();
    }
}
