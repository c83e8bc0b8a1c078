package io.gatehouse.core.session;

import static io.gatehouse.core.text.AccountNames.folded;

import io.gatehouse.core.text.AccountNames;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** The orders in which sessions are listed. */
public enum SessionOrder {
    /** The newest first. */
    NEWEST {
        @Override
        String key(Session session) {
            return descending(session.since().toEpochMilli());
        }
    },
    /** The oldest first. */
    OLDEST {
        @Override
        String key(Session session) {
            return ascending(session.since().toEpochMilli());
        }
    },
    /** By domain and user. */
    USER {
        @Override
        String key(Session session) {
            return AccountNames.key(session.user());
        }
    },
    /** By name and port of the target. */
    TARGET {
        @Override
        String key(Session session) {
            // The space sorts before all that names have: pc1 before pc10, whatever their ports.
            return folded(session.target().host()) + " "
                    + ascending(session.target().port());
        }
    },
    /** By address of the client, IPv4 before IPv6. */
    SOURCE {
        @Override
        String key(Session session) {
            InetAddress address = session.client().address();
            return (address instanceof Inet6Address ? "6" : "4")
                    + HexFormat.of().formatHex(address.getAddress());
        }
    },
    /** Those without input for the longest time first. */
    IDLE {
        @Override
        String key(Session session) {
            return descending(session.idle().toMillis());
        }
    },
    /** Those with most bytes in both directions first. */
    BYTES {
        @Override
        String key(Session session) {
            return descending(session.bytesToTarget() + session.bytesToClient());
        }
    };

    private record Keyed(String key, Session session) {
        private String id() {
            return session.id();
        }
    }

    /**
     * Cuts a page out of {@code all}. Sessions that begin or end between two pages neither repeat nor hide another one.
     * One whose key changes meanwhile (idle time, bytes) may be on both or none.
     *
     * @param limit the most sessions of a page
     * @param after the {@link ListPage#next} of the page before, which must be of the same order
     */
    public ListPage<Session> page(
            Collection<Session> all, Predicate<Session> filter, int limit, Optional<SessionCursor> after) {
        List<Keyed> matching = all.stream()
                .filter(filter)
                .map(session -> new Keyed(key(session), session))
                .sorted(Comparator.comparing(Keyed::key).thenComparing(Keyed::id))
                .toList();
        return ListPage.of(
                        matching,
                        each -> after.isEmpty() || after.get().isBefore(each.key(), each.id()),
                        limit,
                        each -> new SessionCursor(this, each.key(), each.id()).toString())
                .map(Keyed::session);
    }

    /** Text whose order is that of the sessions. */
    abstract String key(Session session);

    /** Its name in the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The order of that name. */
    public static Optional<SessionOrder> of(String label) {
        return Arrays.stream(values())
                .filter(order -> order.label().equals(label))
                .findFirst();
    }

    private static String ascending(long number) {
        return String.format(Locale.ROOT, "%019d", Math.max(0, number));
    }

    private static String descending(long number) {
        return ascending(Long.MAX_VALUE - Math.max(0, number));
    }
}
