package io.gatehouse.api;

/** What a {@link Conversation} wants after a token: to challenge the client, to have a claim verified, or to end. */
public sealed interface Step permits Step.Claim, Step.Reply {
    /** What the client is told: one more round, or the end. */
    sealed interface Reply extends Step permits Challenge, Outcome {}

    /**
     * The client must answer {@code token} in one more round.
     *
     * @param token what to send to the client
     */
    record Challenge(Token token) implements Reply {}

    /**
     * The client claims to be {@code account}, and everything that can be checked without the back end was checked. The
     * core first charges its guess budget for the account and the source; only then, and at most once, it calls
     * {@link Verification#verify}. This is how every provider gets the same protection against guessing, before its
     * back end is asked.
     *
     * @param account the name as the client gives it, with its domain or realm; the core counts guesses at all
     *     spellings of it together
     * @param verification asks the back end; may block
     */
    record Claim(String account, Verification verification) implements Step {}

    /** Asks the back end whether a claim is true. */
    @FunctionalInterface
    interface Verification {
        /**
         * Verifies the claim; called at most once, may block, answers every expected failure as a value. It waits for a
         * back end on the thread of the caller, and computes what takes long, such as a password hash, in {@code cpu}
         * only.
         *
         * <p>A challenge means that nothing the client sent so far was wrong, but that more is wanted, for example a
         * second factor: the guess is given back, and what the client answers goes to {@link Conversation#next}, which
         * charges the next one by a claim of its own.
         */
        Reply verify(CpuWork cpu);
    }
}
