package io.gatehouse.provider.ntlm.netlogon;

/** A domain controller gave no verdict; the message says why, for the administrator. */
final class ControllerException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean mayHaveJudged;

    private ControllerException(String message, boolean mayHaveJudged) {
        super(message);
        this.mayHaveJudged = mayHaveJudged;
    }

    /** It certainly did not judge, so that nothing was counted against the account. */
    static ControllerException notJudged(String message) {
        return new ControllerException(message, false);
    }

    /** It may have judged, and may have counted a wrong password; nobody else must be asked. */
    static ControllerException perhapsJudged(String message) {
        return new ControllerException(message, true);
    }

    boolean mayHaveJudged() {
        return mayHaveJudged;
    }
}
