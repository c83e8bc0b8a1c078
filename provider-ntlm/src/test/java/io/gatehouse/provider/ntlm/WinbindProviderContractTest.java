package io.gatehouse.provider.ntlm;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.winbind.FakeSamba;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.ProviderContractTest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The contract, with programs that judge responses as a domain does. */
class WinbindProviderContractTest extends ProviderContractTest {
    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        FakeSamba samba = new FakeSamba(directory)
                .account(USER, PASSWORD, 1103, GROUPS.toArray(String[]::new))
                .wbinfo("--name-to-sid=ADTEST\\ALICE", FakeSamba.DOMAIN_SID + "-1103 SID_USER (1)\n")
                .account(DISABLED, PASSWORD, 1104)
                .with(DISABLED, "\"disabled\": true");
        NtlmConfig config = new NtlmConfig(
                ValidatorKind.WINBIND,
                Path.of("accounts"),
                ChannelBindingPolicy.WHEN_OFFERED,
                MicPolicy.WHEN_ANNOUNCED,
                Optional.empty(),
                Optional.empty(),
                samba.config(4, Duration.ofSeconds(20)),
                Optional.empty());
        return new NtlmProviderFactory()
                .create(config, new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw.example.com"));
    }

    @Override
    protected ClientDialogue client(TokenMechanism mechanism, String user, String password) {
        return new NtlmTestClient(user, "ADTEST", password);
    }
}
