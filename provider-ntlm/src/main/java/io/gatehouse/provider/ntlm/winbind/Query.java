package io.gatehouse.provider.ntlm.winbind;

/**
 * What came of a question to winbindd.
 *
 * @param <T> what was asked for
 */
sealed interface Query<T> {
    /** The answer. */
    record Answered<T>(T value) implements Query<T> {}

    /**
     * Winbindd knows no such thing.
     *
     * @param why for the audit log
     */
    record Unknown<T>(String why) implements Query<T> {}

    /**
     * Winbindd cannot be asked now, or its answer makes no sense.
     *
     * @param why for the audit log
     */
    record Failed<T>(String why) implements Query<T> {}
}
