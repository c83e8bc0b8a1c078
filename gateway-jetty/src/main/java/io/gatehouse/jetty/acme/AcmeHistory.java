package io.gatehouse.jetty.acme;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of attempts to get a certificate. It outlives a restart, so that a gateway that is started again and
 * again does not run into the limits of the ACME server.
 *
 * @param directory the server that has issued the present certificate; empty when none has
 * @param failures in a row, up to now
 * @param reason of the last failure; empty when there was none since the last certificate
 * @param notBefore when the server lets the gateway try again
 * @param attempts of the last week, failed or not
 * @param issued when certificates were issued in the last week, or may have been
 * @param life of the certificate that was issued last
 */
record AcmeHistory(
        String directory,
        int failures,
        String reason,
        Optional<Instant> notBefore,
        List<Instant> attempts,
        List<Instant> issued,
        Optional<Duration> life) {
    /** Nothing happened yet. */
    static final AcmeHistory NONE =
            new AcmeHistory("", 0, "", Optional.empty(), List.of(), List.of(), Optional.empty());

    private static final Duration KEPT = Duration.ofDays(7);
    /** A clock that is put right by less forgets no attempt. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

    private static final int MOST = 1000;
    private static final int LONGEST_REASON = 1000;

    AcmeHistory {
        attempts = List.copyOf(attempts);
        issued = List.copyOf(issued);
    }

    /** An attempt begins. */
    AcmeHistory attempted(Instant now) {
        return new AcmeHistory(
                directory, failures, reason, Optional.empty(), and(attempts, now), recent(issued, now), life);
    }

    /** The server is asked to issue: from now on it may have done so, whatever becomes of the answer. */
    AcmeHistory ordered(Instant now) {
        return new AcmeHistory(directory, failures, reason, notBefore, attempts, and(issued, now), life);
    }

    /** The server has refused to issue what was ordered last. */
    AcmeHistory refused() {
        return new AcmeHistory(
                directory, failures, reason, notBefore, attempts, issued.subList(0, issued.size() - 1), life);
    }

    /** The server has issued what was ordered last. */
    AcmeHistory issued(Duration lasts) {
        return new AcmeHistory(directory, failures, reason, notBefore, attempts, issued, Optional.of(lasts));
    }

    /** Without moments that have not come yet, of a clock that was wrong, and those that are too old to matter. */
    AcmeHistory at(Instant now) {
        return new AcmeHistory(
                directory, failures, reason, notBefore, recent(attempts, now), recent(issued, now), life);
    }

    /** The attempt failed. */
    AcmeHistory failed(String why, Optional<Instant> wait) {
        String line = why.replaceAll("\\p{Cntrl}", " ").strip();
        String bounded = line.substring(0, Math.min(line.length(), LONGEST_REASON));
        return new AcmeHistory(directory, failures + 1, bounded, wait, attempts, issued, life);
    }

    /** The attempt brought a certificate, which is in its file now. */
    AcmeHistory succeeded(String by) {
        return new AcmeHistory(by, 0, "", Optional.empty(), attempts, issued, life);
    }

    /**
     * Earlier failures put no attempt off any more, since an administrator wants another one. The reason of the last is
     * still true until there is a certificate.
     */
    AcmeHistory forgiven() {
        return new AcmeHistory(directory, 0, reason, notBefore, attempts, issued, life);
    }

    /**
     * What is known without the file, by the certificates that there are.
     *
     * @param issuer the server that has issued the present one
     * @param ordered when they were ordered, the oldest first
     */
    static AcmeHistory ofCertificates(String issuer, List<Instant> ordered) {
        return new AcmeHistory(issuer, 0, "", Optional.empty(), ordered, ordered, Optional.empty());
    }

    private static List<Instant> and(List<Instant> before, Instant now) {
        List<Instant> all = new ArrayList<>(recent(before, now));
        all.add(now);
        return all;
    }

    private static List<Instant> recent(List<Instant> all, Instant now) {
        return all.stream()
                .filter(each -> each.isAfter(now.minus(KEPT)) && each.isBefore(now.plus(CLOCKS_DIFFER)))
                .toList();
    }

    /** As the lines of a file. */
    String text() {
        StringBuilder text =
                new StringBuilder("# What became of attempts to get a certificate. Gatehouse writes it.\n");
        line(text, "directory", directory);
        line(text, "failures", String.valueOf(failures));
        line(text, "reason", reason);
        notBefore.ifPresent(when -> line(text, "not-before", when.toString()));
        attempts.forEach(when -> line(text, "attempt", when.toString()));
        issued.forEach(when -> line(text, "issued", when.toString()));
        life.ifPresent(lasts -> line(text, "life", lasts.toString()));
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(' ').append(value).append('\n');
    }

    /** Reads them again; lines that it does not know are left out. */
    static AcmeHistory parse(String text) {
        String directory = "";
        int failures = 0;
        String reason = "";
        Optional<Instant> notBefore = Optional.empty();
        List<Instant> attempts = new ArrayList<>();
        List<Instant> issued = new ArrayList<>();
        Optional<Duration> life = Optional.empty();
        for (String line : text.lines().limit(MOST).toList()) {
            String[] parts = line.split(" ", 2);
            String value = parts.length == 2 ? parts[1] : "";
            switch (parts[0]) {
                case "directory" -> directory = value;
                case "failures" -> failures = value.matches("[0-9]{1,6}") ? Integer.parseInt(value) : 0;
                case "reason" -> reason = value;
                case "not-before" -> notBefore = instant(value);
                case "attempt" -> instant(value).ifPresent(attempts::add);
                case "issued" -> instant(value).ifPresent(issued::add);
                case "life" -> life = duration(value);
                default -> {} // of a later version
            }
        }
        return new AcmeHistory(directory, failures, reason, notBefore, attempts, issued, life);
    }

    private static Optional<Duration> duration(String text) {
        try {
            return Optional.of(Duration.parse(text)).filter(Duration::isPositive);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
