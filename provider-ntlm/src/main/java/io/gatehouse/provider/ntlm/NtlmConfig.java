package io.gatehouse.provider.ntlm;

import io.gatehouse.api.ConfigDefault;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The table {@code [auth.ntlm]}.
 *
 * @param accounts the account file
 * @param channelBinding what is asked of the client's channel binding
 * @param mic what is asked of the client's message integrity code
 * @param computerName the NetBIOS name told to clients, at most 15 characters; the first label of the server's name if absent
 * @param domainName the NetBIOS domain told to clients; the computer name if absent, as on a stand-alone server
 */
public record NtlmConfig(
        @ConfigDefault("accounts") Path accounts,
        @ConfigDefault("when-offered") ChannelBindingPolicy channelBinding,
        @ConfigDefault("when-announced") MicPolicy mic,
        Optional<String> computerName,
        Optional<String> domainName) {}
