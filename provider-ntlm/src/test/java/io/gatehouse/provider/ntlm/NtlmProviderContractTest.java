package io.gatehouse.provider.ntlm;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.ProviderContractTest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;

class NtlmProviderContractTest extends ProviderContractTest {
    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        NtlmConfig config = new NtlmConfig(
                writeAccounts(directory, new NtHash()),
                ChannelBindingPolicy.WHEN_OFFERED,
                MicPolicy.WHEN_ANNOUNCED,
                Optional.empty(),
                Optional.empty());
        return new NtlmProviderFactory()
                .create(config, new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw.example.com"));
    }

    @Override
    protected ClientDialogue client(TokenMechanism mechanism, String user, String password) {
        return new NtlmTestClient(user, "", password);
    }
}
