package io.gatehouse.provider.ntlm;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.netlogon.NetlogonConfig;
import io.gatehouse.provider.ntlm.winbind.WinbindConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The table {@code [auth.ntlm]}.
 *
 * @param validator who checks passwords: the <a href="auth-local.md#the-account-file">account file</a>, <a
 *     href="auth-ntlm-winbind.md">winbind</a>, or domain controllers over <a href="auth-ntlm-netlogon.md">Netlogon</a>
 * @param accounts for {@code accounts}: the <a href="auth-local.md#the-account-file">account file</a>; accounts need a
 *     {@code $3$} credential (NT hash)
 * @param channelBinding whether the client's <a href="auth-ntlm.md#channel-binding-and-target-name">channel binding and
 *     target name</a> are checked: {@code "off"}, {@code "when-offered"} or {@code "required"}
 * @param mic the message integrity code (MIC). One that the client announces must be right; {@code "required"} refuses
 *     clients without one (curl)
 * @param computerName for {@code accounts}: the NetBIOS name that the gateway sends to clients, at most 15 characters.
 *     Default: the first label of the server's name.
 * @param domainName for {@code accounts}: the NetBIOS domain that the gateway sends to clients. Default: the computer
 *     name.
 * @param winbind {@code [auth.ntlm.winbind]}, for the validator {@code winbind}; see <a
 *     href="auth-ntlm-winbind.md">NTLM through winbind</a>
 * @param netlogon {@code [auth.ntlm.netlogon]}, for the validator {@code netlogon}; see <a
 *     href="auth-ntlm-netlogon.md">NTLM over Netlogon</a>
 */
public record NtlmConfig(
        @ConfigDefault("accounts") ValidatorKind validator,
        @ConfigDefault("accounts") Path accounts,
        @ConfigDefault("when-offered") ChannelBindingPolicy channelBinding,
        @ConfigDefault("when-announced") MicPolicy mic,
        Optional<String> computerName,
        Optional<String> domainName,
        @ConfigDefault("{}") WinbindConfig winbind,
        Optional<NetlogonConfig> netlogon) {
    /** Accounts of the account file. */
    NtlmConfig(
            Path accounts,
            ChannelBindingPolicy channelBinding,
            MicPolicy mic,
            Optional<String> computerName,
            Optional<String> domainName) {
        this(
                ValidatorKind.ACCOUNTS,
                accounts,
                channelBinding,
                mic,
                computerName,
                domainName,
                WinbindConfig.DEFAULT,
                Optional.empty());
    }
}
