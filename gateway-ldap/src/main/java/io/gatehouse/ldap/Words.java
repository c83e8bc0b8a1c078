package io.gatehouse.ldap;

/** Texts of others, made fit for a line of a log. */
final class Words {
    private static final int LONGEST = 300;

    private Words() {}

    /** What an exception says, or its kind when it says nothing. */
    static String of(Throwable problem) {
        String message = problem.getMessage();
        return message == null || message.isBlank() ? problem.getClass().getSimpleName() : line(message);
    }

    /** One line without control characters, cut where it gets too long. */
    static String line(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
