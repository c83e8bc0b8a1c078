package com.example.hello;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.MechanismContractTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Set;

/** The provider keeps the contract of {@link io.gatehouse.api.Conversation}. */
class HelloContractTest extends MechanismContractTest {
    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        return new HelloProviderFactory()
                .create(
                        new HelloProviderFactory.Config(Secret.ofText("Canary:of:hello")),
                        new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw.test"));
    }

    private static ClientDialogue client(String password) {
        return ClientDialogue.ofOneToken(Token.of(("anybody:" + password).getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    protected ClientDialogue rightClient(TokenMechanism mechanism) {
        return client("Canary:of:hello");
    }

    @Override
    protected ClientDialogue wrongClient(TokenMechanism mechanism) {
        return client("Canary:of:nobody");
    }

    @Override
    protected Set<Reason> refusals() {
        return Set.of(Reason.BAD_CREDENTIALS);
    }

    @Override
    protected String canary() {
        return "Canary";
    }
}
