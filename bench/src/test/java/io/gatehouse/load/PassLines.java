package io.gatehouse.load;

import static org.assertj.core.api.Assertions.assertThat;

/** Prints what was measured beside what was promised, and then insists on it. */
final class PassLines {
    private PassLines() {}

    /**
     * One line of the report.
     *
     * @param test such as {@code L-1}
     * @param promise in words
     * @param measured what it is judged by
     */
    @SuppressWarnings("SystemOut") // for whoever reads the output of the tests
    static void check(String test, String promise, Object measured, boolean passed) {
        System.out.printf("%-5s %s  %s: %s%n", test, passed ? "pass" : "FAIL", promise, measured);
        assertThat(passed).as("%s, %s: %s", test, promise, measured).isTrue();
    }

    /** A line without a judgement. */
    @SuppressWarnings("SystemOut") // for whoever reads the output of the tests
    static void say(String test, Object what) {
        System.out.printf("%-5s       %s%n", test, what);
    }
}
