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
 * @param validator who knows the passwords
 * @param accounts the account file, for the validator {@code accounts}
 * @param channelBinding what is asked of the client's channel binding
 * @param mic what is asked of the client's message integrity code
 * @param computerName for the validator {@code accounts}: the NetBIOS name told to clients, at most 15 characters; the
 *     first label of the server's name if absent
 * @param domainName for the validator {@code accounts}: the NetBIOS domain told to clients; the computer name if absent
 * @param winbind {@code [auth.ntlm.winbind]}, for the validator {@code winbind}
 * @param netlogon {@code [auth.ntlm.netlogon]}, for the validator {@code netlogon}
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
