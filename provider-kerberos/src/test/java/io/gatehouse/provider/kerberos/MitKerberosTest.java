package io.gatehouse.provider.kerberos;

import static io.gatehouse.provider.kerberos.Fixtures.BINDING;
import static io.gatehouse.provider.kerberos.Fixtures.OTHER_BINDING;
import static io.gatehouse.provider.kerberos.Fixtures.accepted;
import static io.gatehouse.provider.kerberos.Fixtures.assertRejected;
import static io.gatehouse.provider.kerberos.Fixtures.peer;
import static io.gatehouse.provider.kerberos.Fixtures.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.ldap.SidNames;
import io.gatehouse.testkit.directory.KerberosCache;
import io.gatehouse.testkit.directory.KerberosClient;
import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.directory.Preload;
import io.gatehouse.testkit.process.TestFolder;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets of an MIT KDC, from MIT's library and the JDK's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MitKerberosTest {
    private static final byte[] MESSAGE = "thirty bytes of a mechanism list".getBytes(StandardCharsets.US_ASCII);

    private final TestFolder folder = new TestFolder();
    private MitKdc kdc;
    private KerberosCache alice;

    @BeforeAll
    void start() {
        MitKdc.assume();
        MitInitiator.assume();
        kdc = MitKdc.start(folder);
        alice = kdc.client().kinit(MitKdc.ALICE);
    }

    @AfterAll
    void end() {
        if (kdc != null) {
            kdc.close();
        }
        folder.close();
    }

    private TokenMechanism mechanism() throws Exception {
        return Fixtures.mechanism(Fixtures.config(kdc.keytab()), Clock.systemUTC());
    }

    private static String principal(String service) {
        return service + "@" + MitKdc.REALM;
    }

    @ParameterizedTest
    @ValueSource(strings = {MitKdc.AES, MitKdc.LOCALHOST, MitKdc.AES_SHA2, MitKdc.AES_SHA2_SESSION, MitKdc.REKEYED})
    void ticketsOfEveryKindSignInWithMutualAuthentication(String service) throws Exception {
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(service), "mutual")) {
            Outcome outcome = signIn(mechanism(), client.token(), peer());

            Identity identity = accepted(outcome);
            assertThat(identity.user()).isEqualTo("alice");
            assertThat(identity.domain()).contains("MIT.TEST");
            assertThat(identity.upn()).contains("alice@MIT.TEST");
            assertThat(identity.sids()).isEmpty();
            assertThat(client.take(((Outcome.Accepted) outcome).farewell().orElseThrow()))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        MitKdc.AES + ", aes256-cts-hmac-sha1-96, aes256-cts-hmac-sha1-96",
        MitKdc.AES_SHA2 + ", aes256-cts-hmac-sha1-96, aes256-cts-hmac-sha384-192",
        MitKdc.AES_SHA2_SESSION + ", aes256-cts-hmac-sha384-192, aes256-cts-hmac-sha384-192"
    })
    void theTicketsAreOfTheTypesThatTheTestsMean(String service, String session, String ticket) {
        KerberosCache cache = kdc.client().kinit(MitKdc.ALICE);
        cache.kvno(service);
        assertThat(cache.klist()).contains("Etype (skey, tkt): %s, %s".formatted(session, ticket));
    }

    /**
     * Clients may ask for such a ticket, and a rule that does not match for want of a group may be the one that
     * restricts.
     */
    @Test
    void whereGroupsAreConfiguredATicketWithoutThemIsRefused() throws Exception {
        AuthProvider provider = Fixtures.provider(
                Fixtures.config(kdc.keytab()),
                Clock.systemUTC(),
                Domains.NONE,
                Optional.of(_ -> new SidNames.Answer.Known(Map.of())));
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES))) {
            assertThat(signIn(Fixtures.mechanism(provider), client.token(), peer()))
                    .isEqualTo(new Outcome.Rejected(
                            Reason.REFUSED, "the ticket has no groups (no pac), and groups are configured"));
        }
    }

    @Test
    void withoutMutualAuthenticationThereIsNoReply() throws Exception {
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES))) {
            Outcome.Accepted outcome = (Outcome.Accepted) signIn(mechanism(), client.token(), peer());
            assertThat(outcome.farewell()).isEmpty();
            assertThat(client.isComplete()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        MitKdc.AES + ", mutual",
        MitKdc.AES + ", one-way",
        MitKdc.AES_SHA2_SESSION + ", mutual",
        MitKdc.AES_SHA2_SESSION + ", one-way"
    })
    void bothSidesVerifyTheOthersIntegrityCodes(String service, String option) throws Exception {
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(service), option, "counted");
                Conversation conversation = mechanism().open(peer(), Venue.HTTP_AUTHORIZATION)) {
            Outcome.Accepted outcome = (Outcome.Accepted) conversation.next(client.token());
            outcome.farewell().ifPresent(client::take);
            MessageIntegrity integrity = conversation.integrity().orElseThrow();

            byte[] first = client.sign(MESSAGE);
            assertThat(integrity.verify("another message".getBytes(StandardCharsets.US_ASCII), first))
                    .isFalse();
            assertThat(integrity.verify(MESSAGE, first)).isTrue();
            assertThat(integrity.verify(MESSAGE, first)).as("a code twice").isFalse();
            assertThat(integrity.verify(MESSAGE, client.sign(MESSAGE))).isTrue();
            assertThat(client.verify(MESSAGE, integrity.sign(MESSAGE))).isEqualTo("right");
            assertThat(client.verify(MESSAGE, integrity.sign(MESSAGE))).isEqualTo("right");
            assertThat(client.verify(new byte[3], integrity.sign(MESSAGE))).startsWith("wrong");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mutual", "one-way"})
    void codesOfAClientThatAskedForNoCountingMayComeInAnyOrder(String option) throws Exception {
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES), option);
                Conversation conversation = mechanism().open(peer(), Venue.HTTP_AUTHORIZATION)) {
            Outcome.Accepted outcome = (Outcome.Accepted) conversation.next(client.token());
            outcome.farewell().ifPresent(client::take);
            MessageIntegrity integrity = conversation.integrity().orElseThrow();

            byte[] first = client.sign(MESSAGE);
            byte[] second = client.sign(MESSAGE);
            assertThat(integrity.verify(MESSAGE, second)).isTrue();
            assertThat(integrity.verify(MESSAGE, first)).isTrue();
            assertThat(integrity.verify("another message".getBytes(StandardCharsets.US_ASCII), first))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({MitKdc.AES + ", true", MitKdc.AES + ", false", MitKdc.AES_SHA2_SESSION + ", true"})
    void theJdkSignsIn(String service, boolean mutual) throws Exception {
        JdkInitiator client = JdkInitiator.start(alice, principal(service), mutual);
        try (Conversation conversation = mechanism().open(peer(), Venue.HTTP_AUTHORIZATION)) {
            Outcome.Accepted outcome = (Outcome.Accepted) conversation.next(client.token());
            assertThat(outcome.identity().user()).isEqualTo("alice");
            assertThat(outcome.farewell().isPresent()).isEqualTo(mutual);
            if (mutual) {
                assertThat(client.take(outcome.farewell().orElseThrow())).isTrue();
            }
            assertThat(client.isComplete()).isTrue();
            MessageIntegrity integrity = conversation.integrity().orElseThrow();
            assertThat(integrity.verify(MESSAGE, client.sign(MESSAGE))).isTrue();
            client.verify(MESSAGE, integrity.sign(MESSAGE));
        }
    }

    @Test
    void namesOutsideAsciiSignIn() throws Exception {
        KerberosCache umlaut = kdc.client().kinit(MitKdc.UMLAUT);
        try (MitInitiator client = MitInitiator.start(folder, umlaut, principal(MitKdc.AES), "mutual")) {
            assertThat(accepted(signIn(mechanism(), client.token(), peer())).user())
                    .isEqualTo("ümläut");
        }
    }

    @Test
    void aRightChannelBindingOfMitsLibraryIsAProofAndAWrongOneIsRefused() throws Exception {
        TokenMechanism mechanism = mechanism();
        String option = MitInitiator.bindingOption(BINDING);
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES), "mutual", option)) {
            assertThat(accepted(signIn(mechanism, client.token(), peer(OTHER_BINDING, BINDING)))
                            .proofs())
                    .containsExactly(Proof.CHANNEL_BINDING);
        }
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES), "mutual", option)) {
            assertRejected(
                    signIn(mechanism, client.token(), peer(OTHER_BINDING)),
                    Reason.REFUSED,
                    "channel binding of another certificate");
        }
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES), "mutual")) {
            assertThat(accepted(signIn(mechanism, client.token(), peer(BINDING)))
                            .proofs())
                    .isEmpty();
        }
    }

    @Test
    void aClientThatWouldBindButSeesNoTlsIsRefused() throws Exception {
        Path aware = folder.write(
                "aware.conf",
                Files.readString(kdc.krb5Conf())
                        .replace("[libdefaults]", "[libdefaults]\nclient_aware_channel_bindings = true"));
        KerberosClient client = new KerberosClient(folder, aware, kdc.hosts(), Duration.ZERO);
        try (MitInitiator initiator =
                MitInitiator.start(folder, client.kinit(MitKdc.ALICE), principal(MitKdc.AES), "mutual")) {
            assertRejected(
                    signIn(mechanism(), initiator.token(), peer(BINDING)),
                    Reason.REFUSED,
                    "the client knows channel bindings but sends none");
        }
    }

    @Test
    void aTokenSentTwiceIsAReplay() throws Exception {
        TokenMechanism mechanism = mechanism();
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES), "mutual")) {
            assertThat(signIn(mechanism, client.token(), peer())).isInstanceOf(Outcome.Accepted.class);
            assertRejected(signIn(mechanism, client.token(), peer()), Reason.REFUSED, "replay");
        }
    }

    @Test
    void aClientWhoseClockIsSixMinutesAheadIsToldSo() throws Exception {
        Preload.assumeFakeTime();
        alice.kvno(MitKdc.AES);
        KerberosCache ahead = alice.withClockAhead(Duration.ofMinutes(6));
        try (MitInitiator client = MitInitiator.start(folder, ahead, principal(MitKdc.AES), "mutual")) {
            Outcome outcome = signIn(mechanism(), client.token(), peer());
            assertThat(((Outcome.Rejected) outcome).detail())
                    .matches(
                            "the client's clock is (5m 5\\ds|6m \\ds) ahead of this gateway's \\(expected at most 5m 0s\\)");
        }
        KerberosCache behind = alice.withClockAhead(Duration.ofMinutes(-3));
        try (MitInitiator client = MitInitiator.start(folder, behind, principal(MitKdc.AES), "mutual")) {
            assertThat(accepted(signIn(mechanism(), client.token(), peer())).user())
                    .isEqualTo("alice");
        }
    }

    @Test
    void theGatewaysClockInTheFutureFindsTheTicketExpired() throws Exception {
        Clock tomorrow = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES), "mutual")) {
            assertRejected(
                    signIn(Fixtures.mechanism(Fixtures.config(kdc.keytab()), tomorrow), client.token(), peer()),
                    Reason.EXPIRED,
                    "ticket of alice@MIT.TEST expired");
        }
    }

    @Test
    void aKeytabOfTheTimeBeforeThePasswordChangedIsExplained() throws Exception {
        kdc.kadmin("addprinc -randkey HTTP/changing.mit.test");
        Path keytab = kdc.keytab("HTTP/changing.mit.test");
        kdc.kadmin("cpw -randkey HTTP/changing.mit.test");
        TokenMechanism mechanism = Fixtures.mechanism(Fixtures.config(keytab), Clock.systemUTC());
        try (MitInitiator client = MitInitiator.start(folder, alice, principal("HTTP/changing.mit.test"), "mutual")) {
            assertRejected(
                    signIn(mechanism, client.token(), peer()),
                    Reason.NOT_FOR_US,
                    "ticket for HTTP/changing.mit.test@MIT.TEST kvno 2 aes256-cts-hmac-sha1-96: the keytab has kvno 1"
                            + " only (export it again)");
        }
        Files.copy(kdc.keytab("HTTP/changing.mit.test"), keytab, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (MitInitiator client = MitInitiator.start(folder, alice, principal("HTTP/changing.mit.test"), "mutual")) {
            assertThat(accepted(signIn(mechanism, client.token(), peer())).user())
                    .isEqualTo("alice");
        }
    }

    @Test
    void aKeytabOfAnotherServiceIsExplained() throws Exception {
        Path keytab = kdc.keytab(MitKdc.AES_SHA2);
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.AES), "mutual")) {
            assertRejected(
                    signIn(Fixtures.mechanism(Fixtures.config(keytab), Clock.systemUTC()), client.token(), peer()),
                    Reason.NOT_FOR_US,
                    "ticket for HTTP/gw.mit.test@MIT.TEST: the keytab has no key for it"
                            + " (it has: HTTP/sha2.mit.test@MIT.TEST)");
        }
    }

    @Test
    void rc4TicketsNeedPermission() throws Exception {
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.RC4), "mutual")) {
            assertRejected(
                    signIn(mechanism(), client.token(), peer()),
                    Reason.NOT_FOR_US,
                    "ticket for HTTP/rc4.mit.test@MIT.TEST kvno 1 rc4-hmac: rc4-hmac is not accepted (allow-rc4 = false");
        }
        TokenMechanism lenient = Fixtures.mechanism(Fixtures.withRc4(kdc.keytab()), Clock.systemUTC());
        try (MitInitiator client = MitInitiator.start(folder, alice, principal(MitKdc.RC4), "mutual")) {
            Outcome.Accepted outcome = (Outcome.Accepted) signIn(lenient, client.token(), peer());
            assertThat(client.take(outcome.farewell().orElseThrow())).isTrue();
        }
    }

    @Test
    void aTicketThatTheKdcBoundToAddressesIsGoodFromThereOnly() throws Exception {
        Path addresses = folder.write(
                "addresses.conf",
                Files.readString(kdc.krb5Conf())
                        .replace("[libdefaults]", "[libdefaults]\nnoaddresses = false\nextra_addresses = 127.0.0.1"));
        KerberosCache bound = new KerberosClient(folder, addresses, kdc.hosts(), Duration.ZERO).kinit(MitKdc.ALICE);
        Peer elsewhere = new Peer(InetAddress.getByName("192.0.2.7"), true, false, List.of());
        try (MitInitiator client = MitInitiator.start(folder, bound, principal(MitKdc.AES), "mutual")) {
            assertRejected(
                    signIn(mechanism(), client.token(), elsewhere),
                    Reason.REFUSED,
                    "ticket is for other addresses than the client's");
            assertThat(accepted(signIn(mechanism(), client.token(), peer())).user())
                    .isEqualTo("alice");
        }
    }
}
