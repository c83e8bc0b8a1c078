package io.gatehouse.core.ticket;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Secret;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.session.ListPage;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.IdentityClaims;
import io.gatehouse.formats.digest.Digests;
import io.gatehouse.formats.digest.RandomIds;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.formats.time.Skew;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The tickets that were made. Of a handle only its SHA-256 is kept: it has 256 random bits, so nobody finds it by the
 * digest, and a look-up by digest tells nobody how much of a handle was right. Bounded, in all and for each user. Safe
 * for use by many threads.
 */
public final class DeviceTickets {
    /** How each handle begins, for people and for programs that look for secrets in files. */
    public static final String PREFIX = "ghticket_";
    /** More tickets are not kept at one time. */
    public static final int MOST = 10_000;
    /** How long the name of a device is, in characters. */
    public static final int LONGEST_DEVICE = 40;

    private static final int HANDLE_BYTES = 32;
    private static final Pattern HANDLE = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final int ID_DIGITS = 10;
    /** For so long it is known why a handle opens nothing any more. */
    private static final Duration REMEMBERED = Duration.ofDays(30);
    /** Uses so shortly one after another are one. */
    private static final Duration ONE_USE = Duration.ofMinutes(1);

    private static final Comparator<DeviceTicket> NEWEST_FIRST =
            Comparator.comparing(DeviceTicket::made).reversed().thenComparing(DeviceTicket::id);

    private static final Duration ONE_SIGN_IN = Duration.ofMinutes(10);
    /** So much may the clock be set back. */
    private static final Duration SET_BACK = Duration.ofMinutes(5);

    private final DeviceTicketSettings settings;
    private final Domains domains;
    private final Clock clock;
    private final SecureRandom random;
    private final int most;
    private final Skew ownClock;
    /** By the digest of the handle, the oldest first. */
    private final Map<String, DeviceTicket> byDigest = new LinkedHashMap<>();

    private final Map<String, String> digestById = new LinkedHashMap<>();
    private long changes;

    /**
     * A new ticket.
     *
     * @param handle for the file, and nowhere else
     */
    public record Made(DeviceTicket ticket, Secret handle) {}

    /**
     * No tickets.
     *
     * @param domains give users and groups the names that rules have
     */
    public DeviceTickets(DeviceTicketSettings settings, Domains domains, Clock clock, SecureRandom random) {
        this(settings, domains, clock, random, MOST);
    }

    DeviceTickets(DeviceTicketSettings settings, Domains domains, Clock clock, SecureRandom random, int most) {
        this.settings = settings;
        this.domains = domains;
        this.clock = clock;
        this.random = random;
        this.most = most;
        this.ownClock = new Skew(clock, SET_BACK);
    }

    /** How they are made and used. */
    public DeviceTicketSettings settings() {
        return settings;
    }

    /** Whether {@code text} looks like a handle; another token is none. */
    public static boolean isHandle(String text) {
        return text.startsWith(PREFIX);
    }

    /** Why {@code device} cannot be the name of a device; empty when it can. */
    public static Optional<String> nameProblem(String device) {
        int length = device.codePointCount(0, device.length());
        return device.isBlank()
                        || !device.equals(device.strip())
                        || length > LONGEST_DEVICE
                        || !PrintableText.isPrintable(device)
                ? Optional.of("name of a device (expected 1 to " + LONGEST_DEVICE + " printable characters)")
                : Optional.empty();
    }

