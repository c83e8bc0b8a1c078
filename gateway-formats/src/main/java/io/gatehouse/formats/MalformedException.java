package io.gatehouse.formats;

/**
 * Bytes break their format. It is the only exception that hostile bytes can cause in the readers of this module and in
 * those built on them. It carries no stack trace: it is an answer, not a fault.
 */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** The reason says where, without the text of the peer. */
    public MalformedException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** What is wrong, for the audit log. */
    public String reason() {
        return reason;
    }
}
