package io.gatehouse.core.ticket;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a file for one device. The handle in the file says nothing of it.
 *
 * @param id short, for people, audit lines and commands; no secret
 * @param user whose it is, in the groups and with the claims of their last sign-in at the portal; {@link
 *     Identity.Proof#MULTI_FACTOR} when it was made with a second factor
 * @param knownAt when the user was last known to be so
 * @param desktop the name of the portal's desktop
 * @param target where the desktop was when the file was made
 * @param device what the user calls the device
 * @param made when
 * @param expires from when on it opens nothing
 * @param lastUse when and from where it opened a desktop last
 * @param ended when it was revoked
 * @param expiryTold whether its expiry stands in the audit log
 */
public record DeviceTicket(
        String id,
        Identity user,
        Instant knownAt,
        String desktop,
        Target target,
        String device,
        Instant made,
        Instant expires,
        Optional<Use> lastUse,
        Optional<Instant> ended,
        boolean expiryTold) {
    /** The sign-in method of clients that bring a ticket, for rules, audit lines and metrics. */
    public static final String METHOD = "device-ticket";

    /** When and from where a desktop was opened. */
    public record Use(Instant at, InetAddress from) {}

    /** Whether it may open something at {@code now}. */
    public boolean lasts(Instant now) {
        return ended.isEmpty() && now.isBefore(expires);
    }

    /** Whether its user had a second factor when it was made, and needs one for each way in. */
    public boolean isMultiFactor() {
        return user.proofs().contains(Identity.Proof.MULTI_FACTOR);
    }

    /** Who signs in with it: by a method of its own, and confined to its desktop. */
    public Identity signedIn() {
        return user.by(METHOD).confinedTo(new Grant(id, Set.of(target.toString()), Optional.of(desktop)));
    }

    /** Whether {@code who} signed in with a ticket, and which. */
    public static Optional<String> idOf(Identity who) {
        return who.method().equals(METHOD) ? who.grant().map(Grant::token) : Optional.empty();
    }

    DeviceTicket of(Identity now, Instant at) {
        return new DeviceTicket(id, now, at, desktop, target, device, made, expires, lastUse, ended, expiryTold);
    }

    DeviceTicket used(Use use) {
        return new DeviceTicket(
                id, user, knownAt, desktop, target, device, made, expires, Optional.of(use), ended, expiryTold);
    }

    DeviceTicket revoked(Instant at) {
        return new DeviceTicket(
                id, user, knownAt, desktop, target, device, made, expires, lastUse, Optional.of(at), expiryTold);
    }

    DeviceTicket withExpiryTold(boolean told) {
        return new DeviceTicket(id, user, knownAt, desktop, target, device, made, expires, lastUse, ended, told);
    }
}
