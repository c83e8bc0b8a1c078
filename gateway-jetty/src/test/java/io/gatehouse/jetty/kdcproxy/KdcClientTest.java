package io.gatehouse.jetty.kdcproxy;

import static io.gatehouse.jetty.kdcproxy.FakeKdc.answering;
import static io.gatehouse.jetty.kdcproxy.FakeKdc.hanging;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.asReq;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.body;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.error;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.tgsReq;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.Token;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.kdcproxy.KdcProxy;
import io.gatehouse.core.kdcproxy.PermittedRequest;
import io.gatehouse.core.kdcproxy.Verdict;
import io.gatehouse.jetty.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How KDCs are asked, and what they can do to the gateway. */
@Timeout(60)
class KdcClientTest {
    private static final String REALM = "LAB.TEST";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final byte[] AS_REP = KerberosMessages.asRep();
    private static final byte[] TGS_REP = KerberosMessages.tgsRep();
    private static final byte[] TOO_BIG = error(52);

    private final AtomicInteger closed = new AtomicInteger();
    private final KdcClient client = client(host -> List.of(InetAddress.getAllByName(host)));

    private KdcClient client(io.gatehouse.core.net.Resolver names) {
        return new KdcClient(ServiceLocator.NONE, names, closed::incrementAndGet, MonotonicClock.system());
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static PermittedRequest permitted(byte[] message, InetSocketAddress... kdcs) {
        Domain domain = new Domain("LAB", Optional.of(REALM), List.of(), List.of(), List.of(kdcs));
        GuessBudget guesses = new GuessBudget(() -> 0, 10, 10, Duration.ofMinutes(1));
        Verdict verdict = new KdcProxy(List.of(domain), true, guesses, Duration.ZERO, Clock.systemUTC())
                .judge(body(message, REALM), InetAddress.getLoopbackAddress());
        assertThat(verdict).isInstanceOf(Verdict.Ask.class);
        return ((Verdict.Ask) verdict).request();
    }

    private static PermittedRequest permitted(FakeKdc... kdcs) {
        return permitted(
                tgsReq(REALM), Arrays.stream(kdcs).map(FakeKdc::address).toArray(InetSocketAddress[]::new));
    }

    private static void assertIs(Optional<Token> answer, byte[] expected) {
        assertThat(answer.map(Token::bytes))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(expected));
    }

    /** A port at which nobody listens, neither for TCP nor for UDP. */
    private static FakeKdc dead() {
        FakeKdc kdc = FakeKdc.udp(UnaryOperator.identity());
        kdc.close();
        return kdc;
    }

