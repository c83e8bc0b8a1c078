package io.gatehouse.core.totp;

import io.gatehouse.core.text.Parsed;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * What the file of {@code [portal.totp]} says: a line for each account with one-time codes and for each ticket, its
 * fields separated by tabs. Immutable.
 *
 * @param enrolments by account
 * @param tickets of which each account has one
 */
public record TotpRecords(SequencedMap<String, TotpEnrolment> enrolments, List<TotpTicket> tickets) {
    static final TotpRecords NONE = new TotpRecords(new LinkedHashMap<>(), List.of());

    private static final String HEADER =
            "# One-time codes of the portal, format 1. Secrets: keep it as you keep passwords. See docs/totp.md\n";
    /** Without it, a file that was cut would forget who has codes. */
    private static final String FOOTER = "# end\n";

    private static final String CODES = "codes";
    private static final String TICKET = "ticket";
    private static final String NO_RECOVERY = "-";
    private static final int FIELDS_OF_CODES = 9;
    private static final int FIELDS_OF_TICKET = 4;

    public TotpRecords {
        enrolments = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(enrolments));
        tickets = List.copyOf(tickets);
    }

    /** The codes of an account. */
    public Optional<TotpEnrolment> of(String account) {
        return Optional.ofNullable(enrolments.get(account));
    }

    TotpRecords with(TotpEnrolment enrolment) {
        SequencedMap<String, TotpEnrolment> more = new LinkedHashMap<>(enrolments);
        more.put(enrolment.account(), enrolment);
        return new TotpRecords(more, tickets);
    }

    /** Without the codes of accounts that {@code which} says. */
    TotpRecords withoutEnrolments(Predicate<String> which) {
        SequencedMap<String, TotpEnrolment> fewer = new LinkedHashMap<>(enrolments);
        fewer.keySet().removeIf(which);
        return new TotpRecords(fewer, tickets);
    }

    TotpRecords with(TotpTicket ticket) {
        List<TotpTicket> more = new ArrayList<>(tickets);
        more.add(ticket);
        return new TotpRecords(enrolments, more);
    }

    /** Without tickets that {@code which} says. */
    TotpRecords withoutTickets(Predicate<TotpTicket> which) {
        return new TotpRecords(
                enrolments, tickets.stream().filter(which.negate()).toList());
    }

    /** The content of the file. */
    String text() {
        StringBuilder text = new StringBuilder(HEADER);
        for (TotpEnrolment each : enrolments.values()) {
            line(
                    text,
                    CODES,
                    each.account(),
                    each.key().algorithm().label(),
                    String.valueOf(each.key().digits()),
                    each.key().base32(),
                    each.since().toString(),
                    String.valueOf(each.lastStep()),
                    String.valueOf(each.failures()),
                    each.recovery().isEmpty() ? NO_RECOVERY : String.join(",", each.recovery()));
        }
        tickets.forEach(each ->
                line(text, TICKET, each.account(), each.hash(), each.until().toString()));
        return text.append(FOOTER).toString();
    }

    private static void line(StringBuilder text, String... fields) {
        text.append(String.join("\t", fields)).append('\n');
    }

    /** Reads what {@link #text} wrote; what is wrong names no secret. */
    static Parsed<TotpRecords> parse(String text) {
        Map<String, TotpEnrolment> enrolments = new LinkedHashMap<>();
        List<TotpTicket> tickets = new ArrayList<>();
        int number = 0;
        if (!text.startsWith(HEADER)) {
            return Parsed.faulty("it does not begin with \"" + HEADER.strip() + "\"");
        }
        if (!text.endsWith("\n" + FOOTER)) {
            return Parsed.faulty("it does not end with \"" + FOOTER.strip() + "\": something is missing");
        }
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split("\t", -1);
            try {
                if (fields.length == FIELDS_OF_CODES && fields[0].equals(CODES)) {
                    TotpEnrolment enrolment = enrolment(fields);
                    if (enrolments.putIfAbsent(enrolment.account(), enrolment) != null) {
                        return Parsed.faulty("line " + number + ": the account has a line already");
                    }
                } else if (fields.length == FIELDS_OF_TICKET && fields[0].equals(TICKET)) {
                    tickets.add(new TotpTicket(account(fields[1]), fields[2], Instant.parse(fields[3])));
                } else {
                    return Parsed.faulty("line " + number + " (expected " + CODES + " with " + FIELDS_OF_CODES
                            + " fields or " + TICKET + " with " + FIELDS_OF_TICKET + ", separated by tabs)");
                }
            } catch (IllegalArgumentException | DateTimeException _) {
                return Parsed.faulty("line " + number + ": a field is wrong");
            }
        }
        return Parsed.valid(new TotpRecords(new LinkedHashMap<>(enrolments), tickets));
    }

    private static TotpEnrolment enrolment(String[] fields) {
        TotpAlgorithm algorithm = TotpAlgorithm.of(fields[2]).orElseThrow(IllegalArgumentException::new);
        return new TotpEnrolment(
                account(fields[1]),
                TotpKey.of(fields[4], algorithm, Integer.parseInt(fields[3])),
                Instant.parse(fields[5]),
                Long.parseLong(fields[6]),
                Integer.parseInt(fields[7]),
                fields[8].equals(NO_RECOVERY) ? List.of() : Arrays.asList(fields[8].split(",", -1)));
    }

    private static String account(String text) {
        if (text.indexOf('\\') < 0) {
            throw new IllegalArgumentException("no account");
        }
        return text;
    }

    /** Without what is in it: it has secrets. */
    @Override
    public String toString() {
        return "TotpRecords[" + enrolments.size() + " accounts, " + tickets.size() + " tickets]";
    }
}
