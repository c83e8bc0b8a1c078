package io.gatehouse.formats.der;

/** The one thing that hostile bytes can cause in {@link DerReader}. Carries no stack trace: it is an answer, not a fault. */
public final class MalformedDerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public MalformedDerException(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    /** What is wrong, for the audit log; holds nothing of the bytes but tags and lengths. */
    public String reason() {
        return reason;
    }
}
