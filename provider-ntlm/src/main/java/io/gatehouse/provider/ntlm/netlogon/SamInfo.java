package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Secret;
import java.util.Set;

/**
 * What a domain controller says of a user whose proof is right (NETLOGON_VALIDATION_SAM_INFO4).
 *
 * @param user EffectiveName: the account's name as the directory spells it
 * @param domain LogonDomainName: the NetBIOS name of the user's own domain
 * @param dnsDomain DnsLogonDomainName, empty if the controller does not say
 * @param upn Upn, empty if the controller does not say
 * @param userSid who it is
 * @param groupSids the groups that count, nested ones included
 * @param sessionKey UserSessionKey: NTLM's session base key
 * @param flags UserFlags
 */
record SamInfo(
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

    SamInfo {
        groupSids = Set.copyOf(groupSids);
    }

    /** Whether the controller let somebody in as a guest, which says nothing about who it is. */
    boolean isGuest() {
        return (flags & GUEST) != 0 || userSid.rid() == GUEST_RID;
    }

    /** Whether something weaker than the NT hash proved it. */
    boolean isLanManager() {
        return (flags & LAN_MANAGER_PASSWORD) != 0;
    }
}
