package io.gatehouse.provider.local.pam;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.local.pam.PamAnswer.Refused;
import java.util.Optional;

/**
 * What a return code of PAM means for a sign-in.
 *
 * <p>Before the password was accepted, the line between a guess and a failure is drawn on the safe side: a stack that
 * was told the password and says no has judged a guess, whatever its code. (The module pam_exec, for one, answers a
 * wrong password with {@code PAM_SYSTEM_ERR}.) Only {@code PAM_AUTHINFO_UNAVAIL} says by definition that nobody was
 * asked.
 */
final class PamVerdict {
    private PamVerdict() {}

    /**
     * Of {@code pam_authenticate}, which did not succeed.
     *
     * @param passwordGiven whether a module was told the password
     */
    static Refused ofAuthentication(int code, boolean passwordGiven) {
        String detail = "PAM: " + PamCode.describe(code);
        Reason guessed = passwordGiven ? Reason.BAD_CREDENTIALS : Reason.UNAVAILABLE;
        Reason reason = switch (PamCode.of(code).orElse(PamCode.SYSTEM_ERR)) {
            case AUTH_ERR -> Reason.BAD_CREDENTIALS;
            case USER_UNKNOWN -> Reason.NOT_KNOWN;
            case PERM_DENIED, MAXTRIES, ACCT_EXPIRED, NEW_AUTHTOK_REQD, AUTHTOK_EXPIRED, CRED_EXPIRED -> Reason.LOCKED;
            case AUTHINFO_UNAVAIL -> Reason.UNAVAILABLE;
            case SUCCESS,
                    OPEN_ERR,
                    SYMBOL_ERR,
                    SERVICE_ERR,
                    SYSTEM_ERR,
                    BUF_ERR,
                    CRED_INSUFFICIENT,
                    SESSION_ERR,
                    CRED_UNAVAIL,
                    CRED_ERR,
                    NO_MODULE_DATA,
                    CONV_ERR,
                    AUTHTOK_ERR,
                    AUTHTOK_RECOVERY_ERR,
                    AUTHTOK_LOCK_BUSY,
                    AUTHTOK_DISABLE_AGING,
                    TRY_AGAIN,
                    IGNORE,
                    ABORT,
                    MODULE_UNKNOWN,
                    BAD_ITEM,
                    CONV_AGAIN,
                    INCOMPLETE -> guessed;
        };
        return new Refused(reason, detail);
    }

    /**
     * Of {@code pam_acct_mgmt} without a password before it, which did not succeed. That the password must be changed,
     * or that wrong ones were tried, does not end the work of somebody who signed in by the right one.
     */
    static Optional<Refused> ofAccountManagement(int code) {
        Optional<Reason> reason = switch (PamCode.of(code).orElse(PamCode.SYSTEM_ERR)) {
            case SUCCESS, NEW_AUTHTOK_REQD, AUTHTOK_EXPIRED, CRED_EXPIRED, MAXTRIES -> Optional.empty();
            case USER_UNKNOWN -> Optional.of(Reason.NOT_KNOWN);
            case ACCT_EXPIRED -> Optional.of(Reason.LOCKED);
            // Not about the account for certain: pam_nologin says AUTH_ERR while the machine goes down, and Debian's
            // stack turns every
            // failure into it; a rule about where users come from (pam_access) says PERM_DENIED, and no address is
            // known here.
            case AUTH_ERR,
                    PERM_DENIED,
                    CRED_ERR,
                    CRED_UNAVAIL,
                    OPEN_ERR,
                    SYMBOL_ERR,
                    SERVICE_ERR,
                    SYSTEM_ERR,
                    BUF_ERR,
                    CRED_INSUFFICIENT,
                    AUTHINFO_UNAVAIL,
                    SESSION_ERR,
                    NO_MODULE_DATA,
                    CONV_ERR,
                    AUTHTOK_ERR,
                    AUTHTOK_RECOVERY_ERR,
                    AUTHTOK_LOCK_BUSY,
                    AUTHTOK_DISABLE_AGING,
                    TRY_AGAIN,
                    IGNORE,
                    ABORT,
                    MODULE_UNKNOWN,
                    BAD_ITEM,
                    CONV_AGAIN,
                    INCOMPLETE -> Optional.of(Reason.UNAVAILABLE);
        };
        return reason.map(why -> new Refused(why, "PAM, account: " + PamCode.describe(code)));
    }

    /** Of {@code pam_acct_mgmt}, which did not succeed; the password is right. No other realm may be asked any more. */
    static Refused ofAccount(int code) {
        String detail = "PAM, account: " + PamCode.describe(code);
        Reason reason = switch (PamCode.of(code).orElse(PamCode.SYSTEM_ERR)) {
            case NEW_AUTHTOK_REQD, AUTHTOK_EXPIRED, ACCT_EXPIRED, CRED_EXPIRED -> Reason.EXPIRED;
            case AUTH_ERR, PERM_DENIED, USER_UNKNOWN, MAXTRIES, CRED_ERR, CRED_UNAVAIL -> Reason.LOCKED;
            case SUCCESS,
                    OPEN_ERR,
                    SYMBOL_ERR,
                    SERVICE_ERR,
                    SYSTEM_ERR,
                    BUF_ERR,
                    CRED_INSUFFICIENT,
                    AUTHINFO_UNAVAIL,
                    SESSION_ERR,
                    NO_MODULE_DATA,
                    CONV_ERR,
                    AUTHTOK_ERR,
                    AUTHTOK_RECOVERY_ERR,
                    AUTHTOK_LOCK_BUSY,
                    AUTHTOK_DISABLE_AGING,
                    TRY_AGAIN,
                    IGNORE,
                    ABORT,
                    MODULE_UNKNOWN,
                    BAD_ITEM,
                    CONV_AGAIN,
                    INCOMPLETE -> Reason.UNAVAILABLE;
        };
        return new Refused(reason, detail);
    }
}
