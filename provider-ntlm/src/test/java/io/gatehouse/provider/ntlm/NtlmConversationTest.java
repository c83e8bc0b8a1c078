package io.gatehouse.provider.ntlm;

import static io.gatehouse.provider.ntlm.Vectors.bytes;
import static io.gatehouse.provider.ntlm.Vectors.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmV2Response;
import io.gatehouse.testkit.provider.Attempt;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NtlmConversationTest {
    private static Attempt play(NtlmTestClient client) {
        return play(Fixtures.mechanism(), Fixtures.peer(), Venue.HTTP_AUTHORIZATION, client);
    }

    private static Attempt play(NtlmMechanism mechanism, Peer peer, Venue venue, NtlmTestClient client) {
        return Attempt.play(mechanism.open(peer, venue), client);
    }

    private static Identity identity(Attempt attempt) {
        assertThat(attempt.outcome()).isInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) attempt.outcome()).identity();
    }

    private static Outcome.Rejected rejection(Attempt attempt) {
        assertThat(attempt.outcome()).isInstanceOf(Outcome.Rejected.class);
        return (Outcome.Rejected) attempt.outcome();
    }

    /** The recorded type 3 after {@code change}, against the challenge that it answers. */
    private static Step recorded(UnaryOperator<byte[]> change) {
        Conversation conversation =
                Fixtures.vectorMechanism().open(Fixtures.peer(Fixtures.BINDING), Venue.HTTP_AUTHORIZATION);
        conversation.next(token(Vectors.NEGOTIATE));
        return conversation.next(Token.of(change.apply(bytes(Vectors.AUTHENTICATE))));
    }

    private static Outcome end(Step step) {
        return switch (step) {
            case Step.Claim claim -> end(claim.verification().verify(Runnable::run));
            case Outcome outcome -> outcome;
            case Step.Challenge _ -> throw new AssertionError("challenged again");
        };
    }

    private static Reason reason(Step step) {
        return ((Outcome.Rejected) end(step)).reason();
    }

    private static byte[] with(byte[] message, int offset, int... values) {
        for (int index = 0; index < values.length; index++) {
            message[offset + index] = (byte) values[index];
        }
        return message;
    }

    private static int indexOf(byte[] message, String hex) {
        return Vectors.hex(message).indexOf(hex) / 2;
    }

    // The proof and the integrity code

    @Test
    void theUnchangedRecordingIsAccepted() {
        assertThat(end(recorded(message -> message))).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void everyBitOfTheIntegrityCodeCounts() {
        for (int bit = 0; bit < 128; bit++) {
            int flipped = bit;
            Step step = recorded(message -> {
                message[72 + flipped / 8] ^= (byte) (1 << flipped % 8);
                return message;
            });
            assertThat(end(step))
                    .isEqualTo(new Outcome.Rejected(
                            Reason.BAD_CREDENTIALS, "wrong message integrity code: a message was altered under way"));
        }
    }

    @Test
    void everyByteOfTheBlobCounts() {
        byte[] original = bytes(Vectors.AUTHENTICATE);
        int blob = indexOf(original, "e52445559de223ddcb9e27f71d967845");
        for (int offset = blob; offset < blob + 196; offset++) {
            int changed = offset;
            Step step = recorded(message -> {
                message[changed] ^= 0x40;
                return message;
            });
            assertThat(end(step)).as("byte %d", offset).isInstanceOf(Outcome.Rejected.class);
        }
    }

    @Test
    void theAnnouncementOfTheIntegrityCodeCannotBeStripped() {
        int flags = indexOf(bytes(Vectors.AUTHENTICATE), "0600040002000000");

        assertThat(reason(recorded(message -> with(message, flags + 4, 0)))).isEqualTo(Reason.BAD_CREDENTIALS);
    }

    @Test
    void aDowngradeOfTheClientsOfferIsNoticed() {
        Conversation conversation =
                Fixtures.vectorMechanism().open(Fixtures.peer(Fixtures.BINDING), Venue.HTTP_AUTHORIZATION);
        conversation.next(Token.of(with(bytes(Vectors.NEGOTIATE), 12, 0xb5)));

        assertThat(reason(conversation.next(token(Vectors.AUTHENTICATE)))).isEqualTo(Reason.BAD_CREDENTIALS);
    }

    @Test
    void anAnnouncedIntegrityCodeWithoutRoomIsMalformed() throws Exception {
        AuthenticateMessage message = AuthenticateMessage.parse(token(Vectors.AUTHENTICATE));
        byte[] small = Arrays.copyOf(message.raw().bytes(), 64 + 10 + 4);
        AuthenticateMessage short3 = new AuthenticateMessage(
                Token.of(small),
                message.flags(),
                message.ntResponse(),
                message.domain(),
                message.user(),
                message.workstation(),
                message.encryptedSessionKey());

        assertThatThrownBy(short3::mic)
                .isInstanceOf(MalformedException.class)
                .hasMessage("type 3 of 78 bytes has no room for its integrity code");
    }

    @Test
    void aClientWithoutIntegrityCodeIsAcceptedUnlessItIsRequired() {
        NtlmMechanism required = Fixtures.mechanism(ChannelBindingPolicy.OFF, MicPolicy.REQUIRED);

        assertThat(identity(play(NtlmTestClient.alice().withoutMic())).proofs()).isEmpty();
        assertThat(rejection(play(
                        required,
                        Fixtures.peer(),
                        Venue.HTTP_AUTHORIZATION,
                        NtlmTestClient.alice().withoutMic())))
                .isEqualTo(new Outcome.Rejected(Reason.REFUSED, "no message integrity code (policy: required)"));
        assertThat(identity(play(required, Fixtures.peer(), Venue.HTTP_AUTHORIZATION, NtlmTestClient.alice()))
                        .proofs())
                .containsExactly(Proof.MESSAGE_INTEGRITY);
    }

    @Test
    void aClientWithoutKeyExchangeIsAccepted() {
        assertThat(identity(play(NtlmTestClient.alice().without(NtlmTestClient.KEY_EXCHANGE)))
                        .proofs())
                .containsExactly(Proof.MESSAGE_INTEGRITY);
    }

    // What is not NTLMv2

    @ParameterizedTest
    @ValueSource(ints = {1, 24, 47})
    void aResponseShorterThanNtlmV2IsRefused(int length) {
        Step step = recorded(message -> with(message, 20, length, 0, length, 0));

        assertThat(step).isEqualTo(new Outcome.Rejected(Reason.REFUSED, "LM or NTLMv1 response (expected NTLMv2)"));
    }

    @Test
    void anonymousSignInIsRefused() {
        Outcome.Rejected anonymous = new Outcome.Rejected(Reason.REFUSED, "anonymous sign-in");

        assertThat(recorded(message -> with(message, 36, 0, 0, 0, 0))).isEqualTo(anonymous);
        assertThat(recorded(message -> with(message, 20, 0, 0, 0, 0))).isEqualTo(anonymous);
        assertThat(recorded(message -> with(message, 61, message[61] | 0x08))).isEqualTo(anonymous);
    }

    // Order

    @Test
    void theChallengeIsAnsweredOnce() {
        Conversation conversation =
                Fixtures.vectorMechanism().open(Fixtures.peer(Fixtures.BINDING), Venue.HTTP_AUTHORIZATION);
        conversation.next(token(Vectors.NEGOTIATE));

        assertThat(conversation.next(token(Vectors.AUTHENTICATE))).isInstanceOf(Step.Claim.class);
        assertThat(conversation.next(token(Vectors.AUTHENTICATE)))
                .isEqualTo(new Outcome.Rejected(Reason.MALFORMED, "message after the end of the exchange"));
    }

    @Test
    void theChallengeIsSpentByAWrongAnswer() {
        Conversation conversation =
                Fixtures.vectorMechanism().open(Fixtures.peer(Fixtures.BINDING), Venue.HTTP_AUTHORIZATION);
        conversation.next(token(Vectors.NEGOTIATE));

        assertThat(reason(conversation.next(token(Vectors.NEGOTIATE)))).isEqualTo(Reason.MALFORMED);
        assertThat(reason(conversation.next(token(Vectors.AUTHENTICATE)))).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void aRecordedAnswerIsWorthlessAgainstAnotherChallenge() {
        Conversation conversation = Fixtures.mechanism().open(Fixtures.peer(), Venue.TUNNEL_EXTENDED_AUTH);
        conversation.next(token(Vectors.NEGOTIATE));

        assertThat(reason(conversation.next(token(Vectors.AUTHENTICATE)))).isEqualTo(Reason.BAD_CREDENTIALS);
    }

    @Test
    void type3FirstIsMalformed() {
        assertThat(reason(Fixtures.mechanism()
                        .open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION)
                        .next(token(Vectors.AUTHENTICATE))))
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void everyConversationHasItsOwnChallenge() {
        NtlmMechanism mechanism = Fixtures.mechanism();
        Set<String> challenges = new HashSet<>();
        for (int count = 0; count < 100; count++) {
            Step.Challenge step = (Step.Challenge)
                    mechanism.open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION).next(token(Vectors.NEGOTIATE));
            challenges.add(Vectors.hex(step.token().bytes()).substring(48, 64));
        }
        assertThat(challenges).hasSize(100);
    }

    @Test
    void closingForgetsTheKeys() {
        Conversation conversation =
                Fixtures.vectorMechanism().open(Fixtures.peer(Fixtures.BINDING), Venue.HTTP_AUTHORIZATION);
        conversation.next(token(Vectors.NEGOTIATE));
        end(conversation.next(token(Vectors.AUTHENTICATE)));
        assertThat(conversation.integrity()).isPresent();
        conversation.close();

        assertThat(conversation.integrity()).isEmpty();
    }

    // Channel bindings

    /** peer: what the gateway knows of its certificates; client: which certificate the client names. */
    @ParameterizedTest
    @CsvSource({
        // policy, venue, peer, client, end
        "OFF,           HTTP_AUTHORIZATION,   known,   wrong,  accepted",
        "OFF,           HTTP_AUTHORIZATION,   known,   right,  bound",
        "OFF,           HTTP_AUTHORIZATION,   known,   none,   accepted",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   known,   right,  bound",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   several, right,  bound",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   known,   wrong,  refused",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   known,   short,  refused",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   known,   none,   accepted",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   known,   zeros,  accepted",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   unknown, wrong,  accepted",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   proxy,   wrong,  accepted",
        "WHEN_OFFERED,  HTTP_AUTHORIZATION,   proxyknown, wrong, refused",
        "REQUIRED,      HTTP_AUTHORIZATION,   known,   right,  bound",
        "REQUIRED,      HTTP_AUTHORIZATION,   known,   wrong,  refused",
        "REQUIRED,      HTTP_AUTHORIZATION,   known,   none,   refused",
        "REQUIRED,      HTTP_AUTHORIZATION,   known,   zeros,  refused",
        "REQUIRED,      HTTP_AUTHORIZATION,   unknown, right,  refused",
        "REQUIRED,      HTTP_AUTHORIZATION,   proxy,   right,  refused",
        "OFF,           TUNNEL_EXTENDED_AUTH, known,   wrong,  accepted",
        "WHEN_OFFERED,  TUNNEL_EXTENDED_AUTH, known,   right,  bound",
        "WHEN_OFFERED,  TUNNEL_EXTENDED_AUTH, several, right,  bound",
        "WHEN_OFFERED,  TUNNEL_EXTENDED_AUTH, known,   wrong,  refused",
        "WHEN_OFFERED,  TUNNEL_EXTENDED_AUTH, known,   short,  refused",
        "WHEN_OFFERED,  TUNNEL_EXTENDED_AUTH, known,   none,   accepted",
        "WHEN_OFFERED,  TUNNEL_EXTENDED_AUTH, unknown, wrong,  accepted",
        "WHEN_OFFERED,  TUNNEL_EXTENDED_AUTH, proxy,   wrong,  accepted",
        "WHEN_OFFERED,  TUNNEL_EXTENDED_AUTH, proxyknown, wrong, refused",
    })
    void channelBindings(ChannelBindingPolicy policy, Venue venue, String peer, String client, String end) {
        Peer knowing = switch (peer) {
            case "known" -> Fixtures.peer(Fixtures.BINDING);
            case "several" -> Fixtures.peer(Fixtures.OTHER_BINDING, Fixtures.BINDING);
            case "proxyknown" -> Fixtures.peerBehindProxy(Fixtures.BINDING);
            case "proxy" -> Fixtures.peerBehindProxy();
            default -> Fixtures.peer();
        };
        NtlmTestClient naming = switch (client) {
            case "right" -> NtlmTestClient.alice().binding(Fixtures.BINDING);
            case "wrong" -> NtlmTestClient.alice().binding(Fixtures.OTHER_BINDING);
            case "zeros" -> NtlmTestClient.alice().bindingHash(new byte[16]);
            case "short" -> NtlmTestClient.alice().bindingHash(new byte[] {1});
            default -> NtlmTestClient.alice();
        };
        Attempt attempt = play(Fixtures.mechanism(policy, MicPolicy.WHEN_ANNOUNCED), knowing, venue, naming);

        if ("refused".equals(end)) {
            assertThat(rejection(attempt).reason()).isEqualTo(Reason.REFUSED);
            assertThat(attempt.claim()).isEmpty();
        } else {
            assertThat(identity(attempt).proofs().contains(Proof.CHANNEL_BINDING))
                    .isEqualTo("bound".equals(end));
        }
    }

    /** Inside the tunnel none may be required (MS-TSGU 3.3.5.3.3), so nobody signs in there when one is. */
    @Test
    void whereChannelBindingIsRequiredNobodySignsInInsideTheTunnel() {
        assertThat(Fixtures.mechanism(ChannelBindingPolicy.REQUIRED, MicPolicy.WHEN_ANNOUNCED)
                        .venues())
                .containsExactly(Venue.HTTP_AUTHORIZATION);
        assertThat(Fixtures.mechanism().venues())
                .containsExactlyInAnyOrder(Venue.HTTP_AUTHORIZATION, Venue.TUNNEL_EXTENDED_AUTH);
    }

    // Target names

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/gw.test",
                "http/GW.TEST.",
                "HTTP/gw.test:8443",
                "HTTP/gw.test/gw.test",
                "HTTP/rdp.example.com",
                "HTTP/node7.farm.test",
                "HTTP/gwsrv",
                "HTTP/192.0.2.7",
                "HTTP/[2001:db8::7]",
                "HTTP/[2001:DB8:0::7]:443",
                "HTTP/2001:db8::7",
                "gw.test",
                ""
            })
    void aTargetNameOfTheGatewayIsAccepted(String targetName) {
        for (Venue venue : List.of(Venue.HTTP_AUTHORIZATION, Venue.TUNNEL_EXTENDED_AUTH)) {
            assertThat(play(
                                    Fixtures.mechanism(),
                                    Fixtures.peer(),
                                    venue,
                                    NtlmTestClient.alice().targetName(targetName))
                            .outcome())
                    .isInstanceOf(Outcome.Accepted.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/relay.example.net",
                "HTTP/node7.sub.farm.test",
                "HTTP/farm.test",
                "HTTP/gw.test.example.net",
                "HTTP/192.0.2.8",
                "HTTP/GWDOM",
                "HTTP/",
                "HTTP/[gw.test",
                "cifs/gw.test",
                "TERMSRV/gw.test",
                "/gw.test",
                "HTTP/gw.test/a/b"
            })
    void aTargetNameOfSomebodyElseIsRefusedAtEveryVenue(String targetName) {
        for (Venue venue : List.of(Venue.HTTP_AUTHORIZATION, Venue.TUNNEL_EXTENDED_AUTH)) {
            Attempt attempt = play(
                    Fixtures.mechanism(),
                    Fixtures.peer(),
                    venue,
                    NtlmTestClient.alice().targetName(targetName));

            assertThat(rejection(attempt).reason()).isEqualTo(Reason.REFUSED);
            assertThat(rejection(attempt).detail()).startsWith("signed for the target name \"" + targetName + "\" (");
            assertThat(attempt.claim()).isEmpty();
        }
    }

    @Test
    void theReasonOfAWrongTargetNameSaysWhatToConfigure() {
        assertThat(rejection(play(NtlmTestClient.alice().targetName("HTTP/relay.example.net"))))
                .isEqualTo(new Outcome.Rejected(
                        Reason.REFUSED,
                        "signed for the target name \"HTTP/relay.example.net\" (expected a name of the certificate,"
                                + " [server] name or [server] aliases: a name that is not configured, or a relay)"));
    }

    /** CVE-2019-1166: a client that copies the pairs of the challenge signs those of the relay, which come first. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "06 00 04 00 00000000 0a 00 10 00 00000000000000000000000000000000 09 00 00 00",
                "06 00 04 00 00000000",
                "0a 00 10 00 00000000000000000000000000000000",
                "09 00 00 00",
            })
    void pairsThatARelayPutIntoTheChallengeHideNothing(String pairs) {
        Outcome outcome = play(NtlmTestClient.alice()
                        .bindingHash(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
                        .targetName("HTTP/relay.example.net")
                        .behindRelay(HexFormat.of().parseHex(pairs.replace(" ", ""))))
                .outcome();

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(Reason.MALFORMED);
            assertThat(rejected.detail()).startsWith("two av pairs of type ");
        });
    }

    @Test
    void aTargetNameThatTheClientDoesNotTrustItselfIsNotLookedAt() {
        assertThat(play(NtlmTestClient.alice()
                                .targetName("HTTP/relay.example.net")
                                .unverifiedTargetName())
                        .outcome())
                .isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void aTargetNameIsNotLookedAtWhereChannelBindingIsOff() {
        assertThat(play(
                                Fixtures.mechanism(ChannelBindingPolicy.OFF, MicPolicy.WHEN_ANNOUNCED),
                                Fixtures.peer(),
                                Venue.HTTP_AUTHORIZATION,
                                NtlmTestClient.alice().targetName("HTTP/relay.example.net"))
                        .outcome())
                .isInstanceOf(Outcome.Accepted.class);
    }

    /**
     * The recording is one of EXTENDED_AUTH: FreeRDP binds to the TLS connection around the tunnel there, and names
     * localhost.
     */
    @Test
    void freeRdpInsideTheTunnelIsBoundAndNamesTheGateway() {
        for (Peer peer : List.of(Fixtures.peer(Fixtures.BINDING), Fixtures.peer(Fixtures.OTHER_BINDING))) {
            Conversation conversation = Fixtures.vectorMechanism().open(peer, Venue.TUNNEL_EXTENDED_AUTH);
            conversation.next(token(Vectors.NEGOTIATE));
            Step end = conversation.next(token(Vectors.AUTHENTICATE));
            assertThat(end)
                    .isInstanceOf(
                            peer.channelBindings().contains(Fixtures.BINDING)
                                    ? Step.Claim.class
                                    : Outcome.Rejected.class);
        }
    }

    // Names

    @ParameterizedTest
    @CsvSource({
        "alice,         '',          alice",
        "ALICE,         '',          alice",
        "Alice,         GWDOM,       alice",
        "alice,         gwsrv,       alice",
        "alice,         GW.test,     alice",
        "alice,         gw,          alice",
        "alice,         .,           alice",
        "alice@gw.test, '',          alice",
        "Alice@GW.TEST, '',          alice",
        "alice@gwsrv,   '',          alice",
        "ÜMLÄUT,        '',          ümläut",
        "ümläut,        gwDom,       ümläut",
        "Straße,        GwSrv,       straße",
    })
    void theIdentityComesFromTheAccountsWhateverTheClientCallsIt(String user, String domain, String account) {
        Attempt attempt = play(new NtlmTestClient(user, domain, Fixtures.PASSWORD));

        assertThat(attempt.claim().orElseThrow().account()).isEqualTo(account);
        assertThat(identity(attempt))
                .isEqualTo(Identity.local("ntlm", "ntlm", account, Set.of("staff"), Set.of(Proof.MESSAGE_INTEGRITY)));
    }

    @Test
    void theClientsOwnMachineAsDomainMeansThatNoneWasTyped() {
        Attempt attempt = play(new NtlmTestClient("alice", "Laptop-7", Fixtures.PASSWORD).at("LAPTOP-7"));

        assertThat(attempt.claim().orElseThrow().account()).isEqualTo("alice");
        assertThat(identity(attempt).displayName()).isEqualTo("alice");
    }

    @ParameterizedTest
    @CsvSource({
        "alice,          ANYTHING, LAPTOP-7, anything\\alice",
        "alice,          LAPTOP-7, '',       laptop-7\\alice",
        "alice@anything, '',       LAPTOP-7, alice@anything",
        "mallory,        ANYTHING, '',       anything\\mallory",
    })
    void aDomainOfSomebodyElseIsNoLocalAccountInEitherSpelling(
            String user, String domain, String workstation, String claimed) {
        Attempt right = play(new NtlmTestClient(user, domain, Fixtures.PASSWORD).at(workstation));
        Attempt wrong = play(new NtlmTestClient(user, domain, "wrong").at(workstation));

        assertThat(right.claim().orElseThrow().account()).isEqualTo(claimed);
        assertThat(right.outcome())
                .isEqualTo(new Outcome.Rejected(
                        Reason.NOT_KNOWN, "no such account: the domain is none of the gateway's own names"));
        assertThat(wrong.outcome()).isEqualTo(right.outcome());
    }

    @ParameterizedTest
    @CsvSource({
        "alice@corp.example, '',      alice@corp.example, NOT_KNOWN",
        "alice@gw.test,      CORP,    corp\\alice@gw.test, NOT_KNOWN",
        "@gw.test,           '',      @gw.test,           NOT_KNOWN",
        "mallory,            '',      mallory,            NOT_KNOWN",
        "basil,              '',      basil,              NOT_KNOWN",
        "carol,              '',      carol,              LOCKED",
    })
    void whoIsNotAnAccountThatMaySignInIsAGuess(String user, String domain, String claimed, Reason reason) {
        Attempt attempt = play(new NtlmTestClient(user, domain, Fixtures.PASSWORD));

        assertThat(attempt.claim().orElseThrow().account()).isEqualTo(claimed);
        assertThat(rejection(attempt).reason()).isEqualTo(reason);
    }

    @Test
    void theDummyHashOfUnknownAccountsSignsNobodyIn() {
        AccountValidator validator = new AccountValidator(
                Fixtures.NAMES,
                _ -> Optional.empty(),
                new FileAccounts(_ -> Optional.empty()),
                new Fixtures.VectorRandom());
        byte[] key = NtlmCrypto.ntowfv2(bytes(Vectors.SERVER_CHALLENGE.repeat(2)), "mallory", "");
        byte[] proof = NtlmCrypto.hmacMd5(key, new byte[8], new byte[32]);
        NtlmLogon logon = validator.validate(new NtlmResponse(
                "mallory",
                "",
                Token.of(new byte[8]),
                new NtlmV2Response(
                        Token.of(proof), Token.of(new byte[32]), false, Optional.empty(), Optional.empty())));

        assertThat(logon).isEqualTo(new NtlmLogon.Refused(Reason.NOT_KNOWN, "no such account"));
    }

    @Test
    void namesAreUpperCasedCharacterByCharacterInEveryLanguage() {
        Locale machine = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            assertThat("iris".toUpperCase(Locale.getDefault())).isEqualTo("İRİS");
            byte[] hash = bytes(Vectors.NT_HASH);
            assertThat(Vectors.hex(NtlmCrypto.ntowfv2(hash, "iris", ""))).isEqualTo("a8eef1d41e959c2f0b8ecdcdb11d975a");
            assertThat(Vectors.hex(NtlmCrypto.ntowfv2(hash, "straße", "Corp")))
                    .isEqualTo("1f0ed499e459c7f7a4b3728d11301020");
            assertThat(Vectors.hex(NtlmCrypto.ntowfv2(hash, "ümläut", "")))
                    .isEqualTo("937df4be4df120674b7d0e20152ca138");
            assertThat(identity(play(new NtlmTestClient("IRIS", "", Fixtures.PASSWORD)))
                            .user())
                    .isEqualTo("iris");
        } finally {
            Locale.setDefault(machine);
        }
    }

    @Test
    void aClientThatKnowsOnlyOemIsAnsweredInOem() {
        Attempt attempt = play(new NtlmTestClient("alice", "GWSRV", Fixtures.PASSWORD).without(NtlmTestClient.UNICODE));

        assertThat(identity(attempt).user()).isEqualTo("alice");
    }

    @Test
    void oemNamesOutsideAsciiAreMalformed() {
        Attempt attempt = play(new NtlmTestClient("ümläut", "", Fixtures.PASSWORD).without(NtlmTestClient.UNICODE));

        assertThat(rejection(attempt))
                .isEqualTo(new Outcome.Rejected(Reason.MALFORMED, "user is not text in US-ASCII"));
    }
}
