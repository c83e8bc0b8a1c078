package io.gatehouse.provider.local.pam;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.provider.local.pam.Nss.Account;
import io.gatehouse.provider.local.pam.Nss.NssException;
import io.gatehouse.provider.local.pam.PamAnswer.Refused;
import io.gatehouse.provider.local.pam.PamAnswer.Verified;
import io.gatehouse.provider.local.pam.PamTransaction.Result;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks passwords of the machine's accounts: PAM says whether password and account are in order, NSS says who that is
 * and in which groups. Safe for use by many threads.
 */
public final class PamVerifier implements AutoCloseable {
    /**
     * Names that are given to modules. Some of them build file names and command lines from a name, so nothing else
     * that could stand in one is let through.
     */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}._$ -]{0,254}(?<! )");

    /** Bytes of PAM_MAX_RESP_SIZE without the end of the text: modules read no more of an answer. */
    private static final int LONGEST_PASSWORD = 511;
    /** More than what modules ask for; also when one asks for more. */
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

    private final PamConfig config;
    private final PamTransaction transaction;
    private final PamThreads threads;
    private final Pause pause;
    private final MonotonicClock clock;
    private final InstantSource calendar;
    /** How long a client waited for PAM's last refusal; before the first one, as long as pam_unix makes it wait. */
    private volatile Duration refusalTime = Duration.ofSeconds(2);

    /** Waits; a parameter, so that tests do not. */
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    PamVerifier(
            PamConfig config, LibPam pam, Metrics metrics, Pause pause, MonotonicClock clock, InstantSource calendar) {
        this.config = config;
        this.transaction = new PamTransaction(pam, config.service(), config.directory());
        this.threads = new PamThreads(config.concurrentVerifications(), config.timeout(), metrics);
        this.pause = pause;
        this.clock = clock;
        this.calendar = calendar;
    }

    /**
     * A verifier for {@code config}.
     *
     * @param calendar tells which accounts have expired
     * @throws ProviderException when there is no PAM, no such service, or a value is out of bounds
     */
    public static PamVerifier open(PamConfig config, Metrics metrics, InstantSource calendar) throws ProviderException {
        return new PamVerifier(
                config, PamStart.check(config), metrics, Thread::sleep, MonotonicClock.system(), calendar);
    }

    /**
     * Checks one password; blocks for as long as PAM does, within the timeout, and after a failure for as long as the
     * modules want whoever failed to wait.
     *
     * @param name as typed, without a domain
     * @param password in UTF-8; overwritten at the end
     * @param client whom modules are told of
     */
    public PamAnswer verify(String name, byte[] password, InetAddress client) {
        try (PamConversation conversation = new PamConversation(name.toLowerCase(Locale.ROOT), password)) {
            Optional<Refused> unfit = unfit(name, password);
            if (unfit.isPresent()) {
                return unfit.get();
            }
            PamAnswer answer = threads.run(() -> check(name, conversation, client));
            pause(conversation.delay());
            return answer;
        }
    }

    /**
     * Asks, without a password, what became of an account: account management of the service, then NSS for its groups.
     * Blocks for as long as PAM does, within the timeout.
     *
     * @param name as PAM accepted it, perhaps with a domain
     * @return empty when the system knows no such account
     */
    public Optional<AccountStatus> status(String name) {
        return switch (threads.run(() -> accountManagement(name))) {
            case Verified(String _, Set<String> groups) ->
                Optional.of(AccountStatus.Active.in(new Membership(groups, Identity.GroupNames.AS_IN_RULES, Set.of())));
            case Refused(Reason reason, String _) when reason == Reason.NOT_KNOWN -> Optional.empty();
            case Refused(Reason reason, String detail)
            when reason == Reason.LOCKED -> Optional.of(new AccountStatus.Gone(detail));
            case Refused(Reason _, String detail) -> Optional.of(new AccountStatus.Unavailable(detail));
        };
    }

    private PamAnswer accountManagement(String name) {
        try {
            Optional<Account> account = account(name);
            if (account.isEmpty() && config.requireSystemAccount()) {
                return unknown();
            }
            return switch (transaction.runAccountManagement(
                    account.map(Account::name).orElse(name))) {
                case Result.Failed(Refused why)
                when why.reason() == Reason.UNAVAILABLE && hasExpired(account) ->
                    new Refused(Reason.LOCKED, "the account has expired (shadow file); " + why.detail());
                case Result.Failed(Refused why) -> why;
                case Result.Accepted(String accepted) -> verified(accepted);
            };
        } catch (NssException e) {
            return new Refused(Reason.UNAVAILABLE, "the system's accounts cannot be asked: " + e.getMessage());
        }
    }

    /** Asked where the stack's answer does not tell; false where the shadow file may not be read. */
    private boolean hasExpired(Optional<Account> account) {
        try {
            OptionalLong day = account.isPresent() ? Nss.expiry(account.get().name()) : OptionalLong.empty();
            return day.isPresent() && calendar.instant().isAfter(Instant.EPOCH.plus(Duration.ofDays(day.getAsLong())));
        } catch (NssException _) {
            return false;
        }
    }

    private static Optional<Refused> unfit(String name, byte[] password) {
        if (!NAME.matcher(name).matches()) {
            return Optional.of(new Refused(Reason.NOT_KNOWN, "not a name that the system could know"));
        }
        if (password.length == 0 || password.length > LONGEST_PASSWORD) {
            return Optional.of(new Refused(
                    Reason.BAD_CREDENTIALS,
                    "password of " + password.length + " bytes (expected 1 to " + LONGEST_PASSWORD + ")"));
        }
        for (byte octet : password) {
            if (octet == 0) {
                return Optional.of(new Refused(Reason.BAD_CREDENTIALS, "password with a zero byte"));
            }
        }
        return Optional.empty();
    }

    /** The whole of it, on a thread of PAM's. */
    private PamAnswer check(String name, PamConversation conversation, InetAddress client) {
        try {
            Optional<Account> before = account(name);
            Optional<Refused> system = before.flatMap(this::belowMinimum);
            if (system.isPresent()) {
                conversation.delayed(
                        refusalTime); // the time of the answer does not tell which accounts are the system's
                return system.get();
            }
            // Asked for unknown names too, so that the time of the answer does not tell which names are known.
            String user = before.map(Account::name).orElseGet(() -> name.toLowerCase(Locale.ROOT));
            long began = clock.nanos();
            return switch (transaction.run(user, conversation, client)) {
                case Result.Failed(Refused why) -> {
                    refusalTime = Duration.ofNanos(clock.nanos() - began).plus(conversation.delay());
                    yield before.isEmpty() && config.requireSystemAccount() ? unknown() : why;
                }
                case Result.Accepted(String accepted) -> verified(accepted);
            };
        } catch (NssException e) {
            return new Refused(Reason.UNAVAILABLE, "the system's accounts cannot be asked: " + e.getMessage());
        } finally {
            conversation.close();
        }
    }

    /**
     * Lower case first, so that an account {@code Alice} can never pass for {@code alice}: names in rules ignore case.
     */
    private static Optional<Account> account(String name) throws NssException {
        String lower = name.toLowerCase(Locale.ROOT);
        Optional<Account> found = Nss.account(lower);
        return found.isPresent() || lower.equals(name) ? found : Nss.account(name);
    }

    /** Modules may have mapped the name to another account, so everything is looked up again. */
    private PamAnswer verified(String accepted) throws NssException {
        Optional<Account> account = Nss.account(accepted);
        if (account.isEmpty()) {
            return config.requireSystemAccount() ? unknown() : new Verified(accepted, Set.of());
        }
        Optional<Refused> system = belowMinimum(account.get());
        return system.isPresent() ? system.get() : new Verified(account.get().name(), Nss.groups(account.get()));
    }

    private Optional<Refused> belowMinimum(Account account) {
        return account.uid() >= config.minimumUid()
                ? Optional.empty()
                : Optional.of(new Refused(
                        Reason.LOCKED,
                        "an account of the system itself: uid " + account.uid() + " (expected at least "
                                + config.minimumUid() + ")"));
    }

    private static Refused unknown() {
        return new Refused(Reason.NOT_KNOWN, "the system knows no such account");
    }

    private void pause(Duration delay) {
        if (delay.isPositive()) {
            try {
                pause.sleep(delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Sign-ins that wait for a thread. */
    int waiting() {
        return threads.waiting();
    }

    @Override
    public void close() {
        threads.close();
    }

    @Override
    public String toString() {
        return "PamVerifier[" + config.service() + "]";
    }
}
