package io.gatehouse.provider.kerberos;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.MechanismContractTest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

class KerberosMechanismContractTest extends MechanismContractTest {
    private final Forge forge = new Forge();

    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        Path keytab = Keytabs.write(directory.resolve("keytab"), Keytabs.Entry.of(forge));
        return Fixtures.provider(
                Fixtures.config(keytab), Clock.fixed(Forge.NOW, ZoneOffset.UTC), Domains.NONE, Optional.empty());
    }

    @Override
    protected ClientDialogue rightClient(TokenMechanism mechanism) {
        return ClientDialogue.ofOneToken(forge.token());
    }

    /** A ticket that somebody made himself, without the key of the service. */
    @Override
    protected ClientDialogue wrongClient(TokenMechanism mechanism) {
        Forge another = new Forge();
        another.serviceKey = ProtocolKey.random(EncryptionType.AES256_CTS_HMAC_SHA1, new SecureRandom());
        return ClientDialogue.ofOneToken(another.token());
    }

    @Override
    protected Set<Reason> refusals() {
        return Set.of(Reason.NOT_FOR_US);
    }

    /** The service key; nobody would print it in any other way. */
    @Override
    protected String canary() {
        return HexFormat.of().formatHex(forge.serviceKey.value().bytes());
    }
}
