package io.gatehouse.core.totp;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.guess.GuessedName;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.totp.TotpFile.Change;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The second factor of users who sign in at the portal by themselves: one-time codes, recovery codes, and the tickets
 * that allow to set them up. How often somebody may guess is the caller's business, beside the count of wrong codes in
 * a row. Safe for use by many threads.
 */
public final class SecondFactors {
    /** The claim for how a user signed in (RFC 8176). */
    private static final String AMR = "amr";

    private final TotpFile file;
    private final Settings settings;
    private final Domains domains;
    private final Clock clock;
    private final SecureRandom random;

    /**
     * How the gateway uses one-time codes.
     *
     * @param everyone whether every user needs one to sign in
     * @param required who else does
     * @param enrolment who may set them up
     * @param algorithm of new keys
     * @param digits of new keys
     * @param issuer what apps call the gateway
     */
    public record Settings(
            boolean everyone,
            AccountSelection required,
            EnrolmentMode enrolment,
            TotpAlgorithm algorithm,
            int digits,
            String issuer) {}

    /** What came of an attempt to set up one-time codes. */
    public sealed interface Enrolment {
        /** They are set up, without recovery codes: these are made when they can be shown. */
        record Done() implements Enrolment {}

        /** They are not. */
        record Refused(String why) implements Enrolment {}
    }

    /** Codes in {@code file}. */
    public SecondFactors(TotpFile file, Settings settings, Domains domains, Clock clock, SecureRandom random) {
        this.file = file;
        this.settings = settings;
        this.domains = domains;
        this.clock = clock;
        this.random = random;
    }

    /** Whether {@code identity} does not sign in without a second factor. */
    public boolean isRequired(Identity identity) {
        return settings.everyone() || settings.required().includes(identity);
    }

    /** The one-time codes of {@code identity}, if they are set up. */
    public Optional<TotpEnrolment> of(Identity identity) {
        return file.records().of(AccountNames.key(identity));
    }

    /**
     * Whether setting them up for {@code identity} takes a ticket. It does where the password would be enough if
     * another account has codes whose name a back end could take for this one: its user may have typed another
     * spelling.
     */
    public boolean needsTicket(Identity identity) {
        return needsTicket(file.records(), identity);
    }

    private boolean needsTicket(TotpRecords records, Identity identity) {
        return settings.enrolment() == EnrolmentMode.TICKET
                || isAlike(records.enrolments().keySet(), AccountNames.key(identity));
    }

    private static boolean isAlike(Set<String> accounts, String account) {
        String guessed = GuessedName.of(account);
        return accounts.stream()
                .anyMatch(each -> !each.equals(account) && GuessedName.of(each).equals(guessed));
    }

    /** A key for an app, which counts when a code of it has been seen. */
    public TotpKey newKey() {
        return TotpKey.generate(settings.algorithm(), settings.digits(), random);
    }

    /** What the QR code of a key says; a secret. */
    public String uri(TotpKey key, Identity identity) {
        return key.uri(settings.issuer(), identity.displayName());
    }

    /**
     * Looks at a code and uses it up.
     *
     * @throws IOException when that could not be written: the code counts as refused, or it could be used again
     */
    public CodeVerdict check(Identity identity, String typed) throws IOException {
        return file.change(records -> {
            Optional<TotpEnrolment> found = records.of(AccountNames.key(identity));
            if (found.isEmpty()) {
                return Change.none(new CodeVerdict.NotEnrolled());
            }
            TotpEnrolment.Attempt attempt = found.get().attempt(typed, clock.instant());
            return attempt.after().equals(found.get())
                    ? Change.none(attempt.verdict())
                    : Change.to(records.with(attempt.after()), attempt.verdict());
        });
    }

    /** Whether {@code ticket} is one for {@code identity}; it stays good. */
    public boolean isTicket(Identity identity, String ticket) {
        return ticket(file.records(), identity, ticket).isPresent();
    }

    private Optional<TotpTicket> ticket(TotpRecords records, Identity identity, String typed) {
        Instant now = clock.instant();
        Optional<TotpTicket> found = Optional.empty();
        for (TotpTicket each : records.tickets()) {
            if (each.until().isAfter(now)
                    && NamedAccount.ofKey(each.account(), domains).matches(identity)
                    && MessageDigest.isEqual(
                            each.hash().getBytes(StandardCharsets.UTF_8),
                            RecoveryCodes.hash(each.account(), typed).getBytes(StandardCharsets.UTF_8))) {
                found = Optional.of(each);
            }
        }
        return found;
    }

