package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.totp.CodeVerdict;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpEnrolment;
import io.gatehouse.core.totp.TotpKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks what users type as second factor: within the limits for guesses at passwords, by account and by source, and
 * with one audit line for each answer.
 */
final class SecondFactorCheck {
    /** In audit lines of refusals. */
    private static final String METHOD = "totp";

    private static final Logger LOG = LoggerFactory.getLogger(SecondFactorCheck.class);
    private static final Duration PATIENCE_WITH_OTHERS = Duration.ofSeconds(5);
    private static final int LONGEST = 64;

    private final PortalServices services;
    private final SecondFactors factors;
    private final SessionStart sessionStart;

    SecondFactorCheck(PortalServices services, SecondFactors factors, SessionStart sessionStart) {
        this.services = services;
        this.factors = factors;
        this.sessionStart = sessionStart;
    }

    /** What came of it. */
    sealed interface Answer {
        /** It was right, and the user is {@code identity} with more proved. */
        record Proved(Identity identity) implements Answer {}

        /** It was not; that is in the audit log already. */
        record Refused(Reason reason) implements Answer {
            int status() {
                return switch (reason) {
                    case THROTTLED -> 429;
                    case UNAVAILABLE, UNANSWERED -> 503;
                    case BAD_CREDENTIALS, NOT_KNOWN, EXPIRED, LOCKED, MALFORMED, NOT_FOR_US, REFUSED -> 403;
                };
            }

            /** The key of what the user is told, which helps no attacker. */
            String text(String wrong) {
                return switch (reason) {
                    case THROTTLED -> "signin.throttled";
                    case UNAVAILABLE, UNANSWERED -> "signin.unavailable";
                    case BAD_CREDENTIALS, NOT_KNOWN, EXPIRED, LOCKED, MALFORMED, NOT_FOR_US, REFUSED -> wrong;
                };
            }
        }
    }

    private Answer.Refused refused(PortalExchange exchange, Identity identity, Reason reason, String detail) {
        sessionStart.refused(exchange, Optional.of(identity.user()), METHOD, new Rejected(reason, detail));
        return new Answer.Refused(reason);
    }

    private Answer.Refused unavailable(PortalExchange exchange, Identity identity, IOException e) {
        LOG.atError().addKeyValue("reason", e.toString()).log("one-time codes cannot be read or written");
        return refused(exchange, identity, Reason.UNAVAILABLE, "one-time codes cannot be read or written");
    }

    /** A question that must be charged before it is answered. */
    @FunctionalInterface
    private interface Question {
        Answer ask(GuessBudget.Charge charge) throws IOException;
    }

    private Answer charged(PortalExchange exchange, Identity identity, String typed, Question question) {
        if (typed.isBlank() || typed.length() > LONGEST) {
            return refused(
                    exchange,
                    identity,
                    Reason.MALFORMED,
                    "a code of " + typed.length() + " characters (expected 1 to " + LONGEST + ")");
        }
        Optional<GuessBudget.Charge> charged =
                services.login().guesses().charge(exchange.peer().address(), identity.user(), PATIENCE_WITH_OTHERS);
        if (charged.isEmpty()) {
            return refused(
                    exchange,
                    identity,
                    Reason.THROTTLED,
                    "too many failed attempts for the account or from the source");
        }
        try (GuessBudget.Charge charge = charged.get()) {
            try {
                Answer answer = question.ask(charge);
                if (answer instanceof Answer.Proved) {
                    charge.succeeded();
                }
                return answer; // what was wrong stays charged
            } catch (IOException e) {
                charge.refund();
                return unavailable(exchange, identity, e);
            }
        }
    }

    /** A right password of which nothing more may come: without a line, whoever tries stolen ones would leave none. */
    void asked(PortalExchange exchange, Identity identity) {
        tell(
                exchange,
                identity,
                AuditEvent.Factor.ASKED,
                factors.of(identity).isPresent()
                        ? "the first factor was right; a code is missing"
                        : "the first factor was right; no codes are set up yet");
    }

