package io.gatehouse.api;

import java.util.Locale;
import java.util.Optional;

/** The result of a {@link Conversation}: the identity of the user, or the reason of the refusal. */
public sealed interface Outcome extends Step.Reply {

    /**
     * The client is {@code identity}.
     *
     * @param identity who it is
     * @param farewell the last token for the client, for example a Kerberos AP-REP
     */
    record Accepted(Identity identity, Optional<Token> farewell) implements Outcome {
        /** Acceptance without a last token. */
        public static Accepted of(Identity identity) {
            return new Accepted(identity, Optional.empty());
        }
    }

    /**
     * The client is not signed in. The peer learns "denied" only.
     *
     * @param reason the kind of failure
     * @param detail why, for the audit log only; never a secret
     */
    record Rejected(Reason reason, String detail) implements Outcome, PortalStep, PortalMechanism.Logout {}

    /** The kinds of refusal, as the audit log and metrics name them. */
    enum Reason {
        /** The password or proof is wrong. */
        BAD_CREDENTIALS(true),
        /** There is no such account, or it has no credential of this kind. */
        NOT_KNOWN(true),
        /** The credentials are right but too old: an expired password, ticket or token. */
        EXPIRED(false),
        /** The account is disabled or locked. */
        LOCKED(true),
        /** The token breaks its format or the rules of its exchange. */
        MALFORMED(false),
        /**
         * The token is meant for another server, or was made with a key that this one does not have. Inside SPNEGO
         * another mechanism may be tried.
         */
        NOT_FOR_US(false),
        /** A policy of this gateway refuses the token, for example a missing channel binding. */
        REFUSED(false),
        /** The guess budget of the account or the source is spent. Only the core says this. */
        THROTTLED(false),
        /** The back end cannot be asked, or says that it cannot judge. */
        UNAVAILABLE(false),
        /** The back end was asked and did not answer in time. It may judge all the same, and count a wrong password. */
        UNANSWERED(false);

        private final boolean guess;

        Reason(boolean guess) {
            this.guess = guess;
        }

        /** Its one spelling in audit lines, metrics and documentation: {@code bad-credentials}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether the failure counts as a guess against the account and the source. */
        public boolean isGuess() {
            return guess;
        }
    }
}
