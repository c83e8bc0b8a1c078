package io.gatehouse.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.api.account.Account;
import io.gatehouse.api.account.AccountEditor;
import io.gatehouse.api.account.CredentialEncoder;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of {@link Conversation}, for every mechanism of a provider at each of its venues. A provider's own test extends
 * this class, makes the provider for {@link #writeAccounts the accounts} and speaks the client's half.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ProviderContractTest {
    /** An account that may sign in with {@link #PASSWORD}. */
    protected static final String USER = "alice";

    /** The password of both accounts; it must not turn up in any text. */
    protected static final String PASSWORD = "Canary-7:Zürich";

    /** The groups of {@link #USER}. */
    protected static final Set<String> GROUPS = Set.of("staff", "lab");

    /** An account with the same password that is switched off. */
    protected static final String DISABLED = "carol";

    private static final String UNKNOWN = "nobody-here";
    private static final String WRONG_PASSWORD = "Canary-8:Zürich";
    private static final int MOST_TRUNCATIONS = 12;

    private AuthProvider provider;

    /** A mechanism at one of its venues. */
    protected record Door(TokenMechanism mechanism, Venue venue) {
        @Override
        public String toString() {
            return mechanism.scheme() + " at " + venue;
        }

        Conversation open() {
            return mechanism.open(new Peer(InetAddress.getLoopbackAddress(), true, false, List.of()), venue);
        }
    }

    /** The provider, with accounts as {@link #writeAccounts} writes them; {@code directory} is empty and the test's own. */
    protected abstract AuthProvider provider(Path directory) throws Exception;

    /** The client's half of a sign-in with {@code mechanism}. */
    protected abstract ClientDialogue client(TokenMechanism mechanism, String user, String password);

    /** Writes {@link #USER} and {@link #DISABLED} into a new account file, with one credential of each encoder. */
    protected static Path writeAccounts(Path directory, CredentialEncoder... encoders) throws Exception {
        Path file = directory.resolve("accounts");
        var credentials =
                Arrays.stream(encoders).map(encoder -> encoder.encode(PASSWORD)).toList();
        AccountEditor.add(file, new Account(USER, true, GROUPS, credentials));
        AccountEditor.add(file, new Account(DISABLED, false, GROUPS, credentials));
        return file;
    }

    @BeforeAll
    void openProvider(@TempDir Path directory) throws Exception {
        provider = provider(directory);
    }

    @AfterAll
    void closeProvider() {
        if (provider != null) {
            provider.close();
        }
    }

    Stream<Door> doors() {
        List<Door> doors = new ArrayList<>();
        provider.mechanisms().forEach(mechanism -> {
            switch (mechanism) {
                case TokenMechanism tokens ->
                    tokens.venues().stream().sorted().forEach(venue -> doors.add(new Door(tokens, venue)));
                case AssertionMechanism _, PortalMechanism _ -> {} // no dialogue of tokens
            }
        });
        return doors.stream();
    }

    private Attempt attempt(Door door, String user, String password) {
        return Attempt.play(door.open(), client(door.mechanism(), user, password));
    }

    private static Reason rejection(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        Outcome.Rejected rejected = (Outcome.Rejected) outcome;
        assertThat(rejected.detail()).isNotBlank();
        return rejected.reason();
    }

    @ParameterizedTest
    @MethodSource("doors")
    void rightCredentialsAreAcceptedUnderTheCanonicalName(Door door) {
        Attempt attempt = attempt(door, "ALICE", PASSWORD);

        assertThat(attempt.outcome()).isInstanceOf(Outcome.Accepted.class);
        Identity identity = ((Outcome.Accepted) attempt.outcome()).identity();
        assertThat(identity.user()).isEqualTo("alice");
        assertThat(identity.groups()).containsExactlyInAnyOrder("staff", "lab");
        assertThat(identity.provider()).isNotBlank();
        assertThat(identity.method()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("doors")
    void everySpellingOfAnAccountIsOneClaim(Door door) {
        assertThat(attempt(door, "ALICE", WRONG_PASSWORD).claim().orElseThrow().account())
                .isEqualTo(attempt(door, "alice", WRONG_PASSWORD)
                        .claim()
                        .orElseThrow()
                        .account());
    }

    @ParameterizedTest
    @MethodSource("doors")
    void aWrongPasswordIsAClaimAndThenAGuess(Door door) {
        Attempt attempt = attempt(door, USER, WRONG_PASSWORD);

        assertThat(attempt.claim()).isPresent();
        assertThat(rejection(attempt.outcome())).isEqualTo(Reason.BAD_CREDENTIALS);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void anUnknownUserIsAClaimAndThenAGuess(Door door) {
        Attempt attempt = attempt(door, UNKNOWN, PASSWORD);

        assertThat(attempt.claim()).isPresent();
        assertThat(rejection(attempt.outcome())).matches(Reason::isGuess);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void aDisabledAccountIsAClaimAndThenAGuess(Door door) {
        Attempt attempt = attempt(door, DISABLED, PASSWORD);

        assertThat(attempt.claim()).isPresent();
        assertThat(rejection(attempt.outcome())).matches(Reason::isGuess);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void garbageIsMalformedInEveryRound(Door door) {
        byte[] large = new byte[64 * 1024];
        new Random(20).nextBytes(large);
        for (byte[] garbage : List.of(new byte[0], new byte[] {'x'}, new byte[] {0}, large)) {
            for (int round = 0; round < rounds(door); round++) {
                Attempt attempt = playWith(door, round, Token.of(garbage));
                assertThat(rejection(attempt.outcome()))
                        .as("%d bytes in round %d", garbage.length, round)
                        .isEqualTo(Reason.MALFORMED);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noTruncatedTokenOfTheLastRoundIsAccepted(Door door) {
        int last = rounds(door) - 1;
        List<Token> tokens = new ArrayList<>();
        Attempt.play(door.open(), recording(client(door.mechanism(), USER, PASSWORD), tokens));
        byte[] whole = tokens.getLast().bytes();
        int stride = Math.max(1, whole.length / MOST_TRUNCATIONS);
        for (int length = 0; length < whole.length; length += stride) {
            Attempt attempt = playWith(door, last, Token.of(Arrays.copyOf(whole, length)));
            assertThat(rejection(attempt.outcome()))
                    .as("%d of %d bytes", length, whole.length)
                    .isIn(Reason.MALFORMED, Reason.REFUSED, Reason.BAD_CREDENTIALS, Reason.NOT_KNOWN);
        }
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noTruncatedFirstTokenThrows(Door door) {
        byte[] whole = client(door.mechanism(), USER, PASSWORD).first().bytes();
        for (int length = 0; length < whole.length; length++) {
            try (Conversation conversation = door.open()) {
                Step step = conversation.next(Token.of(Arrays.copyOf(whole, length)));
                assertThat(step).isNotInstanceOf(Outcome.Accepted.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("doors")
    void aConversationMayBeClosedAtAnyMoment(Door door) {
        door.open().close();
        Conversation midway = door.open();
        Step step = midway.next(client(door.mechanism(), USER, PASSWORD).first());
        midway.close();

        assertThat(step).isNotInstanceOf(Outcome.class);
        assertThat(attempt(door, USER, PASSWORD).outcome()).isInstanceOf(Outcome.Accepted.class);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void interleavedConversationsDoNotMix(Door door) {
        try (Conversation right = door.open();
                Conversation wrong = door.open()) {
            ClientDialogue rightClient = client(door.mechanism(), USER, PASSWORD);
            ClientDialogue wrongClient = client(door.mechanism(), USER, WRONG_PASSWORD);
            Step rightStep = right.next(rightClient.first());
            Step wrongStep = wrong.next(wrongClient.first());
            while (rightStep instanceof Step.Challenge rightChallenge
                    && wrongStep instanceof Step.Challenge wrongChallenge) {
                rightStep = right.next(rightClient.answer(rightChallenge.token()));
                wrongStep = wrong.next(wrongClient.answer(wrongChallenge.token()));
            }
            Step.Claim rightClaim = (Step.Claim) rightStep;
            Step.Claim wrongClaim = (Step.Claim) wrongStep;
            assertThat(rejection(wrongClaim.verification().verify())).isEqualTo(Reason.BAD_CREDENTIALS);
            assertThat(rightClaim.verification().verify()).isInstanceOf(Outcome.Accepted.class);
        }
    }

    @ParameterizedTest
    @MethodSource("doors")
    void conversationsOfManyThreadsDoNotMix(Door door) throws Exception {
        List<Future<Outcome>> right = new ArrayList<>();
        List<Future<Outcome>> wrong = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 6; count++) {
                right.add(threads.submit(() -> attempt(door, USER, PASSWORD).outcome()));
                wrong.add(
                        threads.submit(() -> attempt(door, USER, WRONG_PASSWORD).outcome()));
            }
        }
        for (Future<Outcome> outcome : right) {
            assertThat(outcome.get()).isInstanceOf(Outcome.Accepted.class);
        }
        for (Future<Outcome> outcome : wrong) {
            assertThat(rejection(outcome.get())).isEqualTo(Reason.BAD_CREDENTIALS);
        }
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noTextHoldsAPassword(Door door) {
        List<String> texts =
                new ArrayList<>(List.of(provider.toString(), door.mechanism().toString()));
        for (String user : List.of(USER, DISABLED, UNKNOWN)) {
            for (String password : List.of(PASSWORD, WRONG_PASSWORD)) {
                texts.addAll(attempt(door, user, password).texts());
            }
        }
        assertThat(texts).hasSizeGreaterThan(12).noneMatch(text -> text.contains("Canary"));
    }

    private int rounds(Door door) {
        List<Token> tokens = new ArrayList<>();
        Attempt.play(door.open(), recording(client(door.mechanism(), USER, PASSWORD), tokens));
        return tokens.size();
    }

    /** Plays the right client, but for one round in which it says {@code token}. */
    private Attempt playWith(Door door, int round, Token token) {
        ClientDialogue client = client(door.mechanism(), USER, PASSWORD);
        List<Token> said = new ArrayList<>();
        return Attempt.play(door.open(), new ClientDialogue() {
            @Override
            public Token first() {
                return choose(client.first());
            }

            @Override
            public Token answer(Token challenge) {
                return choose(client.answer(challenge));
            }

            private Token choose(Token proper) {
                said.add(proper);
                return said.size() - 1 == round ? token : proper;
            }
        });
    }

    private static ClientDialogue recording(ClientDialogue client, List<Token> tokens) {
        return new ClientDialogue() {
            @Override
            public Token first() {
                return record(client.first());
            }

            @Override
            public Token answer(Token challenge) {
                return record(client.answer(challenge));
            }

            private Token record(Token token) {
                tokens.add(token);
                return token;
            }
        };
    }
}
