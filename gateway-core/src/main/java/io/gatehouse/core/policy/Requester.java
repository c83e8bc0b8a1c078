package io.gatehouse.core.policy;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks for access, from where and when: everything but the target that a rule may look at.
 *
 * @param identity who signed in
 * @param address of the client
 * @param clientName the machine name that the client asserts; nobody has verified it. Empty while it has not said one
 *     yet: then a rule that asks for one may still match
 * @param desktop the desktop of the portal that it is about
 * @param at now
 * @param openedAt since when the channel that is decided about again has been open
 * @param unknown what nobody knows, for a question that is only asked to explain the rules: what is said of it here
 *     does not count
 */
public record Requester(
        Identity identity,
        Optional<InetAddress> address,
        Optional<String> clientName,
        Optional<String> desktop,
        Instant at,
        Optional<Instant> openedAt,
        Set<Fact> unknown) {
    public Requester {
        unknown = Set.copyOf(unknown);
    }

    /** A requester of whom everything is known. */
    public Requester(
            Identity identity,
            Optional<InetAddress> address,
            Optional<String> clientName,
            Optional<String> desktop,
            Instant at,
            Optional<Instant> openedAt) {
        this(identity, address, clientName, desktop, at, openedAt, Set.of());
    }

    /** Somebody who signed in, and whose client has not named its machine yet. */
    public static Requester of(Identity identity, InetAddress address, Instant at) {
        return new Requester(
                identity,
                Optional.of(address),
                Optional.empty(),
                identity.grant().flatMap(Grant::desktop),
                at,
                Optional.empty());
    }

    /** The same, of whom more or less is known. */
    public Requester of(Identity known) {
        return new Requester(known, address, clientName, desktop, at, openedAt, unknown);
    }

    /** The same, whose client says the name of its machine. */
    public Requester named(String name) {
        return new Requester(identity, address, Optional.of(name), desktop, at, openedAt, unknown);
    }

    /** The same, at a desktop of the portal. */
    public Requester at(String name) {
        return new Requester(identity, address, clientName, Optional.of(name), at, openedAt, unknown);
    }

    /** The same, about a channel that has been open for some time. */
    public Requester withChannelSince(Instant opened) {
        return new Requester(identity, address, clientName, desktop, at, Optional.of(opened), unknown);
    }

    /** The same, of whom {@code facts} are not known. */
    public Requester without(Set<Fact> facts) {
        return new Requester(identity, address, clientName, desktop, at, openedAt, facts);
    }
}
