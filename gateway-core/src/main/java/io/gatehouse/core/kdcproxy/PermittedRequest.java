package io.gatehouse.core.kdcproxy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Token;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.formats.kerberos.ErrorCodes;
import java.util.Optional;

/**
 * A request that may be carried to a KDC. Ends with {@link #answered} or {@link #unanswered}, or else with {@link
 * #close}, which takes its guess, if it is one, for wrong.
 */
public final class PermittedRequest implements AutoCloseable {
    private final Domain domain;
    private final KerberosRequest request;
    private final Token message;
    private final Optional<GuessBudget.Charge> charge;

    PermittedRequest(Domain domain, KerberosRequest request, Token message, Optional<GuessBudget.Charge> charge) {
        this.domain = domain;
        this.request = request;
        this.message = message;
        this.charge = charge;
    }

    /** Whose KDC is to be asked. */
    public Domain domain() {
        return domain;
    }

    /** What kind of message it is. */
    public MessageType type() {
        return request.type();
    }

    /** The Kerberos message, without the length that goes before it on TCP. */
    public Token message() {
        return message;
    }

    /**
     * Whether no more than one KDC may get the message: each of them would count a wrong password, send a code to the
     * user's telephone, or change the password once more.
     */
    public boolean isForOneKdc() {
        return switch (request) {
            case KerberosRequest.Authentication asked -> asked.triesPassword();
            case KerberosRequest.PasswordChange _ -> true;
            case KerberosRequest.ServiceTicket _ -> false;
        };
    }

    /** Whether {@code answer} can be a KDC's answer to the message. */
    public boolean isAnsweredBy(Token answer) {
        return KerberosAnswer.read(answer, type()).isPresent();
    }

    /** Whether a KDC says with {@code answer} that it has more to say than fits into a datagram. */
    public boolean isTooBig(Token answer) {
        return KerberosAnswer.read(answer, type())
                .equals(Optional.of(new KerberosAnswer.Failed(ErrorCodes.RESPONSE_TOO_BIG)));
    }

    /**
     * A KDC answered; the guess costs what it should.
     *
     * @return the body for the client
     */
    public byte[] answered(Token answer) {
        charge.ifPresent(guess -> settle(guess, KerberosAnswer.read(answer, type())));
        return KdcProxyMessage.answer(answer);
    }

    private void settle(GuessBudget.Charge guess, Optional<KerberosAnswer> answer) {
        if (answer.isEmpty()) {
            return;
        }
        switch (answer.get()) {
            // Makes nobody known: an account that needs no pre-authentication gets a ticket whatever proof comes with
            // the question.
            // Whoever has one becomes known by signing in with it.
            case KerberosAnswer.Granted _ -> guess.refund();
            case KerberosAnswer.Failed(int code) -> {
                if (KerberosErrors.isWrongGuess(code)) {
                    guess.stays();
                } else {
                    guess.refund();
                }
            }
        }
    }

    /**
     * No KDC answered in time. One may have got the message and count a wrong password in it: whoever sends it too late
     * to be answered must not guess for nothing.
     */
    public void unanswered() {
        if (request instanceof KerberosRequest.Authentication asked && asked.triesPassword()) {
            charge.ifPresent(GuessBudget.Charge::unanswered);
        } else {
            charge.ifPresent(GuessBudget.Charge::refund);
        }
    }

    /** Changes nothing after one of the others. */
    @Override
    public void close() {
        charge.ifPresent(GuessBudget.Charge::close);
    }
}
