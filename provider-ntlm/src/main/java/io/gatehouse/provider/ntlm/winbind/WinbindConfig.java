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
 * @param timeout how long a sign-in may wait for winbindd, all in all
 * @param cache how long an account's name and groups are remembered
 */
public record WinbindConfig(
        @ConfigDefault("[\"ntlm_auth\"]") List<String> ntlmAuth,
        @ConfigDefault("[\"wbinfo\"]") List<String> wbinfo,
        @ConfigDefault("4") int processes,
        @ConfigDefault("10s") Duration timeout,
        @ConfigDefault("2m") Duration cache) {
    /** What holds when the file has no such table. */
    public static final WinbindConfig DEFAULT = new WinbindConfig(
            List.of("ntlm_auth"), List.of("wbinfo"), 4, Duration.ofSeconds(10), Duration.ofMinutes(2));

    public WinbindConfig {
        ntlmAuth = List.copyOf(ntlmAuth);
        wbinfo = List.copyOf(wbinfo);
    }
}
