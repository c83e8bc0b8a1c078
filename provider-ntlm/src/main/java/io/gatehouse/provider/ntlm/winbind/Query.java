package io.gatehouse.provider.ntlm.winbind;

import java.util.function.Function;

/**
 * What came of a question to winbindd.
 *
 * @param <T> what was asked for
 */
sealed interface Query<T> {
    /** The query was answered. */
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

    /** Goes on with the answer, if there is one. */
    default <R> Query<R> then(Function<T, Query<R>> next) {
        return switch (this) {
            case Answered<T>(T value) -> next.apply(value);
            case Unknown<T>(String why) -> new Unknown<>(why);
            case Failed<T>(String why) -> new Failed<>(why);
        };
    }

    /** The same, for what winbindd should know: not knowing it is a failure. */
    default Query<T> expected() {
        return this instanceof Unknown<T>(String why) ? new Failed<>(why) : this;
    }
}
