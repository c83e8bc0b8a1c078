package io.gatehouse.formats.logon;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.sid.Sid;
import java.util.Set;

/**
 * What a Windows domain says of a user who proved to be one: KERB_VALIDATION_INFO in the PAC of a ticket (MS-PAC 2.5),
 * and NETLOGON_VALIDATION_SAM_INFO4 in a domain controller's answer to a logon (MS-NRPC 2.2.1.4.13), of which the
 * former is a part.
 *
 * <p>Only groups that are enabled and not for deny only count. The user belongs to the primary group as well; so it
 * counts, unless the domain lists it among the groups with attributes by which it does not.
 *
 * @param user EffectiveName: the account's name as the directory spells it; a ticket may leave it empty
 * @param domain LogonDomainName: the NetBIOS name of the user's own domain; a ticket may leave it empty
 * @param dnsDomain DnsLogonDomainName, empty if the controller does not say; a PAC says it elsewhere
 * @param upn Upn, empty if the controller does not say; a PAC says it elsewhere
 * @param userSid who it is
 * @param groupSids the groups that count, nested ones included
 * @param sessionKey UserSessionKey: NTLM's session base key
 * @param flags UserFlags
 */
public record LogonInformation(
        String user,
        String domain,
        String dnsDomain,
        String upn,
        Sid userSid,
        Set<Sid> groupSids,
        Secret sessionKey,
        int flags) {
    private static final int GUEST = 0x1;
    private static final int LAN_MANAGER_PASSWORD = 0x8;
    private static final long GUEST_RID = 501;

    public LogonInformation {
        groupSids = Set.copyOf(groupSids);
    }

    /** Reads KERB_VALIDATION_INFO, to which {@code reader} has come. */
    public static LogonInformation readValidationInfo(NdrReader reader) throws MalformedException {
        return new LogonReader(reader).validationInfo();
    }

    /** Reads NETLOGON_VALIDATION_SAM_INFO4, to which {@code reader} has come; it names the user and the domain. */
    public static LogonInformation readSamInfo4(NdrReader reader) throws MalformedException {
        return new LogonReader(reader).samInfo4();
    }

    /** Whether the controller let somebody in as a guest, which says nothing about who it is. */
    public boolean isGuest() {
        return (flags & GUEST) != 0 || userSid.rid() == GUEST_RID;
    }

    /** Whether something weaker than the NT hash proved it. */
    public boolean isLanManager() {
        return (flags & LAN_MANAGER_PASSWORD) != 0;
    }
}
