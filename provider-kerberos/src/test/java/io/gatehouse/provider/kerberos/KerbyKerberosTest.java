package io.gatehouse.provider.kerberos;

import static io.gatehouse.provider.kerberos.Fixtures.accepted;
import static io.gatehouse.provider.kerberos.Fixtures.assertRejected;
import static io.gatehouse.provider.kerberos.Fixtures.peer;
import static io.gatehouse.provider.kerberos.Fixtures.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.testkit.directory.KerberosCache;
import io.gatehouse.testkit.directory.Preload;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets of Apache Kerby's KDC, from MIT's library and the JDK's. */
@ParameterizedClass
@ValueSource(strings = {"aes256-cts-hmac-sha1-96", "aes128-cts-hmac-sha1-96"})
class KerbyKerberosTest {
    private static final String PRINCIPAL = KerbyKdc.SERVICE + "@" + KerbyKdc.REALM;

    private final String encryptionType;
    private final TestFolder folder = new TestFolder();
    private KerbyKdc kdc;
    private KerberosCache alice;

    KerbyKerberosTest(String encryptionType) {
        this.encryptionType = encryptionType;
    }

    @BeforeEach
    void start() throws Exception {
        RequiredTools.assume("kinit", "kvno", "klist");
        Preload.assumeNames();
        MitInitiator.assume();
        kdc = KerbyKdc.start(folder, encryptionType);
        alice = kdc.client().kinit(KerbyKdc.ALICE);
    }

    @AfterEach
    void end() throws Exception {
        if (kdc != null) {
            kdc.close();
        }
        folder.close();
    }

    private TokenMechanism mechanism(Clock clock) throws Exception {
        return Fixtures.mechanism(Fixtures.config(kdc.keytab(KerbyKdc.SERVICE)), clock);
    }

    @Test
    void theTicketsAreOfTheTypeThatTheTestsMean() {
        alice.kvno(KerbyKdc.SERVICE);
        assertThat(alice.klist()).contains("Etype (skey, tkt): %1$s, %1$s".formatted(encryptionType));
    }

    @Test
    void mitsLibrarySignsInWithMutualAuthentication() throws Exception {
        try (MitInitiator client = MitInitiator.start(folder, alice, PRINCIPAL, "mutual")) {
            Outcome outcome = signIn(mechanism(Clock.systemUTC()), client.token(), peer());

            Identity identity = accepted(outcome);
            assertThat(identity.user()).isEqualTo("alice");
            assertThat(identity.upn()).contains("alice@KERBY.TEST");
            assertThat(client.take(((Outcome.Accepted) outcome).farewell().orElseThrow()))
                    .isTrue();
        }
    }

    @Test
    void theJdkSignsInWithMutualAuthentication() throws Exception {
        JdkInitiator client = JdkInitiator.start(alice, PRINCIPAL, true);
        Outcome outcome = signIn(mechanism(Clock.systemUTC()), client.token(), peer());

        assertThat(accepted(outcome).user()).isEqualTo("alice");
        assertThat(client.take(((Outcome.Accepted) outcome).farewell().orElseThrow()))
                .isTrue();
    }

    @Test
    void aTokenSentTwiceIsAReplay() throws Exception {
        TokenMechanism mechanism = mechanism(Clock.systemUTC());
        try (MitInitiator client = MitInitiator.start(folder, alice, PRINCIPAL, "mutual")) {
            assertThat(signIn(mechanism, client.token(), peer())).isInstanceOf(Outcome.Accepted.class);
            assertRejected(signIn(mechanism, client.token(), peer()), Reason.REFUSED, "replay");
        }
    }

    @Test
    void aSkewedClockIsRefusedAndNamed() throws Exception {
        try (MitInitiator client = MitInitiator.start(folder, alice, PRINCIPAL, "mutual")) {
            Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(6));
            assertRejected(signIn(mechanism(ahead), client.token(), peer()), Reason.REFUSED, "behind this gateway's");
            Clock tomorrow = Clock.offset(Clock.systemUTC(), Duration.ofHours(49));
            assertRejected(
                    signIn(mechanism(tomorrow), client.token(), peer()),
                    Reason.EXPIRED,
                    "ticket of alice@KERBY.TEST expired");
        }
    }

    @Test
    void aKeytabOfAnotherServiceIsExplained() throws Exception {
        TokenMechanism mechanism =
                Fixtures.mechanism(Fixtures.config(kdc.keytab(KerbyKdc.OTHER_SERVICE)), Clock.systemUTC());
        try (MitInitiator client = MitInitiator.start(folder, alice, PRINCIPAL, "mutual")) {
            assertRejected(
                    signIn(mechanism, client.token(), peer()),
                    Reason.NOT_FOR_US,
                    "ticket for HTTP/gw.kerby.test@KERBY.TEST: the keytab has no key for it"
                            + " (it has: HTTP/other.kerby.test@KERBY.TEST)");
        }
    }
}
