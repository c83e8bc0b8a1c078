package io.gatehouse.api;

/**
 * What {@code gatehouse doctor} found, with what to do about it.
 *
 * @param code its name in docs/doctor.md, such as {@code keytab.kvno}; it never changes, since programs read it
 * @param severity how bad it is
 * @param cause what is wrong, with the value that was found; in lower case without a full stop, and without secrets
 * @param fix what to do: the key, the command
 */
public record Finding(String code, Severity severity, String cause, String fix) {
    /** How bad it is. */
    public enum Severity {
        /** Something could not be examined, or is worth knowing. */
        NOTE,
        /** Some clients or some users run into it, or all will do soon. */
        WARNING,
        /** It does not work. */
        FAULT
    }

    /** Something that does not work. */
    public static Finding fault(String code, String cause, String fix) {
        return new Finding(code, Severity.FAULT, cause, fix);
    }

    /** Something that some clients or users run into, or all will do soon. */
    public static Finding warning(String code, String cause, String fix) {
        return new Finding(code, Severity.WARNING, cause, fix);
    }

    /** Something that could not be examined, or is worth knowing. */
    public static Finding note(String code, String cause, String fix) {
        return new Finding(code, Severity.NOTE, cause, fix);
    }
}
