package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** Compares the clock of this machine with the {@code Date} of what answers at the public name. */
public final class FrontClockExamination implements Examination {
    /** The head of an answer has whole seconds, and may be some seconds under way. */
    private static final Duration ALLOWED = Duration.ofSeconds(10);

    private final PublicAddress address;
    private final Clock clock;

    /** An examination of what stands at {@code address}. */
    public FrontClockExamination(PublicAddress address, Clock clock) {
        this.address = address;
        this.clock = clock;
    }

    @Override
    public String subject() {
        return "clock against " + address;
    }

    @Override
    public List<Finding> examine() {
        try {
            return address.http()
                    .send("GET", PlainRequest.GATEWAY_PATH, List.of())
                    .header("Date")
                    .flatMap(FrontClockExamination::parse)
                    .map(theirs -> Duration.between(clock.instant(), theirs))
                    .filter(offset -> offset.abs().compareTo(ALLOWED) > 0)
                    .map(this::differs)
                    .map(List::of)
                    .orElseGet(List::of);
        } catch (IOException exception) {
            return List.of(); // front.no-answer
        }
    }

    private Finding differs(Duration offset) {
        return Finding.warning(
                "clock.front",
                address + ": the clock of what answers is " + offset.abs().toSeconds() + " seconds "
                        + (offset.isNegative() ? "behind" : "ahead of") + " that of this machine, so one of them is"
                        + " wrong: tokens, tickets and sessions begin too early or end too late",
                "synchronise both machines: timedatectl set-ntp true; gatehouse doctor --ntp SERVER says which of them"
                        + " is wrong");
    }

    private static Optional<Instant> parse(String date) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
        } catch (DateTimeParseException exception) {
            return Optional.empty();
        }
    }
}
