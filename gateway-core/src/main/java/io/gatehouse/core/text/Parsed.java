package io.gatehouse.core.text;

/**
 * The result of reading text: the value, or what is wrong with the text.
 *
 * @param <T> what was read
 */
public sealed interface Parsed<T> {

    /** The text was valid; the value that it means. */
    record Valid<T>(T value) implements Parsed<T> {}

    /**
     * The text was not.
     *
     * @param problem lower case, with the offending and the expected value
     */
    record Faulty<T>(String problem) implements Parsed<T> {}

    /** The value of a {@link Valid}. */
    static <T> Parsed<T> valid(T value) {
        return new Valid<>(value);
    }

    /** A {@link Faulty}. */
    static <T> Parsed<T> faulty(String problem) {
        return new Faulty<>(problem);
    }
}
