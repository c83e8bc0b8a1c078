package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.BindResult;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPResult;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ErrorType;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10ResponseControl;
import io.gatehouse.api.Outcome.Reason;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the answer to a bind means: the result code, the sub-code of an Active Directory in its message
 * ({@code data 52e}), and the control of the password policy (draft-behera-ldap-password-policy).
 */
final class BindVerdict {
    private static final Pattern SUB_CODE = Pattern.compile("\\bdata ([0-9a-fA-F]{1,8})\\b");

    private BindVerdict() {}

    /** Even a bind that succeeds may say that the password must be changed first. */
    static Optional<LdapLogin.Refused> ofSuccess(BindResult result) {
        return policyError(result).map(BindVerdict::ofPolicy);
    }

    /** Empty when the failure says nothing about the user: the server is at fault, or the way to it. */
    static Optional<LdapLogin.Refused> ofFailure(LDAPException failure) {
        ResultCode code = failure.getResultCode();
        if (code.equals(ResultCode.INVALID_CREDENTIALS)) {
            return Optional.of(policyError(failure.toLDAPResult())
                    .map(BindVerdict::ofPolicy)
                    .orElseGet(() -> ofSubCode(String.valueOf(failure.getDiagnosticMessage()))));
        }
        if (code.equals(ResultCode.NO_SUCH_OBJECT) || code.equals(ResultCode.INAPPROPRIATE_AUTHENTICATION)) {
            return Optional.of(refused(Reason.BAD_CREDENTIALS, "the user cannot bind with a password"));
        }
        if (code.equals(ResultCode.UNWILLING_TO_PERFORM) || code.equals(ResultCode.CONSTRAINT_VIOLATION)) {
            return Optional.of(policyError(failure.toLDAPResult())
                    .map(BindVerdict::ofPolicy)
                    .orElseGet(() -> refused(Reason.LOCKED, "the directory refuses the user: " + code.getName())));
        }
        return Optional.empty();
    }

    private static Optional<DraftBeheraLDAPPasswordPolicy10ErrorType> policyError(LDAPResult result) {
        try {
            return Optional.ofNullable(DraftBeheraLDAPPasswordPolicy10ResponseControl.get(new BindResult(result)))
                    .flatMap(control -> Optional.ofNullable(control.getErrorType()));
        } catch (LDAPException _) {
            return Optional.empty();
        }
    }

    private static LdapLogin.Refused ofPolicy(DraftBeheraLDAPPasswordPolicy10ErrorType error) {
        return switch (error) {
            case ACCOUNT_LOCKED -> refused(Reason.LOCKED, "the account is locked");
            case PASSWORD_EXPIRED -> refused(Reason.EXPIRED, "the password has expired");
            case CHANGE_AFTER_RESET -> refused(Reason.EXPIRED, "the password must be changed first");
            default -> refused(Reason.BAD_CREDENTIALS, "refused by the password policy: " + error.getName());
        };
    }

    private static LdapLogin.Refused ofSubCode(String message) {
        Matcher matcher = SUB_CODE.matcher(message);
        return switch (matcher.find() ? matcher.group(1).toLowerCase(Locale.ROOT) : "") {
            case "525" -> refused(Reason.NOT_KNOWN, "no such user in the directory");
            case "530" -> refused(Reason.LOCKED, "not allowed to sign in at this time");
            case "531" -> refused(Reason.LOCKED, "not allowed to sign in at this computer");
            case "532" -> refused(Reason.EXPIRED, "the password has expired");
            case "533" -> refused(Reason.LOCKED, "the account is disabled");
            case "568" -> refused(Reason.LOCKED, "too many security identifiers");
            case "701" -> refused(Reason.LOCKED, "the account has expired");
            case "773" -> refused(Reason.EXPIRED, "the password must be changed first");
            case "775" -> refused(Reason.LOCKED, "the account is locked");
            default -> refused(Reason.BAD_CREDENTIALS, "wrong password");
        };
    }

    private static LdapLogin.Refused refused(Reason reason, String detail) {
        return new LdapLogin.Refused(reason, detail);
    }
}
