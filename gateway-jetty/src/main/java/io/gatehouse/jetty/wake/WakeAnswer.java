package io.gatehouse.jetty.wake;

/** What comes of a wish to wake a machine. */
public sealed interface WakeAnswer {
    /**
     * It is being woken, for this user or for one who asked before.
     *
     * @param machine tells when it answers
     */
    record Begun(WakingMachine machine) implements WakeAnswer {}

    /**
     * It is not.
     *
     * @param why for logs only
     */
    record Refused(String why) implements WakeAnswer {}
}
