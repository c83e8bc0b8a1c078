package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.ntlm.netlogon.FakeController.Answer;
import io.gatehouse.provider.ntlm.netlogon.FakeController.Exchange;
import io.gatehouse.provider.ntlm.netlogon.rpc.FakeRpcPeer;
import io.gatehouse.provider.ntlm.netlogon.rpc.SambaVectors;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Controllers that are down, slow, confused or hostile. No logon may be counted twice, and no wait may be without end.
 */
@Timeout(60)
class ControllerFailureTest {
    private static final Answer SUCCESS = exchange -> exchange.sealed(SambaVectors.bytes("logon-out"));
    /** More than the time-outs of the fixture, much less than two of them. */
    private static final Duration BOUND = ValidatorFixture.TIMEOUT.plusMillis(700);

    private static final Duration QUICKLY = Duration.ofMillis(300);

    private final FakeController controller = new FakeController();
    private final ValidatorFixture fixture = ValidatorFixture.of(controller);

    @AfterEach
    void close() {
        fixture.close();
        controller.close();
    }

    private static Duration time(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static InetSocketAddress another(int port) {
        try {
            byte[] address = {127, 99, (byte) ThreadLocalRandom.current().nextInt(256), 7};
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    // -------------------------------------------------------- before a logon is sent

    @Test
    void controllerThatDoesNotKnowThePasswordIsNoController() {
        controller.authenticationAnswer = exchange -> {
            byte[] stub = new byte[20];
            ThreadLocalRandom.current().nextBytes(stub);
            System.arraycopy(HexFormat.of().parseHex("ffff2f6150040000" + "00000000"), 0, stub, 8, 12);
            exchange.plain(stub);
        };

        assertThat(fixture.refused("alice", Reason.UNAVAILABLE))
                .isEqualTo(
                        "no domain controller can be asked: 127.0.0.1: wrong credential of the controller: it does not"
                                + " know the password of GW1$");
        assertThat(controller.logons()).isEmpty();
    }

    @Test
    void wrongPasswordOfTheMachineAccountIsSaid() {
        controller.password = "another";

        assertThat(fixture.refused("alice", Reason.UNAVAILABLE))
                .contains("GW1$: the secure channel of the machine account was refused: is its password right?");
        assertThat(controller.logons()).isEmpty();
    }

    @Test
    void missingMachineAccountIsSaid() {
        controller.authenticationStatus = 0xC000018B;

        assertThat(fixture.refused("alice", Reason.UNAVAILABLE))
                .contains("GW1$: the controller knows no such machine account, or it is disabled (0xc000018b)");
    }

    @Test
    void controllersWithoutAesOrSealingAreRefused() {
        controller.flags = 0x602fffff;
        assertThat(fixture.refused("alice", Reason.UNAVAILABLE))
                .contains("the controller offers no AES or no sealing (flags 0x602fffff)");

        controller.flags = 0x212fffff;
        assertThat(fixture.refused("alice", Reason.UNAVAILABLE)).contains("no AES or no sealing");
        assertThat(controller.logons()).isEmpty();
    }

    @Test
    void weakChallengesAreRefused() {
        controller.serverChallenge = new byte[8];

        assertThat(fixture.refused("alice", Reason.UNAVAILABLE))
                .contains("weak challenge of the controller (expected 8 random bytes)");
        assertThat(controller.handshakes()).isZero();
    }

    static Stream<Object[]> garbage() {
        List<BiConsumer<FakeController, Answer>> stages = List.of(
                (fake, answer) -> fake.bindAnswer = answer,
                (fake, answer) -> fake.challengeAnswer = answer,
                (fake, answer) -> fake.authenticationAnswer = answer,
                (fake, answer) -> fake.sealedBindAnswer = answer,
                (fake, answer) -> fake.logonAnswer = answer);
        String[] names = {"bind", "challenge", "authentication", "sealed bind", "logon"};
        Object[][] answers = {
            {"text", raw("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))},
            {"end", (Answer) exchange -> exchange.peer().reset()},
            {"half a header", raw(HexFormat.of().parseHex("0500020310000000"))},
            {"huge fragment", raw(HexFormat.of().parseHex("0500020310000000ffffffff01000000"))},
            {"empty response", (Answer) exchange -> exchange.plain(new byte[0])},
            {"huge counts", (Answer) exchange -> exchange.plain(HexFormat.of().parseHex("ff".repeat(200)))},
            {"zeros", raw(new byte[4096])},
            {"fault", (Answer) exchange -> exchange.write(FakeRpcPeer.fault(exchange.callId(), 0, 5))},
            {"nak", (Answer) exchange -> exchange.write(FakeRpcPeer.bindNak(exchange.callId(), 1))},
            {
                "sealed with nothing",
                (Answer) exchange -> exchange.write(FakeRpcPeer.pdu(
                        2, 3, exchange.callId(), FakeRpcPeer.responseBody(new byte[32]), 200, new byte[56]))
            },
            {"silence", (Answer) Exchange::silence},
        };
        List<Object[]> all = new ArrayList<>();
        for (int stage = 0; stage < names.length; stage++) {
            Reason reason = names[stage].equals("logon") ? Reason.UNANSWERED : Reason.UNAVAILABLE;
            for (Object[] answer : answers) {
                all.add(new Object[] {names[stage] + ": " + answer[0], stages.get(stage), reason, answer[1]});
            }
        }
        return all.stream();
    }

    private static Answer raw(byte[] bytes) {
        return exchange -> {
            exchange.write(bytes);
            exchange.silence();
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void garbageAtAnyStageCostsABoundedTime(
            String name, BiConsumer<FakeController, Answer> stage, Reason reason, Answer answer) {
        stage.accept(controller, answer);
        Duration time = time(() -> fixture.refused("alice", reason));

        assertThat(time).as(name).isLessThan(BOUND);
        assertThat(controller.logonsOf("alice")).isLessThanOrEqualTo(1);
    }

    @Test
    void nextControllerIsAskedWhenTheFirstIsDead() {
        InetSocketAddress nobody = another(controller.address().getPort());
        try (ValidatorFixture two =
                ValidatorFixture.of(List.of(nobody.getAddress().getHostAddress(), "127.0.0.1"), nobody.getPort())) {
            assertThat(time(() -> two.confirmed("alice"))).isLessThan(BOUND);
            assertThat(time(() -> two.confirmed("alice"))).isLessThan(QUICKLY);
        }
    }

    @Test
    void nextControllerIsAskedWhenTheFirstHangs() {
        InetSocketAddress address = another(controller.address().getPort());
        try (FakeController hanging = new FakeController(address);
                ValidatorFixture two = ValidatorFixture.of(
                        List.of(address.getAddress().getHostAddress(), "127.0.0.1"), address.getPort())) {
            hanging.bindAnswer = Exchange::silence;

            assertThat(time(() -> two.confirmed("alice"))).isLessThan(BOUND);
            for (int round = 0; round < 5; round++) {
                assertThat(time(() -> two.confirmed("alice"))).isLessThan(QUICKLY);
            }
            assertThat(hanging.connections()).isEqualTo(1);
        }
    }

    @Test
    void nextControllerIsAskedWhenTheFirstRefusesTheChannel() {
        InetSocketAddress address = another(controller.address().getPort());
        try (FakeController refusing = new FakeController(address);
                ValidatorFixture two = ValidatorFixture.of(
                        List.of(address.getAddress().getHostAddress(), "127.0.0.1"), address.getPort())) {
            refusing.password = "not replicated yet";

            two.confirmed("alice");

            assertThat(refusing.logons()).isEmpty();
            assertThat(controller.logonsOf("alice")).isEqualTo(1);
        }
    }

    @Test
    void whileTheOnlyControllerHangsLogonsFailQuickly() {
        controller.bindAnswer = Exchange::silence;
        assertThat(time(() -> fixture.refused("alice", Reason.UNAVAILABLE))).isLessThan(BOUND);

        for (int round = 0; round < 5; round++) {
            assertThat(time(() -> fixture.refused("bob", Reason.UNAVAILABLE))).isLessThan(QUICKLY);
        }
        assertThat(controller.connections()).isEqualTo(1);
    }

    @Test
    void manyAtOnceShareOneFailure() throws Exception {
        controller.bindAnswer = Exchange::silence;
        List<Future<Duration>> times = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 30; count++) {
                times.add(threads.submit(() -> time(() -> fixture.refused("alice", Reason.UNAVAILABLE))));
            }
        }
        for (Future<Duration> each : times) {
            assertThat(each.get()).isLessThan(BOUND);
        }
        assertThat(controller.connections()).isLessThanOrEqualTo(4);
    }

    // -------------------------------------------------------- after a logon was sent

    @Test
    void logonWithoutAnAnswerIsNotSentAgainToAnybody() {
        InetSocketAddress address = another(controller.address().getPort());
        try (FakeController mute = new FakeController(address);
                ValidatorFixture two = ValidatorFixture.of(
                        List.of(address.getAddress().getHostAddress(), "127.0.0.1"), address.getPort())) {
            mute.logonAnswer = Exchange::silence;

            String[] detail = new String[1];
            Duration time = time(() -> detail[0] = two.refused("alice", Reason.UNANSWERED));

            assertThat(detail[0])
                    .isEqualTo(address.getAddress().getHostAddress()
                            + ": no answer in time; not tried again, since the attempt may have been counted");
            assertThat(time).isLessThan(BOUND);
            assertThat(mute.logonsOf("alice")).isEqualTo(1);
            assertThat(controller.logons()).isEmpty();
        }
    }

    @Test
    void controllerThatNeverAnswersLogonsIsLeftAlone() {
        InetSocketAddress address = another(controller.address().getPort());
        try (FakeController mute = new FakeController(address);
                ValidatorFixture two = ValidatorFixture.of(
                        List.of(address.getAddress().getHostAddress(), "127.0.0.1"), address.getPort())) {
            mute.logonAnswer = Exchange::silence;
            for (String user : List.of("anna", "berta", "clara")) {
                two.refused(user, Reason.UNANSWERED);
            }

            assertThat(time(() -> two.confirmed("dora"))).isLessThan(QUICKLY);
            assertThat(mute.logonsOf("dora")).isZero();
        }
    }

    /** Anybody can name a domain whose controllers are dead, and must not switch off ours by it. */
    @Test
    void silenceAboutOtherDomainsIsNotHeldAgainstTheController() throws Exception {
        controller.logonAnswer = exchange -> {
            if (exchange.says("ELSEWHERE")) {
                exchange.silence();
            } else {
                exchange.sealed(SambaVectors.bytes("logon-out"));
            }
        };
        List<Future<NtlmLogon>> others = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 6; count++) {
                others.add(threads.submit(() -> fixture.foreignLogon("mallory")));
            }
            while (controller.logonsOf("ELSEWHERE") < 2) {
                Thread.onSpinWait();
            }
            assertThat(time(() -> fixture.confirmed("alice"))).isLessThan(QUICKLY);
        }
        List<Reason> reasons = new ArrayList<>();
        for (Future<NtlmLogon> other : others) {
            reasons.add(((NtlmLogon.Refused) other.get()).reason());
        }
        assertThat(reasons)
                .as("some were asked about, the others had no turn")
                .containsOnly(Reason.UNANSWERED, Reason.UNAVAILABLE);
        fixture.confirmed("alice");
    }

    /** A wrong password would count in the domain only, since nobody would wait for the verdict. */
    @Test
    void whoWaitedForMostOfTheTimeIsNotAskedAbout() throws Exception {
        controller.logonAnswer = FakeController.Exchange::silence;
        try (ValidatorFixture narrow = ValidatorFixture.of(controller, 1);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<NtlmLogon> first = threads.submit(() -> narrow.logon("mallory"));
            while (controller.logonsOf("mallory") < 1) {
                Thread.onSpinWait();
            }
            long later =
                    System.nanoTime() + ValidatorFixture.TIMEOUT.dividedBy(4).toNanos();
            while (System.nanoTime() < later) {
                Thread.onSpinWait();
            }
            assertThat(narrow.refused("alice", Reason.UNAVAILABLE)).contains("no turn in time");
            ValidatorFixture.refused(first.get(), Reason.UNANSWERED);
        }
        assertThat(controller.logonsOf("alice")).isZero();
    }

    @Test
    void lostConnectionDuringALogonIsNotTriedAgain() {
        controller.logonAnswer = exchange -> exchange.peer().reset();

        assertThat(fixture.refused("alice", Reason.UNANSWERED)).contains("connection lost", "not tried again");
        assertThat(controller.logonsOf("alice")).isEqualTo(1);

        controller.logonAnswer = SUCCESS;
        fixture.confirmed("bob");
    }

    @Test
    void faultsAreTriedAgainOnceAndOnlyIfTheCallWasNotExecuted() {
        controller.logonAnswer = exchange -> exchange.write(FakeRpcPeer.fault(exchange.callId(), 0, 5));
        fixture.refused("anna", Reason.UNANSWERED);
        assertThat(controller.logonsOf("anna")).isEqualTo(1);

        controller.logonAnswer = exchange ->
                exchange.write(FakeRpcPeer.fault(exchange.callId(), FakeRpcPeer.DID_NOT_EXECUTE, 0x1c010014));
        assertThat(fixture.refused("berta", Reason.UNANSWERED)).contains("server too busy");
        assertThat(controller.logonsOf("berta")).isEqualTo(2);
    }

    @Test
    void forgottenChannelIsAgreedUponAnew() {
        fixture.confirmed("alice");
        AtomicInteger answers = new AtomicInteger();
        controller.logonAnswer = exchange -> {
            if (answers.incrementAndGet() == 1) {
                exchange.sealed(FakeController.refusal(0xC0000022));
            } else {
                exchange.sealed(SambaVectors.bytes("logon-out"));
            }
        };

        fixture.confirmed("bob");

        assertThat(controller.handshakes()).isEqualTo(2);
    }

    @Test
    void answerOutOfSequenceCostsOneLogonAndANewChannel() {
        fixture.confirmed("alice");
        controller.logonAnswer = exchange -> {
            exchange.channel().skip();
            exchange.sealed(SambaVectors.bytes("logon-out"));
        };
        assertThat(fixture.refused("bob", Reason.UNANSWERED)).contains("wrong seal");
        assertThat(controller.logonsOf("bob")).isEqualTo(1);

        controller.logonAnswer = SUCCESS;
        fixture.confirmed("clara");
        assertThat(controller.handshakes()).isEqualTo(2);
    }

    /** Whoever sits on the wire could answer in place of the controller. */
    @Test
    void plainAnswerOnASealedConnectionIsRefused() {
        controller.logonAnswer = exchange -> exchange.plain(SambaVectors.bytes("logon-out"));

        assertThat(fixture.refused("alice", Reason.UNANSWERED)).contains("response that is not sealed");
    }

    // -------------------------------------------------------- reconnecting

    @Test
    void idleConnectionThatTheControllerClosedIsReplacedUnseen() {
        fixture.confirmed("alice");
        controller.dropConnections();

        fixture.confirmed("bob");

        assertThat(controller.logonsOf("bob")).isEqualTo(1);
        assertThat(controller.handshakes()).isEqualTo(1);
    }

    @Test
    void restartedControllerIsFoundUnseen() {
        fixture.confirmed("alice");
        controller.restart();

        fixture.confirmed("bob");

        assertThat(controller.logonsOf("bob")).isEqualTo(1);
        assertThat(controller.handshakes()).isEqualTo(2);
    }

    @Test
    void logonWaitsForAControllerThatIsAboutToComeBack() throws Exception {
        InetSocketAddress address = another(controller.address().getPort());
        try (ValidatorFixture later =
                ValidatorFixture.of(List.of(address.getAddress().getHostAddress()), address.getPort())) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<NtlmLogon> logon = threads.submit(() -> later.logon("alice"));
                String failures = "gatehouse_netlogon_failures_total{controller="
                        + address.getAddress().getHostAddress() + "}";
                while (later.metrics.value(failures) < 2) {
                    Thread.onSpinWait();
                }
                try (FakeController _ = new FakeController(address)) {
                    assertThat(logon.get()).isInstanceOf(NtlmLogon.Confirmed.class);
                }
            }
        }
    }

    @Test
    void oneConnectionServesOneLogonAfterTheOther() throws Exception {
        try (ValidatorFixture narrow = ValidatorFixture.of(controller, 1)) {
            List<Future<NtlmLogon>> logons = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int count = 0; count < 40; count++) {
                    logons.add(threads.submit(() -> narrow.logon("alice")));
                }
            }
            for (Future<NtlmLogon> logon : logons) {
                assertThat(logon.get()).isInstanceOf(NtlmLogon.Confirmed.class);
            }
        }
        assertThat(controller.handshakes()).isEqualTo(1);
        // The handshake, the logons, the names.
        assertThat(controller.connections()).isEqualTo(3);
    }
}
