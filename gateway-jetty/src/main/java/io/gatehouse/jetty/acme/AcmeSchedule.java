package io.gatehouse.jetty.acme;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When the next attempt to get a certificate is made. It stays below the limits of Let's Encrypt, which are five failed
 * validations of a name in an hour, and five certificates for the same names in a week.
 * Servers that issue for hours or days are asked more often.
 */
final class AcmeSchedule {
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(15);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(8);
    /** The longest wait that a server can ask for. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(7);

    private static final int ATTEMPTS_AN_HOUR = 4;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int ATTEMPTS_A_DAY = 20;
    private static final Duration DAY = Duration.ofDays(1);
    private static final int CERTIFICATES_A_WEEK = 4;
    private static final Duration WEEK = Duration.ofDays(7);
    /** Certificates that live for days or hours only are renewed more often: the limit is that of so many lives. */
    private static final int LIVES = 2;

    /** The part of a certificate's life that is left when it is renewed. */
    private static final int REMAINING = 3;
    /** The part of its life by which renewals of several gateways are apart. */
    private static final int SPREAD = 30;
    /** The part of its life that is left at the latest, whatever the server suggests. */
    private static final int AT_LEAST_REMAINING = 8;

    private AcmeSchedule() {}

    /**
     * The moment; one that has passed means now.
     *
     * @param present the certificate that there is; empty when there is none that can be used for all names
     * @param suggested when the server suggests to renew it (RFC 9773)
     * @param chance from 0 to 1, which sets several gateways apart
     */
    static Instant next(
            Optional<X509Certificate> present,
            Optional<Instant> suggested,
            AcmeHistory past,
            double chance,
            Instant now) {
        AcmeHistory history = past.at(now);
        Instant next = present.map(certificate -> renewal(certificate, suggested, chance))
                .orElse(now);
        if (history.failures() > 0 && !history.attempts().isEmpty()) {
            next = later(next, history.attempts().getLast().plus(pause(history.failures(), chance)));
        }
        if (history.notBefore().isPresent() && !history.attempts().isEmpty()) {
            Instant longest = history.attempts().getLast().plus(LONGEST_WAIT);
            next = later(next, earlier(history.notBefore().get(), longest));
        }
        next = later(next, withinBudget(history.attempts(), ATTEMPTS_AN_HOUR, HOUR));
        next = later(next, withinBudget(history.attempts(), ATTEMPTS_A_DAY, DAY));
        Duration window = history.life()
                .map(life -> shorter(life.multipliedBy(LIVES), WEEK))
                .orElse(WEEK);
        return later(next, withinBudget(history.issued(), CERTIFICATES_A_WEEK, window));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Instant renewal(X509Certificate certificate, Optional<Instant> suggested, double chance) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        Duration life = Duration.between(begin, end);
        Instant usual = end.minus(life.dividedBy(REMAINING)).minus(scaled(life.dividedBy(SPREAD), chance));
        return earlier(suggested.orElse(usual), end.minus(life.dividedBy(AT_LEAST_REMAINING)));
    }

    /** After failures in a row: 15 minutes, doubled by each further one, and up to a fifth more. */
    static Duration pause(int failures, double chance) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
        Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        return bounded.plus(scaled(bounded.dividedBy(5), chance));
    }

    private static Duration scaled(Duration duration, double chance) {
        return Duration.ofMillis((long) (duration.toMillis() * chance));
    }

    /** When one more is within {@code most} in {@code window}. */
    private static Instant withinBudget(List<Instant> before, int most, Duration window) {
        return before.size() < most
                ? Instant.EPOCH
                : before.get(before.size() - most).plus(window);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
