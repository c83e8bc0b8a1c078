package io.gatehouse.core.limits;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may hold a connection before sign-in. When all places are taken, a newcomer is taken in all the same, and
 * a connection of whoever holds most is given up for it, so that strangers who hold connections open keep nobody else
 * out.
 *
 * <p>Who holds most is looked for in the widest networks first, for an attacker may have a whole network: IPv6 /48,
 * then /56, then /64, and IPv4 /24, then single addresses. Within a source the connection that got least far goes
 * first, the oldest of several.
 *
 * <p>Sources that signed in lately have half of the places for themselves: while they hold no more than that, strangers
 * give way to them, and nobody gives up their connections. Beyond it they are treated as strangers are.
 *
 * <p>One source has so many places at most. When it holds them all, its newcomer takes the place of one that has asked
 * nothing yet, or is refused when there is none.
 *
 * <p>Every method takes time that grows with the logarithm of the number of places. Not safe for use by many threads.
 *
 * @param <T> what holds a place
 */
public final class HalfOpenPlaces<T> {
    private final int most;
    private final int mostOfSource;
    private final Node<T> strangers = new Node<>(null, new Prefix(0, 0));
    private final Node<T> known = new Node<>(null, new Prefix(0, 0));
    private long arrivals;

    /** How far a connection got, the least first. */
    public enum Stage {
        /** Accepted; TLS, if there is any, not established. */
        CONNECTED,
        ENCRYPTED,
        /** A whole request head arrived. */
        ASKED,
        /** It carries a tunnel whose user has not signed in yet, or whose other half is missing. */
        IN_TUNNEL
    }

    /** Which limit a connection was too much for. */
    public enum Limit {
        /** That of all sources together. */
        ALL,
        /** That of its source. */
        SOURCE
    }

    /** The answer to a new connection: a place, perhaps at the cost of another one, or none. */
    public sealed interface Entry<T> {
        /** It has a place, for which another may have lost its own. */
        record Taken<T>(Place<T> place, Optional<PushedOut<T>> pushedOut) implements Entry<T> {}

        /** No place can be made for the new connection. */
        record Refused<T>(Limit limit) implements Entry<T> {}
    }

    /** A connection that is closed to make room for a new one. */
    public record PushedOut<T>(T holder, Limit limit) {}

    /** A place that is held, until it is left or lost. */
    public static final class Place<T> {
        private static final Comparator<Place<?>> LEAST_ADVANCED_FIRST =
                Comparator.<Place<?>, Stage>comparing(place -> place.stage).thenComparingLong(place -> place.number);

        private final T holder;
        private final Node<T> source;
        private final long number;
        private Stage stage = Stage.CONNECTED;
        private boolean held = true;

        private Place(T holder, Node<T> source, long number) {
            this.holder = holder;
            this.source = source;
            this.number = number;
        }
    }

    /** A network by its length in bits, which IPv4 and IPv6 do not share, and the bits. */
    private record Prefix(int length, long bits) {
        private static final List<Integer> IPV4 = List.of(24, 32);
        private static final List<Integer> IPV6 = List.of(48, 56, 64);

        /** The networks of an address that are compared, the widest first. */
        static List<Prefix> of(InetAddress address) {
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            if (address instanceof Inet6Address) {
                long bits = bytes.getLong();
                return IPV6.stream()
                        .map(length -> new Prefix(length, bits >>> (Long.SIZE - length)))
                        .toList();
            }
            int bits = bytes.getInt();
            return IPV4.stream()
                    .map(length -> new Prefix(length, bits >>> (Integer.SIZE - length)))
                    .toList();
        }
    }

    /** A network with those within it, or a source with its places. */
    private static final class Node<T> {
        private static final Comparator<Node<?>> FULLEST_FIRST = Comparator.<Node<?>>comparingInt(node -> -node.count)
                .thenComparing(Node::next, Comparator.nullsLast(Place.LEAST_ADVANCED_FIRST));

        private final @Nullable Node<T> parent;
        private final Prefix prefix;
        private final Map<Prefix, Node<T>> within = new HashMap<>();
        private final TreeSet<Node<T>> fullestFirst = new TreeSet<>(FULLEST_FIRST);
        private final TreeSet<Place<T>> places = new TreeSet<>(Place.LEAST_ADVANCED_FIRST);
        private int count;
        private @Nullable Place<T> next;

        Node(@Nullable Node<T> parent, Prefix prefix) {
            this.parent = parent;
            this.prefix = prefix;
        }

        /** The place that would be lost first. */
        @Nullable Place<T> next() {
            return next;
        }

        /** The number of places of the fullest network within. */
        int fullest() {
            return fullestFirst.isEmpty() ? 0 : fullestFirst.first().count;
        }

