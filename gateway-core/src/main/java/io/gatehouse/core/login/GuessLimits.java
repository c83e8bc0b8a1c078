package io.gatehouse.core.login;

/**
 * Who may use how much of the budget of an account and of a source. With 8 guesses per account, strangers together have 4, of
 * which the last is for one without a wrong guess. Sources that signed in before may go on to 6 of the 8; the seventh is for any
 * source without a wrong guess, and the eighth for one that also signed in before.
 *
 * @param perAccount wrong guesses at one account
 * @param perSource guesses of one source
 */
record GuessLimits(int perAccount, int perSource) {
    /** With less, nothing can be kept. */
    private static final int FEW = 4;

    /** Whether one more guess may be made. */
    enum Verdict {
        /** It may. */
        FREE,
        /** It may if those that are under way turn out not to be wrong guesses. */
        UNDER_WAY,
        /** It may not. */
        SPENT
    }

    /**
     * Judges one more guess.
     *
     * @param byStranger whether the source never signed in to the account
     * @param bySource what the source guessed before: a stranger at all accounts, a known source at this one
     * @param atAccount what everybody guessed at the account
     */
    Verdict judge(boolean byStranger, Guesses bySource, Guesses atAccount) {
        if (permit(byStranger, bySource, atAccount)) {
            return Verdict.FREE;
        }
        return permit(byStranger, bySource.wrong(), atAccount.wrong()) ? Verdict.UNDER_WAY : Verdict.SPENT;
    }

    private boolean permit(boolean byStranger, Guesses bySource, Guesses atAccount) {
        boolean fresh = bySource.count() == 0;
        int notForThem = !fresh ? 2 : byStranger ? 1 : 0;
        boolean account = atAccount.count() < perAccount - notForThem * keptOfAll();
        boolean strangers = atAccount.countByStrangers() < ofStrangers() - (fresh ? 0 : keptOfStrangers());
        return account && (!byStranger || (strangers && leaveRoomFor(bySource)));
    }

    /** Whether a stranger that guessed {@code bySource} has a guess left. */
    boolean leaveRoomFor(Guesses bySource) {
        return bySource.count() < perSource;
    }

    private int ofStrangers() {
        return Math.max(1, perAccount / 2);
    }

    private int keptOfStrangers() {
        return perAccount < FEW ? 0 : Math.max(1, ofStrangers() / 4);
    }

    private int keptOfAll() {
        return perAccount < FEW ? 0 : Math.max(1, perAccount / 8);
    }
}