    private static double seconds(Runnable what) {
        long start = System.nanoTime();
        what.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** KDCs keep the connection for further messages; waiting for its end would take forever. */
    @Test
    void answerIsReadToItsLengthAndNoFurther() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP))) {
            assertIs(client.ask(permitted(kdc), TIMEOUT), TGS_REP);
            Await.until("connections closed", () -> kdc.openConnections() == 0);
            assertThat(kdc.connections()).isEqualTo(1);
        }
    }

    @Test
    void messageReachesTheKdcAsItIsBehindItsLength() {
        byte[] message = tgsReq(REALM, 100_000);
        byte[][] seen = new byte[1][];
        try (FakeKdc kdc = FakeKdc.tcp(answering(question -> {
            seen[0] = question;
            return TGS_REP;
        }))) {
            assertIs(client.ask(permitted(message, kdc.address()), TIMEOUT), TGS_REP);
            assertThat(seen[0]).isEqualTo(message);
        }
    }

    @Test
    void answerMayComeInPiecesAndBeLarge() {
        byte[] answer = new byte[128 * 1024];
        answer[0] = TGS_REP[0];
        try (FakeKdc kdc = FakeKdc.tcp((input, output) -> {
            input.readNBytes(input.readInt());
            output.write(0);
            output.write(2);
            Thread.sleep(20);
            output.write(0);
            output.write(0);
            output.write(answer, 0, 1);
            Thread.sleep(20);
            output.write(answer, 1, answer.length - 1);
            input.readAllBytes();
        })) {
            assertIs(client.ask(permitted(kdc), TIMEOUT), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 128 * 1024 + 1})
    void answerOfAnAbsurdLengthIsNone(int length) {
        try (FakeKdc kdc = FakeKdc.tcp((input, output) -> {
                    input.readNBytes(input.readInt());
                    output.writeInt(length);
                    input.readAllBytes();
                });
                FakeKdc second = FakeKdc.tcp(answering(TGS_REP))) {
            assertIs(client.ask(permitted(kdc, second), TIMEOUT), TGS_REP);
        }
    }

    @Test
    void kdcThatEndsTheConnectionLosesItsTurn() {
        try (FakeKdc atOnce = FakeKdc.tcp((_, _) -> {});
                FakeKdc inTheMiddle = FakeKdc.tcp((input, output) -> {
                    input.readNBytes(input.readInt());
                    output.writeInt(10);
                    output.write(TGS_REP);
                });
                FakeKdc good = FakeKdc.tcp(answering(TGS_REP))) {
            assertIs(client.ask(permitted(atOnce, inTheMiddle, good), TIMEOUT), TGS_REP);
            assertThat(atOnce.connections()).isEqualTo(1);
            assertThat(inTheMiddle.connections()).isEqualTo(1);
        }
    }

    /** What is no answer of Kerberos never reaches the client: the proxy reads from nothing but KDCs. */
    @Test
    void whatIsNoKdcIsNotRead() {
        byte[] secret = "220 mail.lab.test ESMTP".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (FakeKdc other = FakeKdc.tcp(answering(secret))) {
            assertThat(client.ask(permitted(other), TIMEOUT)).isEmpty();
            assertThat(other.connections()).isEqualTo(1);
        }
    }

    /** rdpgw adds one byte of length to what comes by UDP; the Kerberos message must come without any. */
    @Test
    void kdcWithoutTcpIsAskedByDatagram() throws Exception {
        byte[] message = tgsReq(REALM);
        byte[][] seen = new byte[1][];
        try (FakeKdc kdc = FakeKdc.udp(question -> {
            seen[0] = question;
            return TGS_REP;
        })) {
            assertIs(client.ask(permitted(message, kdc.address()), TIMEOUT), TGS_REP);
            assertThat(seen[0]).isEqualTo(message);

            kdc.alsoTcp(answering(TGS_REP));
            assertIs(client.ask(permitted(message, kdc.address()), TIMEOUT), TGS_REP);
            assertThat(kdc.datagrams()).isEqualTo(2);
            assertThat(kdc.connections()).as("nobody dials what refused lately").isZero();
        }
    }

    @Test
    void answerThatFitsIntoNoDatagramIsFetchedByTcp() throws Exception {
        try (FakeKdc kdc = FakeKdc.udp(_ -> TOO_BIG)) {
            assertIs(client.ask(permitted(kdc), TIMEOUT), TOO_BIG);
            kdc.alsoTcp(answering(TGS_REP));
            assertIs(client.ask(permitted(kdc), TIMEOUT), TGS_REP);
            assertIs(client.ask(permitted(kdc), TIMEOUT), TGS_REP);
            assertThat(kdc.datagrams()).as("from then on TCP comes first").isEqualTo(2);
        }
    }

    @Test
    void lostDatagramIsSentAgain() {
        AtomicInteger count = new AtomicInteger();
        try (FakeKdc kdc = FakeKdc.udp(_ -> count.incrementAndGet() == 1 ? new byte[0] : TGS_REP)) {
            assertIs(client.ask(permitted(kdc), TIMEOUT), TGS_REP);
        }
    }

    @Test
    void messageThatFitsIntoNoDatagramIsNotSent() {
        try (FakeKdc kdc = FakeKdc.udp(_ -> TGS_REP)) {
            assertThat(client.ask(permitted(tgsReq(REALM, 70_000), kdc.address()), TIMEOUT))
                    .isEmpty();
            assertThat(kdc.datagrams()).isZero();
        }
    }

    @Test
    void deadKdcIsFollowedByTheNext() {
        try (FakeKdc dead = dead();
                FakeKdc good = FakeKdc.tcp(answering(TGS_REP))) {
            assertThat(seconds(() -> assertIs(client.ask(permitted(dead, good), TIMEOUT), TGS_REP)))
                    .isLessThan(2);
        }
    }

    /** Nor does anybody wait for it again. */
    @Test
    void hangingKdcIsFollowedByTheNextAndRemembered() {
        try (FakeKdc hangs = FakeKdc.tcp(hanging());
                FakeKdc good = FakeKdc.tcp(answering(TGS_REP))) {
            assertThat(seconds(() -> assertIs(client.ask(permitted(hangs, good), TIMEOUT), TGS_REP)))
                    .isBetween(2.5, 6.0);
            for (int i = 0; i < 5; i++) {
                assertIs(client.ask(permitted(hangs, good), TIMEOUT), TGS_REP);
            }
            assertThat(hangs.connections()).isEqualTo(1);
            assertThat(good.connections()).isEqualTo(6);
        }
    }

    /** A second KDC would count a wrong password twice, and a one-time code or a push would reach the user twice. */
    @Test
    void passwordThatAKdcHasGotIsShownToNoOther() {
        byte[] password = asReq("alice", REALM);
        try (FakeKdc slow = FakeKdc.tcp(answering(_ -> {
                    pause(Duration.ofSeconds(4));
                    return AS_REP;
                }));
                FakeKdc other = FakeKdc.tcp(answering(AS_REP))) {
            assertIs(client.ask(permitted(password, slow.address(), other.address()), TIMEOUT), AS_REP);
            assertThat(slow.connections()).isEqualTo(1);
            assertThat(other.connections()).isZero();
        }
    }

    /** Longer than a KDC has its turn for. */
    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void passwordThatAKdcTookAndDidNotAnswerIsShownToNoOther() {
        byte[] password = asReq("alice", REALM);
        AtomicInteger taken = new AtomicInteger();
        try (FakeKdc gone = FakeKdc.tcp((input, _) -> {
                    input.readNBytes(input.readInt());
                    taken.incrementAndGet();
                });
                FakeKdc other = FakeKdc.tcp(answering(AS_REP))) {
            assertThat(client.ask(permitted(password, gone.address(), other.address()), TIMEOUT))
                    .isEmpty();
            assertThat(taken).hasValue(1);
            assertThat(other.connections()).isZero();
            assertIs(client.ask(permitted(password, gone.address(), other.address()), TIMEOUT), AS_REP);
        }
    }

    @Test
    void passwordGoesToTheNextKdcWhereTheFirstTakesNothing() {
        byte[] password = asReq("alice", REALM);
        try (FakeKdc dead = dead();
                FakeKdc good = FakeKdc.tcp(answering(AS_REP))) {
            assertIs(client.ask(permitted(password, dead.address(), good.address()), TIMEOUT), AS_REP);
            assertThat(good.connections()).isEqualTo(1);
        }
    }

    /** A datagram may have arrived, or not: those that can be connected come first. */
    @Test
    void passwordIsSentByDatagramOnlyWhereNoKdcTakesConnections() {
        byte[] password = asReq("alice", REALM);
        try (FakeKdc mute = FakeKdc.udp(_ -> new byte[0]);
                FakeKdc good = FakeKdc.tcp(answering(AS_REP))) {
            assertIs(client.ask(permitted(password, mute.address(), good.address()), TIMEOUT), AS_REP);
            assertThat(mute.datagrams()).isZero();
        }
        try (FakeKdc mute = FakeKdc.udp(_ -> new byte[0]);
                FakeKdc other = FakeKdc.udp(_ -> AS_REP)) {
            Duration limit = Duration.ofSeconds(4);
            assertThat(client.ask(permitted(password, mute.address(), other.address()), limit))
                    .isEmpty();
            assertThat(mute.datagrams()).isPositive();
            assertThat(other.datagrams()).isZero();
        }
    }

    @Test
    void onlyKdcIsAskedEvenIfItWasSilent() {
        AtomicInteger count = new AtomicInteger();
        try (FakeKdc moody = FakeKdc.tcp((input, output) -> {
            if (count.incrementAndGet() > 1) {
                answering(TGS_REP).serve(input, output);
            }
        })) {
            assertThat(client.ask(permitted(moody), TIMEOUT)).isEmpty();
            assertIs(client.ask(permitted(moody), TIMEOUT), TGS_REP);
        }
    }

    @Test
    void allKdcsTogetherHaveTheTimeThatTheRequestHas() throws Exception {
        try (FakeKdc one = FakeKdc.tcp(hanging());
                FakeKdc drips = FakeKdc.tcp((input, output) -> {
                    input.readNBytes(input.readInt());
                    output.writeInt(1000);
                    while (true) {
                        output.write(TGS_REP[0]);
                        Thread.sleep(50);
                    }
                });
                FakeKdc mute = FakeKdc.udp(_ -> new byte[0])) {
            Duration limit = Duration.ofMillis(1500);
            assertThat(seconds(() -> assertThat(client.ask(permitted(one, drips, mute), limit))
                            .isEmpty()))
                    .isBetween(1.4, 3.0);
            Await.until("connections closed", () -> one.openConnections() == 0 && drips.openConnections() == 0);
        }
    }

    /** More than the buffers between two sockets hold: the gateway would wait for the KDC to read. */
    @Test
    void kdcThatDoesNotReadCannotHoldTheGateway() {
        CountDownLatch end = new CountDownLatch(1);
        try (FakeKdc kdc = FakeKdc.tcp((_, _) -> end.await())) {
            byte[] message = tgsReq(REALM, 127 * 1024);
            assertThat(seconds(() -> assertThat(client.ask(permitted(message, kdc.address()), Duration.ofSeconds(1)))
                            .isEmpty()))
                    .isLessThan(3);
        } finally {
            end.countDown();
        }
    }

    @Test
    void everyAddressOfANameIsTried() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                KdcClient resolving = client(host -> List.of(
                        InetAddress.getByAddress(host, new byte[] {127, 77, 77, 77}),
                        InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})))) {
            InetSocketAddress name = InetSocketAddress.createUnresolved(
                    "kdc.lab.test", kdc.address().getPort());
            assertIs(resolving.ask(permitted(tgsReq(REALM), name), TIMEOUT), TGS_REP);
        }
    }

    @Test
    void nameServerThatHangsTakesNoMoreThanItsTurn() {
        CountDownLatch never = new CountDownLatch(1);
        try (FakeKdc kdc = FakeKdc.tcp(answering(TGS_REP));
                KdcClient resolving = client(host -> {
                    if (host.equals("slow.lab.test")) {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            throw new UnknownHostException(host);
                        }
                    }
                    return List.of(InetAddress.getByName(host));
                })) {
            InetSocketAddress slow = InetSocketAddress.createUnresolved("slow.lab.test", 88);
            assertIs(resolving.ask(permitted(tgsReq(REALM), slow, kdc.address()), Duration.ofSeconds(2)), TGS_REP);
        }
    }

    @Test
    void domainWithoutKdcsHasNoAnswer() {
        assertThat(client.ask(permitted(), TIMEOUT)).isEmpty();
    }

    @Test
    void closingEndsWhatIsUnderWay() throws Exception {
        try (FakeKdc kdc = FakeKdc.tcp(hanging())) {
            Thread asking = Thread.ofVirtual().start(() -> client.ask(permitted(kdc), Duration.ofMinutes(1)));
            Await.until("connections closed", () -> kdc.openConnections() == 1);
            client.close();
            asking.join();
            Await.until("connections closed", () -> kdc.openConnections() == 0);
            assertThat(closed).hasValue(1);
            assertThat(client.ask(permitted(kdc), TIMEOUT)).as("after that").isEmpty();
        }
    }

    @Test
    void hundredHangingKdcsTakeNoThreadFromTheOthers() throws Exception {
        try (FakeKdc hangs = FakeKdc.tcp(hanging());
                FakeKdc good = FakeKdc.tcp(answering(TGS_REP))) {
            List<Thread> waiting = java.util.stream.IntStream.range(0, 100)
                    .mapToObj(_ -> Thread.ofVirtual().start(() -> client.ask(permitted(hangs), Duration.ofSeconds(5))))
                    .toList();
            Await.until("connections closed", () -> hangs.openConnections() == 100);
            assertThat(seconds(() -> assertIs(client.ask(permitted(good), TIMEOUT), TGS_REP)))
                    .isLessThan(2);
            client.close();
            for (Thread thread : waiting) {
                thread.join();
            }
        }
    }
}