    /**
     * Sets one-time codes up for an account that has none, without recovery codes.
     *
     * @param typed a code of {@code key}, which is used up by this
     * @param ticket empty text where none is needed
     */
    public Enrolment enrol(Identity identity, TotpKey key, String typed, String ticket) throws IOException {
        String account = AccountNames.key(identity);
        if (account.chars().anyMatch(Character::isISOControl)) {
            return new Enrolment.Refused("a control character in the name of the account");
        }
        Instant now = clock.instant();
        TotpEnrolment fresh = new TotpEnrolment(account, key, now, 0, 0, List.of());
        TotpEnrolment.Attempt attempt = fresh.attempt(typed, now);
        if (!(attempt.verdict() instanceof CodeVerdict.Accepted)) {
            return new Enrolment.Refused("the first code is wrong");
        }
        return file.change(records -> {
            Optional<TotpTicket> used = ticket(records, identity, ticket);
            if (records.of(account).isPresent()) {
                return Change.none(new Enrolment.Refused("one-time codes are set up already"));
            }
            if (needsTicket(records, identity) && used.isEmpty()) {
                return Change.none(new Enrolment.Refused(
                        settings.enrolment() == EnrolmentMode.TICKET || !ticket.isEmpty()
                                ? "the ticket is wrong, used or too old"
                                : "an account with a similar name has one-time codes (expected a ticket)"));
            }
            return Change.to(
                    records.with(attempt.after())
                            .withoutTickets(each ->
                                    NamedAccount.ofKey(each.account(), domains).matches(identity)),
                    new Enrolment.Done());
        });
    }

    /**
     * New recovery codes in the place of all others; empty when the account has no one-time codes. They count from now
     * on, so whoever asks for them shows them.
     */
    public Optional<List<String>> renewRecoveryCodes(Identity identity) throws IOException {
        List<String> codes = RecoveryCodes.generate(random);
        return file.change(records -> records.of(AccountNames.key(identity))
                .map(found -> Change.to(records.with(found.withRecovery(codes)), Optional.of(codes)))
                .orElseGet(() -> Change.none(Optional.empty())));
    }

    /** Removes the codes of a user; false when there are none. */
    public boolean remove(Identity identity) throws IOException {
        String account = AccountNames.key(identity);
        return file.change(records -> records.of(account).isEmpty()
                ? Change.none(false)
                : Change.to(records.withoutEnrolments(account::equals), true));
    }

    /**
     * Removes the codes and tickets of an account as an administrator names it, whatever the name of its domain.
     *
     * @return the accounts whose codes or tickets are gone
     */
    public List<String> reset(NamedAccount named) throws IOException {
        return reset(file, named, domains);
    }

    /** The same for commands. */
    public static List<String> reset(TotpFile file, NamedAccount named, Domains domains) throws IOException {
        return file.change(records -> {
            Predicate<TotpTicket> isOf = ticketOf(named, domains);
            List<String> gone = Stream.concat(
                            records.enrolments().keySet().stream().filter(key -> named.matches(identity(key))),
                            records.tickets().stream().filter(isOf).map(TotpTicket::account))
                    .distinct()
                    .toList();
            TotpRecords after = records.withoutEnrolments(gone::contains).withoutTickets(isOf);
            return after.equals(records) ? Change.none(gone) : Change.to(after, gone);
        });
    }

    /** Whether the user of {@code named} can use a ticket, whatever the name of its domain. */
    private static Predicate<TotpTicket> ticketOf(NamedAccount named, Domains domains) {
        return ticket -> named.overlaps(NamedAccount.ofKey(ticket.account(), domains));
    }

    /**
     * A ticket for an account, in the place of earlier ones under any of its names; a secret that is shown once. Those
     * that are too old go, too.
     */
    public static String newTicket(
            TotpFile file, NamedAccount named, Domains domains, Instant now, Duration life, SecureRandom random)
            throws IOException {
        String ticket = RecoveryCodes.next(random);
        TotpTicket kept = new TotpTicket(named.key(), RecoveryCodes.hash(named.key(), ticket), now.plus(life));
        Predicate<TotpTicket> isOld = each -> !each.until().isAfter(now);
        return file.change(records -> Change.to(
                records.withoutTickets(isOld.or(ticketOf(named, domains))).with(kept), ticket));
    }

    /** What commands and people with editors have changed in the file since this was asked last. */
    public List<TotpChange> changesOfOthers() throws IOException {
        return file.changesOfOthers();
    }

    /** The account of a key, as far as names go. */
    static Identity identity(String key) {
        int backslash = key.indexOf('\\');
        Identity local = Identity.local("portal", "totp", key.substring(backslash + 1), Set.of(), Set.of());
        return backslash == 0 ? local : local.withDomain(Optional.of(key.substring(0, backslash)));
    }

    /** {@code identity} who has also proved a second factor, as rules see it. */
    public static Identity proved(Identity identity, boolean byRecoveryCode) {
        Set<Proof> proofs = EnumSet.of(Proof.MULTI_FACTOR);
        proofs.addAll(identity.proofs());
        Map<String, Set<String>> claims = new HashMap<>(identity.claims());
        Set<String> methods = new HashSet<>(claims.getOrDefault(AMR, Set.of()));
        methods.addAll(byRecoveryCode ? Set.of("mfa") : Set.of("mfa", "otp"));
        claims.put(AMR, methods);
        return identity.withProofs(proofs).withClaims(claims);
    }
}
