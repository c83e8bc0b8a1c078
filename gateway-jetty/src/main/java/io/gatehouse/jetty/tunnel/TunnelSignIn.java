package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.login.LoginAttempt;
import io.gatehouse.core.login.LoginStep;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.ticket.DeviceTicketAuthentication;
import io.gatehouse.core.ticket.DeviceTickets;
import io.gatehouse.core.token.CookieText;
import io.gatehouse.core.token.PaaAuthentication;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.tunnel.TunnelEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sign-in of one client inside its tunnel: by EXTENDED_AUTH_MSG in one or more rounds, or by the cookie of
 * TUNNEL_CREATE. Touched by the tunnel's mailbox only.
 */
final class TunnelSignIn {
    private final TunnelServices services;
    private final Peer peer;
    private final TunnelJournal journal;
    private final Mailbox mailbox;
    private final Consumer<TunnelEvent> events;
    /** The attempt that waits for the client's next token. */
    private @Nullable LoginAttempt attempt;
    /** The use of the token that the client signed in with. */
    private PaaLedger.@Nullable Ticket ticket;
    /** How long ago the user of a device ticket was known to be so. */
    private Duration knownBefore = Duration.ZERO;

    private boolean closed;

    /**
     * No sign-in yet.
     *
     * @param events takes what comes of it, in the mailbox
     */
    TunnelSignIn(
            TunnelServices services, Peer peer, TunnelJournal journal, Mailbox mailbox, Consumer<TunnelEvent> events) {
        this.services = services;
        this.peer = peer;
        this.journal = journal;
        this.mailbox = mailbox;
        this.events = events;
    }

    /** Gives {@code blob} to the mechanism for extended authentication; tells its answer later. */
    void authenticate(Token blob) {
        LoginAttempt begun = attempt;
        attempt = null;
        if (begun == null) {
            Optional<TokenMechanism> mechanism = services.mechanisms().forExtendedAuth();
            if (mechanism.isEmpty()) {
                refuse(
                        Scheme.NTLM.label(),
                        new Outcome.Rejected(Outcome.Reason.REFUSED, "sign-in inside the tunnel is not offered"));
                return;
            }
            begun = services.newAttempt(mechanism.get(), peer, Venue.TUNNEL_EXTENDED_AUTH);
        }
        LoginAttempt running = begun;
        judge(() -> {
            LoginStep step = running.next(blob);
            mailbox.post(() -> advanced(running, step));
        });
    }

    private void advanced(LoginAttempt running, LoginStep step) {
        switch (step) {
            case LoginStep.Continue(Token challenge) -> {
                attempt = running;
                events.accept(new TunnelEvent.SignInContinues(challenge));
            }
            case LoginStep.Done(Outcome outcome, Optional<String> account) -> {
                running.close();
                if (outcome instanceof Outcome.Rejected rejected) {
                    journal.signInRefused(running.method(), account, rejected);
                }
                events.accept(new TunnelEvent.SignInEnded(outcome));
            }
        }
    }

    /** Judges the cookie of TUNNEL_CREATE, a token or the handle of a device ticket; tells the outcome later. */
    void authenticateByCookie(Token cookie) {
        Optional<String> handle = CookieText.of(cookie).filter(DeviceTickets::isHandle);
        if (handle.isPresent()) {
            authenticateByTicket(handle.get());
        } else {
            authenticateByToken(cookie);
        }
    }

    private void authenticateByTicket(String handle) {
        Optional<DeviceTicketAuthentication> tickets = services.tickets();
        if (tickets.isEmpty()) {
            refuse(
                    DeviceTicket.METHOD,
                    new Outcome.Rejected(
                            Outcome.Reason.REFUSED,
                            "device tickets are not taken ([portal.device-tickets] is missing)"));
            return;
        }
        judge(() -> {
            DeviceTicketAuthentication.Answer answer = tickets.get().authenticate(handle, peer.address());
            mailbox.post(() -> judged(answer));
        });
    }

    private void judged(DeviceTicketAuthentication.Answer answer) {
        switch (answer) {
            case DeviceTicketAuthentication.Answer.Accepted(Identity who, Duration before) -> {
                knownBefore = before;
                events.accept(new TunnelEvent.SignInEnded(Outcome.Accepted.of(who)));
            }
            case DeviceTicketAuthentication.Answer.Refused(Optional<String> account, Outcome.Rejected rejected) -> {
                journal.signInRefused(DeviceTicket.METHOD, account, rejected);
                events.accept(new TunnelEvent.SignInEnded(rejected));
            }
        }
    }

    /** A token's use lasts as long as the tunnel. */
    private void authenticateByToken(Token cookie) {
        Optional<PaaAuthentication> tokens = services.tokens();
        if (tokens.isEmpty()) {
            refuse(
                    PaaAuthentication.METHOD,
                    new Outcome.Rejected(Outcome.Reason.REFUSED, "tokens are not taken ([auth.paa] is missing)"));
            return;
        }
        judge(() -> {
            PaaAuthentication.Answer answer = tokens.get().authenticate(cookie, peer, this::revoked);
            mailbox.post(() -> judged(answer));
        });
    }

    /** Does what may wait for a back end; a failure of it ends the tunnel. */
    private void judge(Runnable work) {
        services.executor().execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                mailbox.post(() -> {
                    throw e;
                });
            }
        });
    }

    private void judged(PaaAuthentication.Answer answer) {
        switch (answer) {
            case PaaAuthentication.Answer.Accepted(Identity who, PaaLedger.Ticket opened, Optional<String> noticed) -> {
                if (closed) {
                    opened.close();
                    return;
                }
                ticket = opened;
                journal.remark(noticed);
                events.accept(new TunnelEvent.SignInEnded(Outcome.Accepted.of(who)));
            }
            case PaaAuthentication.Answer.Refused(Optional<String> account, Outcome.Rejected rejected) -> {
                journal.signInRefused(PaaAuthentication.METHOD, account, rejected);
                events.accept(new TunnelEvent.SignInEnded(rejected));
            }
        }
    }

    /**
     * How long ago the client proved who it is: for a token, when it was made; for a device ticket, when its user was
     * last known to be as the ticket says.
     */
    Duration age(Instant now) {
        PaaLedger.Ticket used = ticket;
        Duration age = used == null ? knownBefore : Duration.between(used.issuedAt(), now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** The session that it began has timed out, so a token is of no use any more. */
    void sessionTimedOut() {
        PaaLedger.Ticket used = ticket;
        if (used != null) {
            used.timedOut();
        }
    }

    private void revoked() {
        tell(new TunnelEvent.Terminated(true, "the token was revoked"));
    }

    /** Refuses before anybody is asked, who would have told the journal. */
    private void refuse(String method, Outcome.Rejected rejected) {
        journal.signInRefused(method, Optional.empty(), rejected);
        tell(new TunnelEvent.SignInEnded(rejected));
    }

    private void tell(TunnelEvent event) {
        mailbox.post(() -> events.accept(event));
    }

    /** Lets go what is held, at the end of the tunnel. */
    void close() {
        closed = true;
        LoginAttempt open = attempt;
        attempt = null;
        if (open != null) {
            open.close();
        }
        PaaLedger.Ticket used = ticket;
        ticket = null;
        if (used != null) {
            used.close();
        }
    }
}
