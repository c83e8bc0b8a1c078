package io.gatehouse.core.guess;

/**
 * Who may use how much of the budget of an account and of a source. With 8 guesses per account, strangers together have
 * 4, of which the last is for one without a wrong guess. Sources that signed in before may go on to 6 of the 8; the
 * seventh is for any source without a wrong guess, and the eighth for one that also signed in before.
 *
 * <p>A source that guessed wrong so often at accounts that signed in from there as it may at others tries one password
 * after the other at all of them, or is shared by many people; from then on it has {@value #OF_RESIDENT} wrong guesses
 * at each of them.
 *
 * @param perAccount wrong guesses at one account
 * @param perSource guesses of one source
 */
record GuessLimits(int perAccount, int perSource) {
    /** With less, nothing can be kept. */
    private static final int FEW = 4;

    /** One for whoever tries a password at everybody, and one for the user. */
    private static final int OF_RESIDENT = 2;

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
     * What counts for and against one more guess.
     *
     * @param byStranger whether the source never signed in to the account
     * @param bySource what the source guessed before: a stranger at all accounts, a known source at this one
     * @param atResidents what the source guessed at all accounts that signed in from there
     * @param hidden what the source guessed at accounts that it hid, when it hides this one; none otherwise
     * @param atAccount what everybody guessed at the account
     */
    record Standing(boolean byStranger, Guesses bySource, Guesses atResidents, Guesses hidden, Guesses atAccount) {
        /** The same without what is under way. */
        private Standing wrong() {
            return new Standing(byStranger, bySource.wrong(), atResidents.wrong(), hidden.wrong(), atAccount.wrong());
        }
    }

    /** Judges one more guess. */
    Verdict judge(Standing standing) {
        if (permit(standing)) {
            return Verdict.FREE;
        }
        return permit(standing.wrong()) ? Verdict.UNDER_WAY : Verdict.SPENT;
    }

    private boolean permit(Standing standing) {
        return permit(standing.byStranger(), standing.bySource(), standing.atAccount())
                && standing.hidden().count() < perAccount
                && (standing.byStranger()
                        || standing.atResidents().count() < atResidents()
                        || standing.bySource().count() < OF_RESIDENT);
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

    /** As many of a source's guesses at accounts that signed in from there as count. */
    Guesses newest(Guesses atResidents) {
        return atResidents.newest(atResidents());
    }

    private int atResidents() {
        return Math.max(perSource, perAccount);
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
