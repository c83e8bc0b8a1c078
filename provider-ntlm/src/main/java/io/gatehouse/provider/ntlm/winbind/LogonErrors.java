package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import java.util.List;
import java.util.Locale;

/**
 * What the texts of {@code Authentication-Error} mean. They are Samba's descriptions of NTSTATUS codes (MS-ERREF
 * 2.3.1), which differ between its versions, or the code's name; so each is found by a part of it. A text that is not
 * known may be a judgement on the password: it is taken as an answer that does not count.
 */
final class LogonErrors {
    /** Also what is said to a user who may not use winbindd's privileged socket. */
    private static final String NO_REPLY = "reading winbind reply failed";

    private record Meaning(Reason reason, String detail, List<String> parts) {}

    private static final List<Meaning> MEANINGS = List.of(
            new Meaning(
                    Reason.BAD_CREDENTIALS,
                    "wrong password",
                    List.of("as the current password is not correct", "wrong password", "wrong_password")),
            new Meaning(
                    Reason.NOT_KNOWN,
                    "no such account in the domain",
                    List.of("specified account does not exist", "no such user", "no_such_user")),
            new Meaning(Reason.LOCKED, "the account is disabled", List.of("currently disabled", "account_disabled")),
            new Meaning(
                    Reason.LOCKED,
                    "the account is locked: too many wrong passwords",
                    List.of("automatically locked", "locked out", "account_locked_out")),
            new Meaning(
                    Reason.LOCKED,
                    "the account has expired",
                    List.of("user account has expired", "user's account has expired", "account_expired")),
            new Meaning(
                    Reason.EXPIRED, "the password has expired", List.of("password has expired", "password_expired")),
            new Meaning(
                    Reason.EXPIRED,
                    "the password must be changed before the first sign-in",
                    List.of("must be changed before", "must change password", "password_must_change")),
            new Meaning(
                    Reason.LOCKED,
                    "the account may not sign in at this time",
                    List.of("time restriction", "invalid_logon_hours")),
            new Meaning(
                    Reason.LOCKED,
                    "the account may not sign in from this computer",
                    List.of("log on from the source workstation", "invalid_workstation")),
            new Meaning(
                    Reason.LOCKED,
                    "the account is restricted",
                    List.of("account restriction", "account_restriction", "smart card logon is required")),
            new Meaning(
                    Reason.REFUSED,
                    "the domain does not let this account sign in over the network, or through this computer",
                    List.of(
                            "type of logon",
                            "logon_type_not_granted",
                            "authentication firewall",
                            "trust account",
                            "computer account")),
            new Meaning(
                    Reason.REFUSED,
                    "the domain does not allow NTLM for this account",
                    List.of("ntlm was blocked", "ntlm_blocked")),
            new Meaning(
                    Reason.UNAVAILABLE,
                    "no domain controller answers",
                    List.of(
                            "no logon servers",
                            "no_logon_servers",
                            "domain controller for this domain was not found",
                            "domain_controller_not_found",
                            "not reachable",
                            "device timeout",
                            "io_timeout",
                            "connection")),
            new Meaning(
                    Reason.UNAVAILABLE,
                    "the domain does not trust this machine (try: net ads testjoin)",
                    List.of("trust", "access denied", "access_denied")));

    private LogonErrors() {}

    /**
     * The refusal that an error means.
     *
     * @param error Samba's words
     * @param computer the computer name that clients are told
     */
    static NtlmLogon.Refused refusal(String error, String computer) {
        String lower = error.toLowerCase(Locale.ROOT);
        if (lower.contains("attempted logon is invalid")
                || lower.contains("logon failure: unknown")
                || lower.equals("logon failure")
                || lower.contains("logon_failure")) {
            return new NtlmLogon.Refused(
                    Reason.BAD_CREDENTIALS,
                    "the domain controller refuses the logon without saying why (if it refuses everybody: the computer name %s in the challenge is not that of the machine account)"
                            .formatted(computer));
        }
        for (Meaning meaning : MEANINGS) {
            if (meaning.parts().stream().anyMatch(lower::contains)) {
                return new NtlmLogon.Refused(meaning.reason(), meaning.detail());
            }
        }
        return new NtlmLogon.Refused(Reason.UNANSWERED, "winbindd says: " + error);
    }

    /** Whether {@code ntlm_auth} could not talk to winbindd, or was not let in by it. */
    static boolean isNoReply(String error) {
        return error.toLowerCase(Locale.ROOT).contains(NO_REPLY);
    }
}
