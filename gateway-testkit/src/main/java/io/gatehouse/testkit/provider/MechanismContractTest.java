package io.gatehouse.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The part of {@link Conversation}'s contract that holds whatever a client proves itself with, for every mechanism of a
 * provider at each of its venues. Providers that check passwords extend {@link ProviderContractTest} instead.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MechanismContractTest {
    private static final int MOST_TRUNCATIONS = 12;
    /** A hash that is worth its name takes longer. */
    private static final Duration MOST_OUTSIDE = Duration.ofMillis(20);

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

    /** The provider; {@code directory} is empty and the test's own. */
    protected abstract AuthProvider provider(Path directory) throws Exception;

    /** A new client that is who it says. */
    protected abstract ClientDialogue rightClient(TokenMechanism mechanism);

    /** A new client that keeps to the form of every message, but cannot prove who it is. */
    protected abstract ClientDialogue wrongClient(TokenMechanism mechanism);

    /** What a {@link #wrongClient} is told. */
    protected abstract Set<Reason> refusals();

    /** Text that is part of every secret of the test and of nothing else. */
    protected abstract String canary();

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

    private Attempt right(Door door) {
        return Attempt.play(door.open(), rightClient(door.mechanism()));
    }

    private Attempt wrong(Door door) {
        return Attempt.play(door.open(), wrongClient(door.mechanism()));
    }

    static Reason rejection(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        Outcome.Rejected rejected = (Outcome.Rejected) outcome;
        assertThat(rejected.detail()).isNotBlank();
        return rejected.reason();
    }

    @ParameterizedTest
    @MethodSource("doors")
    void whoProvesItIsAcceptedAndWhoCannotIsNot(Door door) {
        assertThat(right(door).outcome()).isInstanceOf(Outcome.Accepted.class);
        assertThat(rejection(wrong(door).outcome())).isIn(refusals());
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
        Attempt.play(door.open(), recording(rightClient(door.mechanism()), tokens));
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
        byte[] whole = rightClient(door.mechanism()).first().bytes();
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
        midway.next(rightClient(door.mechanism()).first());
        midway.close();

        assertThat(right(door).outcome()).isInstanceOf(Outcome.Accepted.class);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void interleavedConversationsDoNotMix(Door door) {
        try (Conversation right = door.open();
                Conversation wrong = door.open()) {
            ClientDialogue rightClient = rightClient(door.mechanism());
            ClientDialogue wrongClient = wrongClient(door.mechanism());
            Step rightStep = right.next(rightClient.first());
            Step wrongStep = wrong.next(wrongClient.first());
            while (rightStep instanceof Step.Challenge rightChallenge
                    && wrongStep instanceof Step.Challenge wrongChallenge) {
                rightStep = right.next(rightClient.answer(rightChallenge.token()));
                wrongStep = wrong.next(wrongClient.answer(wrongChallenge.token()));
            }
            assertThat(rejection(end(wrongStep))).isIn(refusals());
            assertThat(end(rightStep)).isInstanceOf(Outcome.Accepted.class);
        }
    }

    private static Outcome end(Step step) {
        return switch (step) {
            case Step.Claim claim -> end(claim.verification().verify(Runnable::run));
            case Outcome outcome -> outcome;
            case Step.Challenge challenge -> throw new AssertionError("one more round: " + challenge);
        };
    }

    @ParameterizedTest
    @MethodSource("doors")
    void conversationsOfManyThreadsDoNotMix(Door door) throws Exception {
        List<Future<Outcome>> right = new ArrayList<>();
        List<Future<Outcome>> wrong = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 6; count++) {
                right.add(threads.submit(() -> right(door).outcome()));
                wrong.add(threads.submit(() -> wrong(door).outcome()));
            }
        }
        for (Future<Outcome> outcome : right) {
            assertThat(outcome.get()).isInstanceOf(Outcome.Accepted.class);
        }
        for (Future<Outcome> outcome : wrong) {
            assertThat(rejection(outcome.get())).isIn(refusals());
        }
    }

    /**
     * The thread that verifies carries the sign-ins of others as well: it may wait, but what computes long belongs into
     * the CpuWork.
     */
    @ParameterizedTest
    @MethodSource("doors")
    void verificationsComputeWhereTheyMayOnly(Door door) {
        Duration least = Stream.generate(() -> computedOutside(door))
                .limit(5) // the first ones compile
                .min(Comparator.naturalOrder())
                .orElseThrow();
        assertThat(least)
                .as("processor time of a sign-in outside of its CpuWork")
                .isLessThan(MOST_OUTSIDE);
    }

    private Duration computedOutside(Door door) {
        AtomicLong inside = new AtomicLong();
        long begun = processorNanos();
        Attempt attempt = Attempt.play(door.open(), rightClient(door.mechanism()), work -> {
            long entered = processorNanos();
            work.run();
            inside.addAndGet(processorNanos() - entered);
        });
        long all = processorNanos() - begun;
        assertThat(attempt.outcome()).isInstanceOf(Outcome.Accepted.class);
        return Duration.ofNanos(all - inside.get());
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noTextHoldsASecret(Door door) {
        List<String> texts =
                new ArrayList<>(List.of(provider.toString(), door.mechanism().toString()));
        texts.addAll(right(door).texts());
        texts.addAll(wrong(door).texts());

        assertThat(texts).hasSizeGreaterThan(3).noneMatch(each -> each.contains(canary()));
    }

    private int rounds(Door door) {
        List<Token> tokens = new ArrayList<>();
        Attempt.play(door.open(), recording(rightClient(door.mechanism()), tokens));
        return tokens.size();
    }

    /** Plays the right client, but for one round in which it says {@code token}. */
    private Attempt playWith(Door door, int round, Token token) {
        ClientDialogue client = rightClient(door.mechanism());
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
