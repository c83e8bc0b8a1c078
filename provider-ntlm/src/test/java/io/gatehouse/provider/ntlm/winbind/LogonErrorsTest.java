package io.gatehouse.provider.ntlm.winbind;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogonErrorsTest {
    /** Samba 4.17's descriptions, and names of codes that have none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "When trying to update a password, this return status indicates that the value provided as the current password is not correct. | BAD_CREDENTIALS | wrong password",
                "NT_STATUS_WRONG_PASSWORD | BAD_CREDENTIALS | wrong password",
                "The specified account does not exist. | NOT_KNOWN | no such account",
                "The attempted logon is invalid. This is either due to a bad username or authentication information. | BAD_CREDENTIALS | computer name GWMEM",
                "The referenced account is currently disabled and cannot be logged on to. | LOCKED | disabled",
                "The user account has been automatically locked because too many invalid logon attempts or password change attempts have been requested. | LOCKED | too many wrong passwords",
                "The user account has expired. | LOCKED | account has expired",
                "The user account password has expired. | EXPIRED | password has expired",
                "The user password must be changed before logging on the first time. | EXPIRED | must be changed",
                "The user account has time restrictions and cannot be logged onto at this time. | LOCKED | at this time",
                "The user account is restricted so that it cannot be used to log on from the source workstation. | LOCKED | this computer",
                "Indicates a referenced user name and authentication information are valid, but some user account restriction has prevented successful authentication (such as time-of-day restrictions). | LOCKED | restricted",
                "Smart card logon is required and was not used. | LOCKED | restricted",
                "A user has requested a type of logon (for example, interactive or network) that has not been granted. An administrator has control over who can logon interactively and through the network. | REFUSED | over the network",
                "Logon Failure: The machine you are logging onto is protected by an authentication firewall. The specified account is not allowed to authenticate to the machine. | REFUSED | this computer",
                "The account used is a computer account. Use your global user account or local user account to access this server. | REFUSED | over the network",
                "The authentication failed because NTLM was blocked. | REFUSED | NTLM",
                "No logon servers are currently available to service the logon request. | UNAVAILABLE | no domain controller",
                "A domain controller for this domain was not found. | UNAVAILABLE | no domain controller",
                "{Device Timeout} The specified I/O operation on %hs was not completed before the time-out period expired. | UNAVAILABLE | no domain controller",
                "The transport connection has been reset. | UNAVAILABLE | no domain controller",
                "The logon request failed because the trust relationship between this workstation and the primary domain failed. | UNAVAILABLE | net ads testjoin",
                "{Access Denied} A process has requested access to an object but has not been granted those access rights. | UNAVAILABLE | net ads testjoin",
                "An internal error occurred. | UNANSWERED | winbindd says: An internal error occurred.",
                "(null) | UNANSWERED | winbindd says: (null)"
            })
    void errorsHaveReasons(String error, Reason reason, String detail) {
        assertThat(LogonErrors.refusal(error, "GWMEM").reason()).isEqualTo(reason);
        assertThat(LogonErrors.refusal(error, "GWMEM").detail()).contains(detail);
    }

    @Test
    void noReplyIsNoError() {
        assertThat(LogonErrors.isNoReply("Reading winbind reply failed!")).isTrue();
        assertThat(LogonErrors.isNoReply("The specified account does not exist."))
                .isFalse();
    }
}
