package io.gatehouse.core.login;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.CpuWork;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Accepted;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.text.AccountNames;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of one client to sign in at one venue. Holds the provider to the contract of {@link Conversation}: claims
 * go through the guess budget before the provider's back end is asked, an exception becomes {@link Reason#UNAVAILABLE},
 * rounds and sizes are bounded, and the conversation is closed exactly once: when it ends, or by {@link #close}.
 *
 * <p>{@link #next} may block and belongs to one thread at a time; {@link #close} may come from any thread at any time
 * and does not wait: it lets a running {@code next} finish, whose outcome is then refused.
 */
public final class LoginAttempt implements AutoCloseable {
    /** More rounds than any mechanism needs. */
    static final int MAX_ROUNDS = 8;

    /** The largest token in bytes. */
    static final int MAX_TOKEN = 64 * 1024;

    /** How long a claim waits for claims under way that have the last guesses: longer than a back end takes. */
    private static final Duration PATIENCE_WITH_OTHERS = Duration.ofSeconds(5);

    private static final String GIVEN_UP = "the attempt was given up meanwhile";

    private final TokenMechanism mechanism;
    private final Peer peer;
    private final Venue venue;
    private final LoginServices services;

    private final Object lock = new Object();
    private boolean busy;
    private boolean ended;

    // Used by the thread that is busy only, and by the one that ended the attempt while nobody was.
    private @Nullable Conversation conversation;
    private int rounds;
    private long spent;
    private volatile Scheme judging;
    private Optional<String> claimed = Optional.empty();
    private boolean told;

    /** An attempt of {@code peer}; asks the mechanism for nothing yet. */
    public LoginAttempt(TokenMechanism mechanism, Peer peer, Venue venue, LoginServices services) {
        this.mechanism = mechanism;
        this.judging = mechanism.scheme();
        this.peer = peer;
        this.venue = venue;
        this.services = services;
    }

    /** The scheme that this attempt speaks. */
    public Scheme scheme() {
        return mechanism.scheme();
    }

    /** The method by which the client tries to sign in: of what stands inside Negotiate, once that is known. */
    public String method() {
        return judging.label();
    }

    /**
     * Takes the client's next token. A token after the end, or beside another one, is refused without asking the
     * provider.
     */
    public LoginStep next(Token token) {
        synchronized (lock) {
            if (ended || busy) {
                return rejected(Reason.MALFORMED, ended ? "token after the end of the attempt" : "two tokens at once");
            }
            busy = true;
        }
        boolean goesOn = false;
        long began = services.time().nanos();
        try {
            LoginStep step = step(token);
            goesOn = step instanceof LoginStep.Continue;
            LoginStep settled = settle(step);
            spent += services.time().nanos() - began;
            if (settled instanceof LoginStep.Done done) {
                services.times().took(method(), done.outcome(), Duration.ofNanos(spent));
            }
            return settled;
        } finally {
            release(goesOn);
        }
    }

    private LoginStep step(Token token) {
        if (token.length() > MAX_TOKEN) {
            return rejected(
                    Reason.MALFORMED, "token of %d bytes (expected at most %d)".formatted(token.length(), MAX_TOKEN));
        }
        if (++rounds > MAX_ROUNDS) {
            return rejected(Reason.MALFORMED, "more than " + MAX_ROUNDS + " rounds");
        }
        Step step;
        try {
            Conversation open = conversation;
            if (open == null) {
                open = mechanism.open(peer, venue);
                conversation = open;
            }
            step = Objects.requireNonNull(open.next(token), "the conversation answered null");
            judging = open.negotiated().orElse(judging);
        } catch (RuntimeException | LinkageError | StackOverflowError failure) {
            return new LoginStep.Done(broken(failure), Optional.empty());
        }
        return switch (step) {
            case Step.Claim claim -> {
                claimed = Optional.of(claim.account());
                yield reply(verify(claim));
            }
            case Step.Reply reply -> reply(reply);
        };
    }

    private LoginStep reply(Step.Reply reply) {
        return switch (reply) {
            case Step.Challenge(Token challenge) -> new LoginStep.Continue(challenge);
            case Outcome outcome -> new LoginStep.Done(named(outcome), claimed);
        };
    }

    /**
     * Gives an identity the name that rules, audit lines and sessions know it by; there is no other place that does so.
     * A blocked user is refused after the proof, so that the answer tells nobody whether a password is right.
     */
    private Outcome named(Outcome outcome) {
        return switch (outcome) {
            case Accepted(var identity, var farewell) -> {
                Identity named = AccountNames.canonical(identity, services.domains());
                Optional<Rejected> blocked = services.blocks().refusal(named);
                if (blocked.isPresent()) {
                    yield blocked.get();
                }
                services.guesses().signedIn(peer.address(), identity.user());
                yield new Accepted(named, farewell);
            }
            case Rejected rejected -> rejected;
        };
    }

    private Step.Reply verify(Step.Claim claim) {
        Optional<GuessBudget.Charge> charged =
                services.guesses().charge(peer.address(), claim.account(), PATIENCE_WITH_OTHERS);
        if (charged.isEmpty()) {
            return new Rejected(Reason.THROTTLED, "too many failed attempts for the account or from the source");
        }
        try (GuessBudget.Charge charge = charged.get()) {
            if (isEnded()) {
                charge.refund();
                return new Rejected(Reason.MALFORMED, GIVEN_UP);
            }
            Step.Reply reply = ask(claim.verification(), services.cpu().of(new Source(peer.address()), charge.rank()));
            switch (reply) {
                case Step.Challenge _ -> charge.refund();
                case Accepted _ -> charge.succeeded();
                case Rejected(Reason reason, String _) when reason == Reason.UNANSWERED -> charge.unanswered();
                case Rejected(Reason reason, String _) when reason.isGuess() -> charge.stays();
                case Rejected _ -> charge.refund();
            }
            return reply;
        }
    }

    private Step.Reply ask(Step.Verification verification, CpuWork cpu) {
        try {
            return Objects.requireNonNull(verification.verify(cpu), "the verification answered null");
        } catch (CpuWork.BusyException busy) {
            return new Rejected(Reason.UNAVAILABLE, "too many password hashes at one time: " + busy.getMessage());
        } catch (RuntimeException | LinkageError | StackOverflowError failure) {
            return broken(failure);
        }
    }

    private boolean isEnded() {
        synchronized (lock) {
            return ended;
        }
    }

    /** Nobody is signed in on a connection that went away meanwhile. */
    private LoginStep settle(LoginStep step) {
        synchronized (lock) {
            return ended ? rejected(Reason.MALFORMED, GIVEN_UP) : step;
        }
    }

    private void release(boolean goesOn) {
        synchronized (lock) {
            busy = false;
            if (goesOn && !ended) {
                return;
            }
            ended = true;
        }
        closeConversation();
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (ended) {
                return;
            }
            ended = true;
            if (busy) {
                return;
            }
        }
        closeConversation();
    }

    private void closeConversation() {
        Conversation open = conversation;
        if (open == null) {
            return;
        }
        conversation = null;
        try {
            open.close();
        } catch (RuntimeException | LinkageError | StackOverflowError failure) {
            tell(failure);
        }
    }

    private Outcome broken(Throwable failure) {
        tell(failure);
        return new Rejected(
                Reason.UNAVAILABLE, "provider failed: " + failure.getClass().getName());
    }

    private void tell(Throwable failure) {
        if (!told) {
            told = true;
            services.brokenProviders().providerFailed(mechanism.scheme(), failure);
        }
    }

    private static LoginStep rejected(Reason reason, String detail) {
        return new LoginStep.Done(new Rejected(reason, detail), Optional.empty());
    }
}