        @Nullable Node<T> find(List<Prefix> path) {
            Node<T> node = this;
            for (Prefix step : path) {
                node = node.within.get(step);
                if (node == null) {
                    return null;
                }
            }
            return node;
        }

        Node<T> findOrMake(List<Prefix> path) {
            Node<T> node = this;
            for (Prefix step : path) {
                Node<T> above = node;
                node = above.within.computeIfAbsent(step, prefix -> new Node<>(above, prefix));
            }
            return node;
        }

        /** Changes the places of this source, and keeps the order of all networks around it. */
        void change(Runnable change) {
            for (Node<T> node = this; node.parent != null; node = node.parent) {
                node.parent.fullestFirst.remove(node);
            }
            int before = places.size();
            change.run();
            int more = places.size() - before;
            Node<T> node = this;
            while (node != null) {
                node.count += more;
                node.next = node.places.isEmpty() ? node.nextWithin() : node.places.first();
                Node<T> above = node.parent;
                if (above != null && node.count > 0) {
                    above.fullestFirst.add(node);
                } else if (above != null) {
                    above.within.remove(node.prefix);
                }
                node = above;
            }
        }

        private @Nullable Place<T> nextWithin() {
            return fullestFirst.isEmpty() ? null : fullestFirst.first().next;
        }
    }

    /**
     * No place is held.
     *
     * @param most places, all together
     * @param mostOfSource places of one source
     */
    public HalfOpenPlaces(int most, int mostOfSource) {
        this.most = most;
        this.mostOfSource = mostOfSource;
    }

    /**
     * Gives a newcomer a place.
     *
     * @param isKnown whether its source signed in lately
     * @param crowded whether somebody has to go for it even if there are places left
     */
    public Entry<T> enter(T holder, InetAddress client, boolean isKnown, boolean crowded) {
        List<Prefix> path = Prefix.of(client);
        Optional<PushedOut<T>> pushedOut = Optional.empty();
        if (heldBy(path) >= mostOfSource) {
            pushedOut = idle(path).map(place -> pushOut(place, Limit.SOURCE));
            if (pushedOut.isEmpty()) {
                return new Entry.Refused<>(Limit.SOURCE);
            }
        } else if (crowded || count() >= most) {
            pushedOut = ofFullest(isKnown).map(place -> pushOut(place, Limit.ALL));
            if (pushedOut.isEmpty()) {
                return new Entry.Refused<>(Limit.ALL);
            }
        }
        Node<T> source = (isKnown ? known : strangers).findOrMake(path);
        Place<T> place = new Place<>(holder, source, ++arrivals);
        source.change(() -> source.places.add(place));
        return new Entry.Taken<>(place, pushedOut);
    }

    /** Gives the place up that a newcomer of a known source would get; empty when none is held. */
    public Optional<PushedOut<T>> makeRoom() {
        return ofFullest(true).map(place -> pushOut(place, Limit.ALL));
    }

    /** A connection got further; of no interest when it has no place any more. */
    public void advance(Place<T> place, Stage stage) {
        if (place.held && place.stage.compareTo(stage) < 0) {
            place.source.change(() -> {
                place.source.places.remove(place);
                place.stage = stage;
                place.source.places.add(place);
            });
        }
    }

    /** A connection signed in, or is gone. Doing so again changes nothing. */
    public void leave(Place<T> place) {
        if (place.held) {
            place.held = false;
            place.source.change(() -> place.source.places.remove(place));
        }
    }

    /** Places that are held. */
    public int count() {
        return strangers.count + known.count;
    }

    private int heldBy(List<Prefix> path) {
        return Stream.of(strangers, known)
                .map(tree -> tree.find(path))
                .mapToInt(source -> source == null ? 0 : source.count)
                .sum();
    }

    /** A place of the source that has asked nothing yet. */
    private Optional<Place<T>> idle(List<Prefix> path) {
        return Stream.of(strangers, known)
                .flatMap(tree -> Stream.ofNullable(tree.find(path)))
                .flatMap(source -> Stream.ofNullable(source.next))
                .filter(place -> place.stage.compareTo(Stage.ASKED) < 0)
                .min(Place.LEAST_ADVANCED_FIRST);
    }

    private Optional<Place<T>> ofFullest(boolean forKnown) {
        boolean beyondShare = known.count > most / 2;
        if (strangers.count == 0) {
            return forKnown || beyondShare ? Optional.ofNullable(known.next) : Optional.empty();
        }
        boolean isKnown = beyondShare && known.fullest() > strangers.fullest();
        return Optional.ofNullable(isKnown ? known.next : strangers.next);
    }

    private PushedOut<T> pushOut(Place<T> place, Limit limit) {
        leave(place);
        return new PushedOut<>(place.holder, limit);
    }
}
