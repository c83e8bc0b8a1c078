package io.gatehouse.provider.local.pam;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The return codes of Linux-PAM (security/_pam_types.h), with words for the audit log. */
enum PamCode {
    SUCCESS(0, "success"),
    OPEN_ERR(1, "a module cannot be loaded"),
    SYMBOL_ERR(2, "a module lacks a function"),
    SERVICE_ERR(3, "a module failed"),
    SYSTEM_ERR(4, "system error"),
    BUF_ERR(5, "out of memory"),
    PERM_DENIED(6, "access denied"),
    AUTH_ERR(7, "wrong name or password"),
    CRED_INSUFFICIENT(8, "not allowed to read the accounts"),
    AUTHINFO_UNAVAIL(9, "the accounts cannot be asked"),
    USER_UNKNOWN(10, "no such account"),
    MAXTRIES(11, "too many failed attempts"),
    NEW_AUTHTOK_REQD(12, "the password has expired and must be changed"),
    ACCT_EXPIRED(13, "the account has expired"),
    SESSION_ERR(14, "session failure"),
    CRED_UNAVAIL(15, "no credentials"),
    CRED_EXPIRED(16, "the credentials have expired"),
    CRED_ERR(17, "credentials failure"),
    NO_MODULE_DATA(18, "no module data"),
    CONV_ERR(19, "the module asked for more than name and password"),
    AUTHTOK_ERR(20, "password manipulation error"),
    AUTHTOK_RECOVERY_ERR(21, "the password cannot be recovered"),
    AUTHTOK_LOCK_BUSY(22, "the accounts are locked by another process"),
    AUTHTOK_DISABLE_AGING(23, "password aging is off"),
    TRY_AGAIN(24, "a preliminary check failed"),
    IGNORE(25, "no module has an opinion"),
    ABORT(26, "a module gave up"),
    AUTHTOK_EXPIRED(27, "the password has expired"),
    MODULE_UNKNOWN(28, "a module is not known"),
    BAD_ITEM(29, "bad item"),
    CONV_AGAIN(30, "the conversation is not ready"),
    INCOMPLETE(31, "the stack is incomplete");

    private static final Map<Integer, PamCode> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toMap(PamCode::number, code -> code));

    private final int number;
    private final String words;

    PamCode(int number, String words) {
        this.number = number;
        this.words = words;
    }

    /** The code that libpam returns. */
    int number() {
        return number;
    }

    /** The code behind a number; empty when this version of Linux-PAM has more of them than we know. */
    static Optional<PamCode> of(int number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    /** What {@code number} means, for the audit log. */
    static String describe(int number) {
        return of(number)
                .map(code -> code.words + " (PAM_" + code.name() + ")")
                .orElseGet(() -> "unknown return code " + number);
    }
}
