package io.gatehouse.provider.kerberos;

import static io.gatehouse.provider.kerberos.Fixtures.BINDING;
import static io.gatehouse.provider.kerberos.Fixtures.OTHER_BINDING;
import static io.gatehouse.provider.kerberos.Fixtures.accepted;
import static io.gatehouse.provider.kerberos.Fixtures.assertRejected;
import static io.gatehouse.provider.kerberos.Fixtures.peer;
import static io.gatehouse.provider.kerberos.Fixtures.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that an AP-REQ may say, right and wrong, from a KDC and a client of the test's own. */
class AcceptorTest {
    private static final Clock CLOCK = Clock.fixed(Forge.NOW, ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private final Forge forge = new Forge();
    private final SecureRandom random = new SecureRandom();
    private Path keytab;
    private TokenMechanism mechanism;

    @BeforeEach
    void open() throws Exception {
        keytab = Keytabs.write(directory.resolve("keytab"), Keytabs.Entry.of(forge));
        mechanism = Fixtures.mechanism(Fixtures.config(keytab), CLOCK);
    }

    private Outcome outcome() {
        return signIn(mechanism, forge.token(), peer());
    }

    private void assertRefused(String detail) {
        assertRejected(outcome(), Reason.REFUSED, detail);
    }

    @Test
    void aTicketWithoutPacNamesPrincipalAndRealm() {
        Identity identity = accepted(outcome());

        assertThat(identity.user()).isEqualTo("alice");
        assertThat(identity.domain()).contains("FORGE.TEST");
        assertThat(identity.upn()).contains("alice@FORGE.TEST");
        assertThat(identity.provider()).isEqualTo("kerberos");
        assertThat(identity.method()).isEqualTo("kerberos");
        assertThat(identity.sids()).isEmpty();
        assertThat(identity.groups()).isEmpty();
        assertThat(identity.proofs()).isEmpty();
    }

    @Test
    void namesOutsideAsciiAreNotMixedUp() {
        forge.client = List.of("ümläut");
        forge.claimedClient = List.of("ümläut");
        assertThat(accepted(outcome()).user()).isEqualTo("ümläut");

        forge.claimedClient = List.of("ömläut");
        assertRefused("authenticator of another client");
    }

    @ParameterizedTest
    @EnumSource(value = EncryptionType.class, names = "RC4_HMAC", mode = EnumSource.Mode.EXCLUDE)
    void everyStrongTypeServesForTicketAndSession(EncryptionType type) throws Exception {
        forge.serviceKey = ProtocolKey.random(type, random);
        forge.sessionKey = ProtocolKey.random(type, random);
        forge.options = Forge.MUTUAL_REQUIRED;
        open();

        Outcome.Accepted accepted = (Outcome.Accepted) outcome();
        assertThat(accepted.identity().user()).isEqualTo("alice");
        assertThat(accepted.farewell()).isPresent();
    }

    @Test
    void rc4IsRefusedUnlessAllowed() throws Exception {
        ProtocolKey rc4 = ProtocolKey.random(EncryptionType.RC4_HMAC, random);
        ProtocolKey aes = forge.serviceKey;
        Keytabs.write(keytab, Keytabs.Entry.of(forge), Keytabs.Entry.of(forge, rc4, 1));

        forge.serviceKey = rc4;
        assertRejected(outcome(), Reason.NOT_FOR_US, "rc4-hmac is not accepted (allow-rc4 = false; let the service's");
        forge.serviceKey = aes;
        forge.sessionKey = rc4;
        assertRefused("session key of rc4-hmac is not accepted");

        forge.serviceKey = rc4;
        mechanism = Fixtures.mechanism(Fixtures.withRc4(keytab), CLOCK);
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void aTicketForAnotherServiceIsNotForUs() {
        forge.service = List.of("HTTP", "elsewhere.forge.test");
        assertRejected(
                outcome(),
                Reason.NOT_FOR_US,
                "ticket for HTTP/elsewhere.forge.test@FORGE.TEST: the keytab has no key for it"
                        + " (it has: HTTP/gw.forge.test@FORGE.TEST)");
    }

    @Test
    void aTicketOfAnotherServiceRealmIsNotForUs() {
        forge.realm = "OTHER.TEST";
        assertRejected(outcome(), Reason.NOT_FOR_US, "ticket for HTTP/gw.forge.test@OTHER.TEST: the keytab has no key");
    }

    @Test
    void theCaseOfTheHostNameDoesNotMatter() {
        forge.service = List.of("http", "GW.Forge.Test");
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void aKeyOfAnotherVersionThatFitsIsTaken() {
        forge.version = 65_537;
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void aKeyThatDoesNotFitIsExplained() {
        forge.serviceKey = ProtocolKey.random(EncryptionType.AES256_CTS_HMAC_SHA1, random);
        assertRejected(
                outcome(),
                Reason.NOT_FOR_US,
                "ticket for HTTP/gw.forge.test@FORGE.TEST kvno 1 aes256-cts-hmac-sha1-96: the key of the keytab does not fit"
                        + " (was the account's password changed after the keytab was exported?)");
        forge.version = 3;
        assertRejected(
                outcome(),
                Reason.NOT_FOR_US,
                "ticket for HTTP/gw.forge.test@FORGE.TEST kvno 3 aes256-cts-hmac-sha1-96: the keytab has kvno 1 only"
                        + " (export it again)");
        forge.serviceKey = ProtocolKey.random(EncryptionType.AES128_CTS_HMAC_SHA1, random);
        assertRejected(
                outcome(),
                Reason.NOT_FOR_US,
                "kvno 3 aes128-cts-hmac-sha1-96: the keytab has keys of aes256-cts-hmac-sha1-96 only");
    }

    @Test
    void aNewKeytabIsUsedAtOnce() {
        forge.serviceKey = ProtocolKey.random(EncryptionType.AES256_CTS_HMAC_SHA1, random);
        forge.version = 2;
        assertThat(outcome()).isInstanceOf(Outcome.Rejected.class);
        Keytabs.write(keytab, Keytabs.Entry.of(forge));
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void anExpiredTicketIsExpired() {
        forge.endTime = Forge.NOW.minus(Duration.ofMinutes(5)).minusSeconds(1);
        assertRejected(outcome(), Reason.EXPIRED, "ticket of alice@FORGE.TEST expired 5m 1s ago");
    }

    @Test
    void aTicketIsGoodToItsLastSecondAndTheSkew() {
        forge.endTime = Forge.NOW.minus(Duration.ofMinutes(5));
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void aTicketOfTheFutureIsRefused() {
        forge.startTime = Forge.NOW.plus(Duration.ofHours(2)).plusSeconds(180);
        assertRefused("ticket is valid only in 2h 3m (is this gateway's clock slow?)");
        forge.startTime = Forge.NOW.plus(Duration.ofMinutes(5));
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void flagsThatForbidAreHeeded() {
        forge.ticketFlags = Forge.INVALID;
        assertRefused("postdated ticket");
        forge.ticketFlags = Forge.ANONYMOUS;
        assertRefused("anonymous ticket");
        forge.ticketFlags = 0;
        forge.client = List.of("WELLKNOWN", "ANONYMOUS");
        assertRefused("anonymous ticket");
    }

    @Test
    void userToUserIsRefused() {
        forge.options = Forge.USE_SESSION_KEY;
        assertRefused("user-to-user ticket");
    }

    @ParameterizedTest
    @CsvSource({
        "-301, the client's clock is 5m 1s behind this gateway's (expected at most 5m 0s)",
        "301, the client's clock is 5m 1s ahead of this gateway's (expected at most 5m 0s)",
        "86400, the client's clock is 24h 0m ahead of this gateway's (expected at most 5m 0s)"
    })
    void aClientWithAWrongClockIsToldHowWrong(long seconds, String detail) {
        forge.clientTime = Forge.NOW.plusSeconds(seconds);
        forge.microseconds = 0;
        assertRefused(detail);
    }

    @ParameterizedTest
    @ValueSource(longs = {-299, 299})
    void aClientWithAClockOffByLessIsAccepted(long seconds) {
        forge.clientTime = Forge.NOW.plusSeconds(seconds);
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void theAuthenticatorMustBeTheTicketsClient() {
        forge.claimedClient = List.of("mallory");
        assertRefused("authenticator of another client");
        forge.claimedClient = List.of("alice");
        forge.claimedRealm = "OTHER.TEST";
        assertRefused("authenticator of another client");
    }

    @Test
    void theAuthenticatorMustBeUnderTheTicketsKey() {
        byte[] ticket = forge.ticket();
        forge.sessionKey = ProtocolKey.random(EncryptionType.AES256_CTS_HMAC_SHA1, random);
        assertRejected(
                signIn(mechanism, Forge.framed(forge.request(ticket, forge.sealedAuthenticator())), peer()),
                Reason.REFUSED,
                "authenticator does not fit the ticket");
    }

    @Test
    void aTokenIsGoodOnce() {
        Token token = forge.token();
        assertThat(accepted(signIn(mechanism, token, peer())).user()).isEqualTo("alice");
        assertRejected(signIn(mechanism, token, peer()), Reason.REFUSED, "replay: this authenticator was used before");
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void anAuthenticatorIsGoodOnceWhateverIsAroundIt() {
        byte[] sealed = forge.sealedAuthenticator();
        assertThat(accepted(signIn(mechanism, Forge.framed(forge.request(forge.ticket(), sealed)), peer()))
                        .user())
                .isEqualTo("alice");
        forge.options = Forge.MUTUAL_REQUIRED;
        assertRejected(
                signIn(mechanism, Forge.framed(forge.request(forge.ticket(), sealed)), peer()),
                Reason.REFUSED,
                "replay");
    }

    @Test
    void aConversationIsOneToken() {
        try (var conversation = mechanism.open(peer(), io.gatehouse.api.Venue.HTTP_AUTHORIZATION)) {
            assertThat(conversation.next(forge.token())).isInstanceOf(Outcome.Accepted.class);
            assertRejected((Outcome) conversation.next(forge.token()), Reason.MALFORMED, "token after the end");
        }
    }

    @Test
    void usersOfOtherRealmsMayNotSignInUnlessTheirRealmIsAccepted() throws Exception {
        forge.clientRealm = "TRUSTED.TEST";
        forge.claimedRealm = "TRUSTED.TEST";
        assertRefused("alice@TRUSTED.TEST: users of the realm TRUSTED.TEST may not sign in (see realms)");

        mechanism =
                Fixtures.mechanism(Fixtures.config(keytab, List.of("forge.test", "trusted.test"), List.of()), CLOCK);
        assertThat(accepted(outcome()).domain()).contains("TRUSTED.TEST");
    }

    @Test
    void realmsInBetweenMustBeAcceptedOrCheckedByTheKdc() throws Exception {
        forge.clientRealm = "TRUSTED.TEST";
        forge.claimedRealm = "TRUSTED.TEST";
        mechanism =
                Fixtures.mechanism(Fixtures.config(keytab, List.of("FORGE.TEST", "TRUSTED.TEST"), List.of()), CLOCK);
        forge.transited = "EVIL.TEST";
        assertRefused("the ticket came through realms that the kdc did not check");
        forge.transited = "FORGE.TEST,";
        assertRefused("the ticket came through realms");
        forge.transited = "FORGE.TEST";
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
        forge.transited = "EVIL.TEST";
        forge.ticketFlags = Forge.TRANSITED_POLICY_CHECKED;
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
    }

    @Test
    void aTicketBoundToAddressesIsGoodFromThereOnly() throws Exception {
        Peer elsewhere = new Peer(InetAddress.getByName("192.0.2.7"), true, false, List.of());
        forge.addresses = List.of(Der.data(20, new byte[16]));
        assertThat(accepted(signIn(mechanism, forge.token(), elsewhere)).user()).isEqualTo("alice");

        forge.addresses = List.of(Der.data(20, new byte[16]), Der.data(2, new byte[] {127, 0, 0, 1}));
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
        assertRejected(signIn(mechanism, forge.token(), elsewhere), Reason.REFUSED, "ticket is for other addresses");
    }

    @Test
    void authorizationDataThatMustBeUnderstoodAndIsNotRefuses() {
        forge.ticketData = List.of(Forge.ifRelevant(4711, new byte[3]));
        assertThat(accepted(outcome()).user()).isEqualTo("alice");
        forge.ticketData = List.of(Der.data(4711, new byte[3]));
        assertRefused("ticket has authorization data of type 4711, which is not understood");
        forge.ticketData = List.of();
        forge.authenticatorData = List.of(Der.data(4711, new byte[3]));
        assertRefused("authenticator has authorization data of type 4711");
    }

    @ParameterizedTest
    @CsvSource({
        "23, gss checksum of 23 bytes (expected at least 24)",
        "0, gss checksum of 0 bytes (expected at least 24)"
    })
    void aShortChecksumIsMalformed(int length, String detail) {
        forge.checksum = Optional.of(new byte[length]);
        assertRejected(outcome(), Reason.MALFORMED, detail);
    }

    @Test
    void aChecksumOfAnotherKindIsMalformed() {
        forge.checksumType = 7;
        assertRejected(outcome(), Reason.MALFORMED, "without the checksum of gss");
        forge.checksumType = 0x8003;
        forge.checksum = Optional.of(ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(17)
                .array());
        assertRejected(outcome(), Reason.MALFORMED, "channel binding of 17 bytes (expected 16)");
        forge.checksum = Optional.empty();
        forge.contextFlags = 0x1000;
        assertRejected(outcome(), Reason.MALFORMED, "dce style");
    }

    @Test
    void delegatedCredentialsArePassedOver() {
        ByteBuffer checksum = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        checksum.putInt(16).position(20).putInt(1).putShort((short) 1).putShort((short) 4);
        forge.checksum = Optional.of(checksum.array().clone());
        assertThat(accepted(outcome()).user()).isEqualTo("alice");

        checksum.putShort(26, (short) 5);
        forge.checksum = Optional.of(checksum.array().clone());
        assertRejected(outcome(), Reason.MALFORMED, "delegated credentials of kind 1 and 5 bytes");
        forge.checksum = Optional.of(java.util.Arrays.copyOf(checksum.array(), 26));
        assertRejected(outcome(), Reason.MALFORMED, "delegated credentials are cut off");
    }

    @Test
    void aRightChannelBindingIsAProof() {
        forge.bindTo(BINDING);
        assertThat(accepted(signIn(mechanism, forge.token(), peer(OTHER_BINDING, BINDING)))
                        .proofs())
                .containsExactly(Proof.CHANNEL_BINDING);
    }

    @ParameterizedTest
    @EnumSource(ChannelBindingPolicy.class)
    void whatBecomesOfAWrongChannelBinding(ChannelBindingPolicy policy) throws Exception {
        mechanism = Fixtures.mechanism(Fixtures.config(keytab, policy), CLOCK);
        forge.bindTo(OTHER_BINDING);
        Outcome outcome = signIn(mechanism, forge.token(), peer(BINDING));
        switch (policy) {
            case OFF -> assertThat(accepted(outcome).proofs()).isEmpty();
            case WHEN_OFFERED, REQUIRED ->
                assertRejected(outcome, Reason.REFUSED, "channel binding of another certificate");
        }
    }

    @ParameterizedTest
    @EnumSource(ChannelBindingPolicy.class)
    void whatBecomesOfAnAbsentChannelBinding(ChannelBindingPolicy policy) throws Exception {
        mechanism = Fixtures.mechanism(Fixtures.config(keytab, policy), CLOCK);
        Outcome outcome = signIn(mechanism, forge.token(), peer(BINDING));
        switch (policy) {
            case OFF, WHEN_OFFERED -> assertThat(accepted(outcome).proofs()).isEmpty();
            case REQUIRED -> assertRejected(outcome, Reason.REFUSED, "no channel binding (policy: required)");
        }
    }

    @ParameterizedTest
    @EnumSource(ChannelBindingPolicy.class)
    void whatBecomesOfAChannelBindingThatCannotBeChecked(ChannelBindingPolicy policy) throws Exception {
        mechanism = Fixtures.mechanism(Fixtures.config(keytab, policy), CLOCK);
        forge.bindTo(BINDING);
        switch (policy) {
            case OFF, WHEN_OFFERED -> assertThat(accepted(outcome()).proofs()).isEmpty();
            case REQUIRED -> assertRefused("channel binding cannot be checked");
        }
    }

    @ParameterizedTest
    @EnumSource(ChannelBindingPolicy.class)
    void whatBecomesOfAClientThatKnowsChannelBindingsAndSendsNone(ChannelBindingPolicy policy) throws Exception {
        mechanism = Fixtures.mechanism(Fixtures.config(keytab, policy), CLOCK);
        forge.authenticatorData = List.of(Forge.ifRelevant(143, new byte[] {0, 0x40, 0, 0}));
        Outcome outcome = signIn(mechanism, forge.token(), peer(BINDING));
        switch (policy) {
            case OFF -> assertThat(accepted(outcome).proofs()).isEmpty();
            case WHEN_OFFERED, REQUIRED ->
                assertRejected(outcome, Reason.REFUSED, "the client knows channel bindings but sends none");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\b", "a/b", "a@b", " "})
    void aNameThatCouldBeTakenForAnotherIsRefused(String name) {
        forge.client = List.of(name);
        forge.claimedClient = List.of(name);
        assertRefused("a name that is blank or has one of the characters");
    }

    @Test
    void namesOfTwoComponentsKeepTheirSlash() {
        forge.client = List.of("alice", "admin");
        forge.claimedClient = List.of("alice", "admin");
        assertThat(accepted(outcome()).user()).isEqualTo("alice/admin");
    }

    @Test
    void controlCharactersInNamesAreMalformed() {
        forge.service = List.of("HTTP", "gw\n");
        assertRejected(outcome(), Reason.MALFORMED, "KerberosString with control characters");
    }

    @Test
    void usersOfALocalRealmHaveNoDomain() throws Exception {
        mechanism = Fixtures.mechanism(Fixtures.config(keytab, List.of(), List.of("Forge.test")), CLOCK);
        Identity identity = accepted(outcome());
        assertThat(identity.domain()).isEmpty();
        assertThat(identity.displayName()).isEqualTo("alice");
        assertThat(identity.upn()).contains("alice@FORGE.TEST");
    }

    @Test
    void aTicketOfAnotherVersionIsMalformed() {
        forge.ticketVersion = 4;
        assertRejected(outcome(), Reason.MALFORMED, "tkt-vno 4 (expected 5)");
    }

    /** Whatever is altered: nothing is thrown, and what is accepted means the same. */
    @Test
    void onlyWhatMeansNothingCanBeAltered() {
        byte[] ticket = forge.ticket();
        List<Integer> accepted = new ArrayList<>();
        int length = forge.request(ticket, forge.sealedAuthenticator()).length;
        for (int i = 0; i < length; i++) {
            for (int bit : new int[] {0x01, 0x20, 0x80}) {
                byte[] altered = forge.request(ticket, forge.sealedAuthenticator());
                altered[i] ^= (byte) bit;
                if (signIn(mechanism, Forge.framed(altered), peer()) instanceof Outcome.Accepted(var identity, var _)) {
                    assertThat(identity.user()).isEqualTo("alice");
                    accepted.add(i);
                }
            }
        }
        // AP options, the type of the name, the case of HTTP/gw.forge.test, the kvno.
        assertThat(accepted)
                .hasSizeGreaterThan(20)
                .allMatch(i -> (i >= 22 && i <= 26) || i == 66 || (i >= 73 && i <= 91) || i == 107);
    }
}