    /**
     * Makes a ticket for {@code user}.
     *
     * @param user as signed in at the portal
     * @param device {@link #nameProblem a good name}
     * @return why there is none, for the audit log, when there are too many
     */
    public synchronized Parsed<Made> make(Identity user, String desktop, Target target, String device) {
        Optional<String> problem = nameProblem(device);
        if (problem.isPresent()) {
            return Parsed.faulty(problem.get());
        }
        if (!IdentityClaims.canHold(user)) {
            return Parsed.faulty("the user has more groups and claims than a device ticket can keep");
        }
        forgetOld();
        // Not in seconds: what ends a user ends what was made before, and leaves what is made after.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (of(user).size() >= settings.perUser()) {
            return Parsed.faulty("the user has too many device tickets (per-user " + settings.perUser() + ")");
        }
        if (byDigest.size() >= most && !forgetOneEnded()) {
            return Parsed.faulty("too many device tickets (at most " + most + ")");
        }
        String handle = PREFIX + RandomIds.next(random, HANDLE_BYTES);
        DeviceTicket ticket = new DeviceTicket(
                newId(),
                facts(user),
                now.truncatedTo(ChronoUnit.SECONDS),
                desktop,
                target,
                device,
                now,
                now.truncatedTo(ChronoUnit.SECONDS).plus(settings.lasts()),
                Optional.empty(),
                Optional.empty(),
                false);
        keep(digest(handle), ticket);
        return Parsed.valid(new Made(ticket, Secret.ofText(handle)));
    }

    /** What is kept of a user, the same before and after a restart. */
    private Identity facts(Identity user) {
        EnumSet<Identity.Proof> proofs = EnumSet.noneOf(Identity.Proof.class);
        if (user.proofs().contains(Identity.Proof.MULTI_FACTOR)) {
            proofs.add(Identity.Proof.MULTI_FACTOR);
        }
        Identity named = AccountNames.canonical(user, domains);
        return named.withGroupsAsInRules(named.groups()).withProofs(proofs);
    }

    private void keep(String digest, DeviceTicket ticket) {
        byDigest.put(digest, ticket);
        digestById.put(ticket.id(), digest);
        changes++;
    }

    private String newId() {
        byte[] id = new byte[ID_DIGITS / 2];
        do {
            random.nextBytes(id);
        } while (digestById.containsKey(HexFormat.of().formatHex(id)));
        return HexFormat.of().formatHex(id);
    }

    private static String digest(String handle) {
        return HexFormat.of().formatHex(Digests.sha256(handle.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Ended ones whose reason nobody asks for any more. */
    private void forgetOld() {
        Instant oldest = clock.instant().minus(REMEMBERED);
        removeIf(ticket -> isToldOver(ticket) && overAt(ticket).isBefore(oldest));
    }

    /** Whether it is over, and the audit log says so. */
    private static boolean isToldOver(DeviceTicket ticket) {
        return ticket.ended().isPresent() || ticket.expiryTold();
    }

    private static Instant overAt(DeviceTicket ticket) {
        return ticket.ended().orElse(ticket.expires());
    }

    /** The one that ended first makes room. */
    private boolean forgetOneEnded() {
        Instant now = clock.instant();
        Optional<DeviceTicket> first = byDigest.values().stream()
                .filter(ticket -> !ticket.lasts(now) && isToldOver(ticket))
                .min(Comparator.comparing(DeviceTickets::overAt));
        first.ifPresent(gone -> removeIf(ticket -> ticket.id().equals(gone.id())));
        return first.isPresent();
    }

    private void removeIf(Predicate<DeviceTicket> which) {
        boolean removed = byDigest.values().removeIf(ticket -> {
            boolean goes = which.test(ticket);
            if (goes) {
                digestById.remove(ticket.id());
            }
            return goes;
        });
        if (removed) {
            changes++;
        }
    }

    /** The ticket of a handle, one that has ended among them; empty when no ticket has this handle. */
    public synchronized Optional<DeviceTicket> find(String handle) {
        return HANDLE.matcher(handle).matches() ? Optional.ofNullable(byDigest.get(digest(handle))) : Optional.empty();
    }

    /** The ticket of that id, one that has ended among them. */
    public synchronized Optional<DeviceTicket> byId(String id) {
        return Optional.ofNullable(digestById.get(id)).map(byDigest::get);
    }

    /** The tickets of an account at its provider that are good, the oldest first. */
    public List<DeviceTicket> of(Identity user) {
        AccountScope account = AccountScope.atProvider(user);
        return all().stream().filter(ticket -> account.includes(ticket.user())).toList();
    }

    /** All tickets that are good, the oldest first. */
    public synchronized List<DeviceTicket> all() {
        Instant now = clock.instant();
        return byDigest.values().stream().filter(ticket -> ticket.lasts(now)).toList();
    }

    /** How many tickets are good. */
    public synchronized int count() {
        Instant now = clock.instant();
        return (int)
                byDigest.values().stream().filter(ticket -> ticket.lasts(now)).count();
    }

    /**
     * A page of those that are good, the newest first.
     *
     * @param limit the most tickets of a page
     * @param after {@link ListPage#next} of the page before; its last ticket may have ended meanwhile
     * @return what is wrong with {@code after}, when no ticket has this id any more
     */
    public Parsed<ListPage<DeviceTicket>> page(Predicate<DeviceTicket> filter, int limit, Optional<String> after) {
        Optional<DeviceTicket> last = after.flatMap(this::byId);
        if (after.isPresent() && last.isEmpty()) {
            return Parsed.faulty("cursor (expected next of the page before)");
        }
        return Parsed.valid(ListPage.of(
                all().stream().filter(filter).sorted(NEWEST_FIRST).toList(),
                ticket -> last.isEmpty() || NEWEST_FIRST.compare(ticket, last.get()) > 0,
                limit,
                DeviceTicket::id));
    }

    /** The ticket of that id, if it is good. */
    public Optional<DeviceTicket> good(String id) {
        return byId(id).filter(ticket -> ticket.lasts(clock.instant()));
    }

    /** Ends a ticket; empty when none that is good has this id. */
    public synchronized Optional<DeviceTicket> revoke(String id) {
        Optional<DeviceTicket> good = good(id);
        good.ifPresent(ticket -> change(ticket.revoked(clock.instant().truncatedTo(ChronoUnit.SECONDS))));
        return good;
    }

    /**
     * Ends all tickets of an account; those that were good.
     *
     * @param until those that were made by then; empty for all
     */
    public synchronized List<DeviceTicket> revokeAll(AccountScope account, Optional<Instant> until) {
        Instant last = until.orElse(Instant.MAX);
        return all().stream()
                .filter(ticket ->
                        account.includes(ticket.user()) && !ticket.made().isAfter(last))
                .flatMap(ticket -> revoke(ticket.id()).stream())
                .toList();
    }

    private void change(DeviceTicket ticket) {
        String digest = digestById.get(ticket.id());
        if (digest != null) {
            byDigest.put(digest, ticket);
            changes++;
        }
    }

    /**
     * The user of some tickets signed in at the portal, or was asked about there: these are the groups and claims that
     * rules look at from now on.
     */
    public synchronized void known(Identity user) {
        if (!IdentityClaims.canHold(user)) {
            return;
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        for (DeviceTicket ticket : of(user)) {
            Identity known = facts(user).withProofs(ticket.user().proofs());
            if (!known.equals(ticket.user())
                    || ticket.knownAt().plus(ONE_SIGN_IN).isBefore(now)
                    || ticket.knownAt().isAfter(now)) {
                change(ticket.of(known, now));
            }
        }
    }

    /** Who signs in with {@code ticket}, under the names that rules have. */
    Identity signedIn(DeviceTicket ticket) {
        return AccountNames.canonical(ticket.signedIn(), domains);
    }

    /** The user of a ticket, as they are known now; {@code who} when they signed in otherwise. */
    public Identity current(Identity who) {
        return DeviceTicket.idOf(who).flatMap(this::byId).map(this::signedIn).orElse(who);
    }

    /** How long ago the user of a ticket was known to be as it says; empty for who signed in otherwise. */
    public Optional<Duration> knownBefore(Identity who) {
        return DeviceTicket.idOf(who).flatMap(this::byId).map(this::knownBefore);
    }

    Duration knownBefore(DeviceTicket ticket) {
        Instant now = clock.instant();
        if (ownClock.isFuture(ticket.knownAt())) {
            return Duration.between(Instant.EPOCH, now).abs(); // nobody knows how long ago that was
        }
        return ticket.knownAt().isAfter(now) ? Duration.ZERO : Duration.between(ticket.knownAt(), now);
    }

    /** Why {@code ticket} opens nothing any more, for the audit log; empty while it does. */
    Optional<String> overBecause(DeviceTicket ticket) {
        return ticket.ended()
                .map(at -> "device ticket " + ticket.id() + " was revoked at " + at)
                .or(() -> ticket.lasts(clock.instant())
                        ? madeInTheFuture(ticket)
                        : Optional.of("device ticket " + ticket.id() + " expired at " + ticket.expires()));
    }

    /** Of a ticket that was made while the clock was wrong, nobody knows for how long it would last. */
    private Optional<String> madeInTheFuture(DeviceTicket ticket) {
        return ownClock.isFuture(ticket.made())
                ? Optional.of("device ticket " + ticket.id() + " was made at " + ticket.made()
                        + ", which has not come yet: the clock was set back")
                : Optional.empty();
    }

    /** Why {@code who}, who signed in with a ticket, is let in no more, for the audit log. */
    public Optional<String> refusal(Identity who) {
        return DeviceTicket.idOf(who)
                .flatMap(id -> byId(id).map(this::overBecause)
                        .orElseGet(() -> Optional.of("device ticket " + id + " is forgotten")));
    }

    /** A ticket opened its desktop. */
    public synchronized void used(String id, InetAddress from) {
        DeviceTicket.Use use = new DeviceTicket.Use(clock.instant().truncatedTo(ChronoUnit.SECONDS), from);
        byId(id).filter(ticket -> ticket.lastUse()
                        .filter(before -> before.from().equals(from)
                                && before.at().plus(ONE_USE).isAfter(use.at()))
                        .isEmpty())
                .ifPresent(ticket -> change(ticket.used(use)));
    }

    /**
     * Those whose time is over, each once, also after a restart: whoever asks tells of them. What expired while no
     * gateway ran is among them.
     */
    public synchronized List<DeviceTicket> newlyExpired() {
        Instant now = clock.instant();
        List<DeviceTicket> over = byDigest.values().stream()
                .filter(ticket -> !ticket.lasts(now) && !isToldOver(ticket))
                .toList();
        over.forEach(ticket -> change(ticket.withExpiryTold(true)));
        byDigest.values().stream()
                .filter(ticket -> ticket.lasts(now) && ticket.expiryTold()) // the clock was ahead
                .toList()
                .forEach(ticket -> change(ticket.withExpiryTold(false)));
        return over;
    }

    /** How often something changed. */
    public synchronized long changes() {
        return changes;
    }

    /** All of it as the content of a file; written while others use the tickets. */
    public String text() {
        return DeviceTicketText.write(kept());
    }

    private synchronized List<DeviceTicketText.Kept> kept() {
        List<DeviceTicketText.Kept> kept = new ArrayList<>();
        byDigest.forEach((digest, ticket) -> kept.add(new DeviceTicketText.Kept(digest, ticket)));
        return kept;
    }

    /** Makes what {@link #text} wrote the content; the problem, when it is something else. */
    public synchronized Optional<String> restore(String text) {
        return switch (DeviceTicketText.parse(text)) {
            case Parsed.Faulty<List<DeviceTicketText.Kept>>(String problem) -> Optional.of(problem);
            case Parsed.Valid<List<DeviceTicketText.Kept>>(List<DeviceTicketText.Kept> kept) -> {
                if (kept.size() > most) {
                    yield Optional.of(kept.size() + " device tickets (expected at most " + most + ")");
                }
                byDigest.clear();
                digestById.clear();
                kept.forEach(each -> keep(each.digest(), each.ticket()));
                forgetOld();
                yield Optional.empty();
            }
        };
    }
}
