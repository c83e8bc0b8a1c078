package io.gatehouse.jetty.wake;

/** What is known of a machine. */
public enum MachineState {
    /** Its port answers. */
    ON,
    /** Its port does not answer. */
    OFF,
    /** It is being woken. */
    WAKING,
    /** Its port was asked and has not answered yet. */
    UNKNOWN
}
