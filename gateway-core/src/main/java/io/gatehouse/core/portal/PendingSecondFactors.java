package io.gatehouse.core.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.totp.TotpKey;
import io.gatehouse.formats.digest.RandomIds;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Users whose password was right, and who have still to prove a second factor or to set one up. Strangers get no place
 * here, and one user has a few. Safe for use by many threads.
 */
public final class PendingSecondFactors {
    /** How long a user may take to find the telephone, and to install an app. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final int MOST = 10_000;
    private static final int MOST_OF_A_USER = 8;
    private static final int ID_BYTES = 32;

    private final Clock clock;
    private final SecureRandom random;
    private final LinkedHashMap<String, Pending> pending = new LinkedHashMap<>();

    /**
     * One of them.
     *
     * @param id what the browser says; a secret
     * @param csrf what its forms must say; a secret
     * @param identity who proved the first factor
     * @param returnTo where the user wanted to go
     * @param until it is kept
     * @param enrolled since when the account has had the codes that are asked for; empty if it had none
     * @param key of an app that is being set up
     * @param ticket that allows it; a secret, or empty text
     */
    public record Pending(
            String id,
            String csrf,
            Identity identity,
            String returnTo,
            Instant until,
            Optional<Instant> enrolled,
            Optional<TotpKey> key,
            String ticket) {
        /** Without secrets. */
        @Override
        public String toString() {
            return "Pending[" + identity.displayName() + "]";
        }
    }

    /** Nobody. */
    public PendingSecondFactors(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * One more; the oldest of a user who has too many goes.
     *
     * @param enrolled since when the account has had codes, if it has some
     */
    public synchronized Pending begin(Identity identity, Optional<Instant> enrolled, String returnTo) {
        Instant now = clock.instant();
        pending.values().removeIf(each -> !now.isBefore(each.until()));
        String user = AccountNames.key(identity);
        List<String> own = pending.values().stream()
                .filter(each -> AccountNames.key(each.identity()).equals(user))
                .map(Pending::id)
                .toList();
        own.stream().limit(Math.max(0, own.size() - MOST_OF_A_USER + 1)).forEach(pending::remove);
        Iterator<String> oldest = pending.keySet().iterator();
        while (pending.size() >= MOST) {
            oldest.next();
            oldest.remove();
        }
        Pending begun = new Pending(
                RandomIds.next(random, ID_BYTES),
                RandomIds.next(random, ID_BYTES),
                identity,
                returnTo,
                now.plus(PATIENCE),
                enrolled,
                Optional.empty(),
                "");
        pending.put(begun.id(), begun);
        return begun;
    }

    /** The one of that id, unless it took too long. */
    public synchronized Optional<Pending> find(String id) {
        return Optional.ofNullable(pending.get(id))
                .filter(each -> clock.instant().isBefore(each.until()));
    }

    /** The same, whose user sets up an app with {@code key}. */
    public synchronized Pending settingUp(Pending one, TotpKey key, String ticket) {
        Pending now = new Pending(
                one.id(),
                one.csrf(),
                one.identity(),
                one.returnTo(),
                one.until(),
                one.enrolled(),
                Optional.of(key),
                ticket);
        pending.computeIfPresent(one.id(), (_, _) -> now);
        return now;
    }

    /** Ends those of the users that {@code which} says. */
    public synchronized void endAll(Predicate<Identity> which) {
        pending.values().removeIf(each -> which.test(each.identity()));
    }

    /** Ends one; false when somebody did before. */
    public synchronized boolean take(Pending one) {
        return pending.remove(one.id()) != null;
    }
}
