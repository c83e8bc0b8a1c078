package io.gatehouse.core.session;

import static io.gatehouse.core.text.AccountNames.folded;

import io.gatehouse.core.text.AccountNames;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

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
