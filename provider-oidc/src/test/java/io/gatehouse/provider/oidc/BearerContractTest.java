package io.gatehouse.provider.oidc;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.MechanismContractTest;
import io.gatehouse.testkit.provider.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;

class BearerContractTest extends MechanismContractTest {
    private static final String SECRET = "Canary-of-the-client";

    private final TestClock clock = new TestClock();
    private final ScriptedIdp idp = listen();

    private static ScriptedIdp listen() {
        try {
            return new ScriptedIdp();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        idp.keys(Forge.KEY);
        Files.setPosixFilePermissions(
                Files.writeString(directory.resolve("secret"), SECRET), PosixFilePermissions.fromString("rw-------"));
        return Fixtures.provider(
                Fixtures.config(
                        Fixtures.table(
                                idp.issuer(),
                                "client-secret = { file = \"secret\" }",
                                "[auth.oidc.provider.bearer]",
                                "audience = [\"gateway\"]"),
                        directory),
                clock);
    }

    @AfterAll
    void stop() {
        idp.close();
    }

    private ClientDialogue client(com.nimbusds.jose.jwk.RSAKey key) {
        String token = Forge.sign(
                Forge.access(idp.issuer(), clock).claim("secret", SECRET).build(), key, header -> header);
        return ClientDialogue.ofOneToken(Token.of(token.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    protected ClientDialogue rightClient(TokenMechanism mechanism) {
        return client(Forge.KEY);
    }

    @Override
    protected ClientDialogue wrongClient(TokenMechanism mechanism) {
        return client(Forge.STRANGER);
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
