package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.ConfigDefault;
import java.time.Duration;
import java.util.List;

/**
 * The table {@code [auth.ntlm.winbind]}.
 *
 * @param ntlmAuth the command of Samba's helper, with arguments of its own; the helper protocol is added
 * @param wbinfo the command that asks winbindd for names and groups
 * @param processes how many helpers run at one time
 * @param timeout how long one answer may take
 */
public record WinbindConfig(
        @ConfigDefault("[\"ntlm_auth\"]") List<String> ntlmAuth,
        @ConfigDefault("[\"wbinfo\"]") List<String> wbinfo,
        @ConfigDefault("4") int processes,
        @ConfigDefault("10s") Duration timeout) {
    public WinbindConfig {
        ntlmAuth = List.copyOf(ntlmAuth);
        wbinfo = List.copyOf(wbinfo);
    }
}
