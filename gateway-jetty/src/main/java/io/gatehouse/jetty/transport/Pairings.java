package io.gatehouse.jetty.transport;

import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.jetty.transport.DualChannel.Owner;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Brings the two connections of the dual-channel transport together by their connection id. The id is no secret: both
 * halves must have signed in as the same user, where HTTP carries one, and come from the same client address.
 *
 * <p>Where users prove who they are inside the tunnel only, for example with a token, two clients at one address look
 * the same. Then the id is the first one's who comes with it: nobody replaces their OUT channel while it lives, and
 * once a connection was let in for the IN channel no other is. Behind a proxy that shares connections, the address that
 * it names and the id are all that is known.
 *
 * <p>The stream of the IN channel carries no credentials. It is let in by a grant that the signed-in request before it
 * left here: for this id, this user and this address, once, and on a connection that no proxy shares only for that very
 * connection.
 *
 * <p>Safe for use by many threads.
 */
public final class Pairings {
    private static final String REPLACED = "another OUT channel came with the same connection id";

    private final Scheduler scheduler;
    private final Duration timeout;
    private final Map<String, Half> halves = new HashMap<>();

    public Pairings(Scheduler scheduler, Duration timeout) {
        this.scheduler = scheduler;
        this.timeout = timeout;
    }

    /** An OUT channel that waits for its IN channel, or has it. */
    public final class Half {
        private final String id;
        private final Owner owner;
        private @Nullable OutChannel out;
        private @Nullable String grantedTo;
        private Scheduler.@Nullable Task expiry;
        private boolean joined;
        private boolean dead;

        private Half(String id, Owner owner) {
            this.id = id;
            this.owner = owner;
        }

        public SignIn signIn() {
            return owner.signIn();
        }

        /** The OUT connection is ours. */
        public void ready(OutChannel channel) {
            boolean late;
            synchronized (Pairings.this) {
                out = channel;
                late = dead;
            }
            if (late) {
                channel.abort(REPLACED);
            }
        }

        /** The OUT connection is gone. */
        public void gone() {
            synchronized (Pairings.this) {
                dead = true;
                halves.remove(id, this);
                if (expiry != null) {
                    expiry.cancel();
                }
            }
        }

        private void expire() {
            OutChannel channel;
            synchronized (Pairings.this) {
                if (joined) {
                    return;
                }
                dead = true;
                halves.remove(id, this);
                channel = out;
            }
            if (channel != null) {
                channel.abort("no IN channel came for the OUT channel in time (pairing-timeout)");
            }
        }
    }

    /** What comes of a stream of an IN channel. */
    public sealed interface Join {}

    /** An OUT channel and the IN channel that was let in to it. */
    public record Pair(Half half, OutChannel out) implements Join {}

    /** The stream belongs to no OUT channel. */
    public record NoPair(String why) implements Join {}

    /**
     * Registers an OUT channel; a former one of the same proven owner is closed, one of somebody else, or of somebody
     * who proved nothing yet, makes it fail.
     *
     * @param deadline how long its connection may last without a tunnel; empty for one that clients share
     */
    public Optional<Half> open(String id, Owner owner, Optional<Duration> deadline) {
        Half half = new Half(id, owner);
        Half former;
        OutChannel replaced = null;
        synchronized (this) {
            former = halves.get(id);
            if (former != null && !(owner.isProven() && former.owner.sameAs(owner))) {
                return Optional.empty();
            }
            if (former != null) {
                former.gone();
                replaced = former.out;
            }
            halves.put(id, half);
        }
        if (replaced != null) {
            replaced.abort(REPLACED);
        }
        Duration left = deadline.filter(time -> time.compareTo(timeout) < 0).orElse(timeout);
        Scheduler.Task expiry = scheduler.schedule(half::expire, left.toNanos(), TimeUnit.NANOSECONDS);
        synchronized (this) {
            half.expiry = expiry;
            if (half.dead) {
                expiry.cancel();
            }
        }
        return Optional.of(half);
    }

    /**
     * Lets the stream of the IN channel come.
     *
     * @param connection the connection that it must come on; empty when a proxy shares connections
     * @return false when there is no such OUT channel of this owner
     */
    public synchronized boolean grant(String id, Owner owner, String connection) {
        Half half = halves.get(id);
        if (half == null || half.joined || !half.owner.sameAs(owner)) {
            return false;
        }
        if (!owner.isProven() && half.grantedTo != null && !half.grantedTo.equals(connection)) {
            return false;
        }
        half.grantedTo = connection;
        return true;
    }

    /** Joins the stream of the IN channel to its OUT channel, using the grant up. */
    public synchronized Join join(String id, InetAddress client, String connection) {
        Half half = halves.get(id);
        if (half == null || half.out == null) {
            return new NoPair("no OUT channel has this connection id");
        }
        if (half.joined) {
            return new NoPair("the OUT channel has an IN channel already");
        }
        if (!half.owner.peer().address().equals(client)) {
            return new NoPair("the OUT channel came from another address");
        }
        if (half.grantedTo == null || !half.grantedTo.equals(connection)) {
            return new NoPair("no sign-in came before it on its connection");
        }
        half.grantedTo = null;
        half.joined = true;
        return new Pair(half, half.out);
    }

    /** OUT channels that are registered. */
    public synchronized int count() {
        return halves.size();
    }
}
