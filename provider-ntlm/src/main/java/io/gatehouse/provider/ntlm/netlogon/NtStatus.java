package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Outcome.Reason;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * MS-ERREF 2.3.1: a status of a domain controller.
 *
 * @param code the 32 bits
 */
record NtStatus(int code) {
    private static final int SUCCESS = 0;
    /** Of a lookup of names: some have none. */
    private static final int SOME_NOT_MAPPED = 0x00000107;
    /** Of a lookup of names: none has one. */
    private static final int NONE_MAPPED = 0xC0000073;

    private static final Map<Integer, Known> BY_CODE =
            Arrays.stream(Known.values()).collect(Collectors.toUnmodifiableMap(Known::code, Function.identity()));

    /** Those that a logon or a secure channel may end in, with what they mean here. */
    enum Known {
        WRONG_PASSWORD(0xC000006A, Reason.BAD_CREDENTIALS, "wrong password"),
        LOGON_FAILURE(
                0xC000006D,
                Reason.BAD_CREDENTIALS,
                "wrong user name or password, or a response that was made for another computer than the machine account"),
        NO_SUCH_USER(0xC0000064, Reason.NOT_KNOWN, "no such user"),
        NO_SUCH_DOMAIN(0xC00000DF, Reason.NOT_KNOWN, "no such domain"),

        ACCOUNT_DISABLED(0xC0000072, Reason.LOCKED, "the account is disabled"),
        ACCOUNT_LOCKED_OUT(0xC0000234, Reason.LOCKED, "the account is locked out after too many wrong passwords"),
        ACCOUNT_EXPIRED(0xC0000193, Reason.LOCKED, "the account has expired"),
        INVALID_LOGON_HOURS(0xC000006F, Reason.LOCKED, "outside the logon hours of the account"),
        INVALID_WORKSTATION(
                0xC0000070,
                Reason.LOCKED,
                "the account may not sign in from here (\"Log On To\" must list the machine account)"),
        ACCOUNT_RESTRICTION(
                0xC000006E,
                Reason.LOCKED,
                "a restriction of the account forbids it, for example Protected Users, who may not use NTLM"),
        LOGON_TYPE_NOT_GRANTED(0xC000015B, Reason.LOCKED, "the account may not sign in over the network"),
        AUTHENTICATION_FIREWALL(
                0xC0000413,
                Reason.LOCKED,
                "selective authentication of a trust: the account may not use the machine account"),
        WORKSTATION_ACCOUNT(0xC0000199, Reason.LOCKED, "a machine account, which may not sign in"),
        SERVER_ACCOUNT(0xC000019A, Reason.LOCKED, "a domain controller's account, which may not sign in"),
        INTERDOMAIN_ACCOUNT(0xC0000198, Reason.LOCKED, "a trust account, which may not sign in"),

        PASSWORD_EXPIRED(0xC0000071, Reason.EXPIRED, "the password has expired"),
        PASSWORD_MUST_CHANGE(0xC0000224, Reason.EXPIRED, "the password must be changed first"),

        NTLM_BLOCKED(0xC0000418, Reason.REFUSED, "NTLM is blocked by a policy of the domain"),

        ACCESS_DENIED(
                0xC0000022,
                Reason.UNAVAILABLE,
                "the secure channel of the machine account was refused: is its password right? is it shared with winbindd or"
                        + " another gateway?"),
        NO_TRUST_SAM_ACCOUNT(
                0xC000018B, Reason.UNAVAILABLE, "the controller knows no such machine account, or it is disabled"),
        DOWNGRADE_DETECTED(0xC0000388, Reason.UNAVAILABLE, "the controller and the gateway agree on no algorithms"),
        NO_TRUST_LSA_SECRET(0xC000018A, Reason.UNAVAILABLE, "the controller has no secret for a trust"),
        TRUSTED_DOMAIN_FAILURE(
                0xC000018C, Reason.UNAVAILABLE, "the trust between the controller's domain and the user's failed"),
        TRUSTED_RELATIONSHIP_FAILURE(
                0xC000018D,
                Reason.UNAVAILABLE,
                "the trust between the gateway's machine account and the domain failed"),
        NETLOGON_NOT_STARTED(0xC0000192, Reason.UNAVAILABLE, "the controller's Netlogon service is not started"),
        NO_LOGON_SERVERS(0xC000005E, Reason.UNAVAILABLE, "the controller reaches no controller of the user's domain"),
        DOMAIN_CONTROLLER_NOT_FOUND(
                0xC0000233, Reason.UNAVAILABLE, "the controller finds no controller of the user's domain"),
        INSUFFICIENT_RESOURCES(0xC000009A, Reason.UNAVAILABLE, "the controller lacks resources"),
        INTERNAL_ERROR(0xC00000E5, Reason.UNAVAILABLE, "internal error of the controller"),
        IO_TIMEOUT(0xC00000B5, Reason.UNAVAILABLE, "time out inside the controller");

        private final int code;
        private final Reason reason;
        private final String words;

        Known(int code, Reason reason, String words) {
            this.code = code;
            this.reason = reason;
            this.words = words;
        }

        int code() {
            return code;
        }
    }

    static NtStatus of(int code) {
        return new NtStatus(code);
    }

    boolean isSuccess() {
        return code == SUCCESS;
    }

    /** Whether a lookup found names. */
    boolean hasNames() {
        return isSuccess() || code == SOME_NOT_MAPPED;
    }

    /** Whether a lookup found out that there are no names. */
    boolean hasNoNames() {
        return code == NONE_MAPPED;
    }

    /** Whether there is nobody of this name. */
    boolean isUnknownUser() {
        return code == Known.NO_SUCH_USER.code || code == Known.NO_SUCH_DOMAIN.code;
    }

    /** Whether the controller did not even look at the logon. */
    boolean isOfChannel() {
        return code == Known.ACCESS_DENIED.code || code == Known.NETLOGON_NOT_STARTED.code;
    }

    private Optional<Known> known() {
        return Optional.ofNullable(BY_CODE.get(code));
    }

    /**
     * What a refused logon comes down to. A status that nobody knows counts as a wrong password, so that no way of
     * guessing is free.
     */
    Reason reason() {
        return known().map(known -> known.reason).orElse(Reason.BAD_CREDENTIALS);
    }

    /** In words, with the code. */
    String text() {
        return known().map(known -> known.words).orElse("unknown status") + " (0x%08x)".formatted(code);
    }
}
