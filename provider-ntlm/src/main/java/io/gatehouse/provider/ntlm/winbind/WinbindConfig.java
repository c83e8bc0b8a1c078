package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.ConfigDefault;
import java.time.Duration;
import java.util.List;

/**
 * The table {@code [auth.ntlm.winbind]}.
 *
 * @param ntlmAuth the program, with arguments of its own: {@code ["ntlm_auth", "--configfile=/etc/samba/gw.conf"]}
 * @param wbinfo the same for the program that looks up names and groups
 * @param processes how many {@code ntlm_auth} run at one time, 1 to 64; each takes about 15 MB and checks one sign-in
 *     at a time
 * @param timeout how long one sign-in may take: for its turn, the answer, and the groups
 * @param cache how long an account's name and groups are remembered; {@code "0s"} asks every time
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
