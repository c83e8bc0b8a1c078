package io.gatehouse.provider.local;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.ProviderContractTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

class LocalProviderContractTest extends ProviderContractTest {
    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        Path accounts = writeAccounts(directory, new Argon2CredentialEncoder());
        return new LocalProviderFactory()
                .create(
                        Configurations.accounts(accounts),
                        new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw.example.com"));
    }

    @Override
    protected ClientDialogue client(TokenMechanism mechanism, String user, String password) {
        return ClientDialogue.ofOneToken(Token.of((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }
}