    /** Looks at a code of {@code identity}, and uses it up. */
    Answer code(PortalExchange exchange, Identity identity, String typed) {
        return charged(exchange, identity, typed, _ -> switch (factors.check(identity, typed)) {
            case CodeVerdict.Accepted(boolean recovery, int left) -> {
                Identity proved = SecondFactors.proved(identity, recovery);
                tell(
                        exchange,
                        proved,
                        recovery ? AuditEvent.Factor.RECOVERY_CODE_USED : AuditEvent.Factor.CODE_ACCEPTED,
                        recovery ? left + " recovery codes left" : "");
                yield new Answer.Proved(proved);
            }
            case CodeVerdict.Wrong() -> refused(exchange, identity, Reason.BAD_CREDENTIALS, "wrong one-time code");
            case CodeVerdict.Used() ->
                refused(exchange, identity, Reason.BAD_CREDENTIALS, "the one-time code was used before");
            case CodeVerdict.Locked() ->
                refused(
                        exchange,
                        identity,
                        Reason.LOCKED,
                        "one-time codes are locked after " + TotpEnrolment.MOST_FAILURES
                                + " wrong ones in a row (gatehouse totp reset)");
            case CodeVerdict.NotEnrolled() ->
                refused(exchange, identity, Reason.NOT_KNOWN, "no one-time codes are set up for the account");
        });
    }

    /** Looks at a ticket, which stays good; empty when it is. */
    Optional<Answer.Refused> ticket(PortalExchange exchange, Identity identity, String typed) {
        Answer answer = charged(
                exchange,
                identity,
                typed,
                _ -> factors.isTicket(identity, typed)
                        ? new Answer.Proved(identity)
                        : refused(
                                exchange, identity, Reason.BAD_CREDENTIALS, "wrong or old ticket for one-time codes"));
        return answer instanceof Answer.Refused refused ? Optional.of(refused) : Optional.empty();
    }

    /** What came of setting up codes. */
    sealed interface Enrolled {
        /** They are set up, and the user proved them. There are no recovery codes yet. */
        record Done(Identity identity) implements Enrolled {}

        /** They are not. */
        record Not(Answer.Refused refused) implements Enrolled {}
    }

    /** Sets up codes of {@code key}, of which {@code typed} is the first; it says nothing about another secret. */
    Enrolled enrol(PortalExchange exchange, Identity identity, TotpKey key, String typed, String ticket) {
        if (typed.length() > LONGEST) {
            return new Enrolled.Not(refused(exchange, identity, Reason.MALFORMED, "a code that is too long"));
        }
        try {
            return switch (factors.enrol(identity, key, typed, ticket)) {
                case SecondFactors.Enrolment.Done() -> {
                    Identity proved = SecondFactors.proved(identity, false);
                    tell(
                            exchange,
                            proved,
                            AuditEvent.Factor.ENROLLED,
                            ticket.isEmpty() ? "after the password alone" : "with a ticket");
                    yield new Enrolled.Done(proved);
                }
                case SecondFactors.Enrolment.Refused(String why) ->
                    new Enrolled.Not(refused(exchange, identity, Reason.REFUSED, "one-time codes not set up: " + why));
            };
        } catch (IOException e) {
            return new Enrolled.Not(unavailable(exchange, identity, e));
        }
    }

    /**
     * Recovery codes in the place of earlier ones, for a user who has just proved a code and whose session they can be
     * shown in: they count from now on. Empty when they cannot be written.
     */
    List<String> recoveryCodes(PortalExchange exchange, Identity identity) {
        try {
            return factors.renewRecoveryCodes(identity).orElse(List.of());
        } catch (IOException e) {
            unavailable(exchange, identity, e);
            return List.of();
        }
    }

    /** The same where the user asked for other ones. */
    List<String> renew(PortalExchange exchange, Identity identity) {
        List<String> codes = recoveryCodes(exchange, identity);
        if (!codes.isEmpty()) {
            tell(exchange, identity, AuditEvent.Factor.RECOVERY_CODES_RENEWED, "");
        }
        return codes;
    }

    /** Removes the codes of a user who has just proved one; false when that failed. */
    boolean remove(PortalExchange exchange, Identity identity) {
        try {
            if (factors.remove(identity)) {
                tell(exchange, identity, AuditEvent.Factor.REMOVED, "by the user");
            }
            return true;
        } catch (IOException e) {
            unavailable(exchange, identity, e);
            return false;
        }
    }

    private void tell(PortalExchange exchange, Identity identity, AuditEvent.Factor what, String detail) {
        services.audit().record(new AuditEvent.SecondFactor(exchange.origin(), identity, what, detail));
    }
}
