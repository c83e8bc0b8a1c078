package io.gatehouse.provider.local.pam;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.local.pam.PamAnswer.Refused;
import io.gatehouse.provider.local.pam.PamAnswer.Verified;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PamVerifierTest {
    private static final String SERVICE = "test";

    private final PamServices services = new PamServices();
    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicLong time = new AtomicLong();

    @AfterEach
    void removeServices() {
        services.close();
        assertThat(PamUpcalls.count()).isZero();
    }

    private PamAnswer verify(String name, String password) throws Exception {
        return verify(name, password, false);
    }

    private PamAnswer verify(String name, String password, boolean requireSystemAccount) throws Exception {
        PamConfig config = new PamConfig(
                SERVICE, Optional.of(services.directory()), Duration.ofSeconds(30), 2, 1000, requireSystemAccount);
        try (PamVerifier verifier = new PamVerifier(
                config,
                PamStart.check(config),
                Metrics.NONE,
                pauses::add,
                time::getAndIncrement,
                InstantSource.system())) {
            return verifier.verify(
                    name, password.getBytes(StandardCharsets.UTF_8), InetAddress.ofLiteral("2001:db8::7"));
        }
    }

    private static Refused refused(Reason reason, String detail) {
        return new Refused(reason, detail);
    }

    @Test
    void theRightPasswordIsAcceptedAndNoOther() throws Exception {
        services.withMatrix(SERVICE, "verbose", "alice:Canary-7 Zürich:test", "bob:secret:sshd");

        assertThat(verify("alice", "Canary-7 Zürich")).isEqualTo(new Verified("alice", Set.of()));
        assertThat(verify("ALICE", "Canary-7 Zürich")).isEqualTo(new Verified("alice", Set.of()));
        assertThat(verify("alice", "Canary-8 Zürich"))
                .isEqualTo(refused(Reason.BAD_CREDENTIALS, "PAM: wrong name or password (PAM_AUTH_ERR)"));
        assertThat(verify("alice", "Canary-7 Zürich ")).isInstanceOf(Refused.class);
        assertThat(verify("carol", "Canary-7 Zürich"))
                .isEqualTo(refused(Reason.BAD_CREDENTIALS, "PAM: wrong name or password (PAM_AUTH_ERR)"));
        assertThat(verify("bob", "secret"))
                .isEqualTo(refused(Reason.LOCKED, "PAM, account: access denied (PAM_PERM_DENIED)"));
    }

    @Test
    void whoPamAcceptsMustBeKnownToTheSystemUnlessTheConfigurationSaysOtherwise() throws Exception {
        services.withMatrix(SERVICE, "", "gatehouse-nobody:secret:test");

        assertThat(verify("gatehouse-nobody", "secret", true))
                .isEqualTo(refused(Reason.NOT_KNOWN, "the system knows no such account"));
        assertThat(verify("gatehouse-nobody", "wrong", true))
                .isEqualTo(refused(Reason.NOT_KNOWN, "the system knows no such account"));
        assertThat(verify("gatehouse-nobody", "secret", false)).isInstanceOf(Verified.class);
    }

    @Test
    void accountsOfTheSystemItselfAreRefusedBeforePamIsAsked() throws Exception {
        Path asked = services.folder().fresh("asked");
        services.withScript(SERVICE, "touch " + asked);

        for (String name : List.of("root", "ROOT", "daemon")) {
            assertThat(verify(name, "secret")).isInstanceOfSatisfying(Refused.class, answer -> {
                assertThat(answer.reason()).isEqualTo(Reason.LOCKED);
                assertThat(answer.detail()).startsWith("an account of the system itself: uid ");
            });
        }
        assertThat(asked).doesNotExist();
    }

    /** Or a stranger could list the accounts of the system by the time of the answers. */
    @Test
    void accountsOfTheSystemItselfWaitAsLongAsPamMadeTheLastRefusedAccountWait() throws Exception {
        services.withMatrix(SERVICE, "", "alice:secret:test");
        PamConfig config =
                new PamConfig(SERVICE, Optional.of(services.directory()), Duration.ofSeconds(30), 2, 1000, false);
        time.set(0);
        try (PamVerifier verifier = new PamVerifier(
                config,
                PamStart.check(config),
                Metrics.NONE,
                pauses::add,
                () -> time.getAndAdd(Duration.ofMillis(700).toNanos()),
                InstantSource.system())) {
            InetAddress client = InetAddress.ofLiteral("192.0.2.7");
            byte[] wrong = "wrong".getBytes(StandardCharsets.UTF_8);
            verifier.verify("root", wrong.clone(), client);
            assertThat(pauses).containsExactly(Duration.ofSeconds(2));

            verifier.verify("alice", wrong.clone(), client);
            pauses.clear();
            verifier.verify("root", wrong.clone(), client);
            assertThat(pauses).containsExactly(Duration.ofMillis(700));
        }
    }

    @Test
    void aNameThatModulesMapToTheSystemsOwnAccountIsRefused() throws Exception {
        services.withModule(SERVICE, "ask=1 expect=secret map=root");

        assertThat(verify("alice", "secret"))
                .isEqualTo(refused(Reason.LOCKED, "an account of the system itself: uid 0 (expected at least 1000)"));
    }

    @Test
    void theNameThatModulesLeaveIsTheCanonicalOne() throws Exception {
        services.withModule(SERVICE, "ask=1 expect=secret map=Alice.Liddell");

        assertThat(verify("alice", "secret")).isEqualTo(new Verified("Alice.Liddell", Set.of()));
    }

    @Test
    void modulesLearnWhereTheClientIs() throws Exception {
        Path seen = services.folder().fresh("seen");
        services.withScript(SERVICE, "echo \"$PAM_USER $PAM_RHOST $PAM_TTY $PAM_SERVICE\" > " + seen);

        assertThat(verify("alice", "secret")).isInstanceOf(Verified.class);
        assertThat(Files.readString(seen)).isEqualTo("alice 2001:db8:0:0:0:0:0:7 gatehouse test\n");
    }

    @Test
    void promptsWithEchoGetTheNameAndRemarksGetNothing() throws Exception {
        services.withModule(
                SERVICE, "ask=1 expect=secret ask=2 expect=alice ask=3 nothing ask=4 nothing twice=1 expect=secret");

        assertThat(verify("alice", "secret")).isInstanceOf(Verified.class);
        assertThat(verify("alice", "other"))
                .isEqualTo(refused(Reason.BAD_CREDENTIALS, "PAM: wrong name or password (PAM_AUTH_ERR)"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 7, -1, 2147483647})
    void otherQuestionsAreNotAnswered(int style) throws Exception {
        services.withModule(SERVICE, "ask=" + style);
        assertThat(verify("alice", "secret"))
                .isEqualTo(refused(
                        Reason.UNAVAILABLE, "PAM: the module asked for more than name and password (PAM_CONV_ERR)"));

        services.withModule(SERVICE, "twice=" + style);
        assertThat(verify("alice", "secret")).isInstanceOf(Refused.class);
    }

    @Test
    void aModuleThatHasNoPlaceForAnAnswerGetsNone() throws Exception {
        services.withModule(SERVICE, "tell=3 tell=4");
        assertThat(verify("alice", "secret")).isInstanceOf(Verified.class);

        services.withModule(SERVICE, "tell=1");
        assertThat(verify("alice", "secret"))
                .isEqualTo(refused(
                        Reason.UNAVAILABLE, "PAM: the module asked for more than name and password (PAM_CONV_ERR)"));
    }

    @Test
    void aModuleThatCallsAfterTheEndFindsNobody() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(ValueLayout.ADDRESS);
            for (MemorySegment messages : List.of(MemorySegment.NULL, place)) {
                assertThat(PamUpcalls.converse(1, messages, place, MemorySegment.ofAddress(4711)))
                        .isEqualTo(PamCode.CONV_ERR.number());
            }
            PamUpcalls.delay(PamCode.AUTH_ERR.number(), 1, MemorySegment.ofAddress(4711));
            assertThat(place.get(ValueLayout.ADDRESS, 0)).isEqualTo(MemorySegment.NULL);
        }
    }

    @Test
    void aConversationWithNonsenseIsAnErrorAndNothingElse() {
        long number = PamUpcalls.open(new PamConversation("alice", new byte[] {'x'}));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment itself = MemorySegment.ofAddress(number);
            MemorySegment noMessages = arena.allocate(ValueLayout.ADDRESS, 40);
            MemorySegment place = arena.allocate(ValueLayout.ADDRESS);
            for (int count : new int[] {-1, 0, 1, 33, Integer.MAX_VALUE}) {
                assertThat(PamUpcalls.converse(count, noMessages, place, itself))
                        .as("%d messages", count)
                        .isEqualTo(PamCode.CONV_ERR.number());
            }
            assertThat(PamUpcalls.converse(1, MemorySegment.NULL, place, itself))
                    .isEqualTo(PamCode.CONV_ERR.number());
            assertThat(place.get(ValueLayout.ADDRESS, 0)).isEqualTo(MemorySegment.NULL);
        } finally {
            PamUpcalls.close(number);
        }
    }

    @Test
    void aModuleThatAsksForEverIsAnsweredNoMore() throws Exception {
        services.withModule(SERVICE, "forever");

        assertThat(verify("alice", "secret"))
                .isEqualTo(refused(
                        Reason.BAD_CREDENTIALS,
                        "PAM: the module asked for more than name and password (PAM_CONV_ERR)"));
    }

    @ParameterizedTest
    @CsvSource({
        "ask=1 auth=6, LOCKED",
        "ask=1 auth=7, BAD_CREDENTIALS",
        "ask=1 auth=4, BAD_CREDENTIALS",
        "auth=4, UNAVAILABLE",
        "ask=1 auth=9, UNAVAILABLE",
        "ask=1 auth=10, NOT_KNOWN",
        "ask=1 auth=11, LOCKED",
        "ask=1 auth=12, LOCKED",
        "ask=1 auth=13, LOCKED",
        "ask=1 auth=27, LOCKED",
        "ask=1 acct=7, LOCKED",
        "ask=1 acct=6, LOCKED",
        "ask=1 acct=10, LOCKED",
        "ask=1 acct=12, EXPIRED",
        "ask=1 acct=13, EXPIRED",
        "ask=1 acct=27, EXPIRED",
        "ask=1 acct=9, UNAVAILABLE",
        "ask=1 acct=4, UNAVAILABLE"
    })
    void everyReturnCodeHasItsReason(String arguments, Reason reason) throws Exception {
        services.withModule(SERVICE, arguments);

        assertThat(verify("alice", "secret"))
                .isInstanceOfSatisfying(
                        Refused.class, answer -> assertThat(answer.reason()).isEqualTo(reason));
    }

    @Test
    void aCodeThatOnlyANewerPamKnowsLetsNobodyIn() {
        assertThat(PamVerdict.ofAuthentication(77, true))
                .isEqualTo(refused(Reason.BAD_CREDENTIALS, "PAM: unknown return code 77"));
        assertThat(PamVerdict.ofAuthentication(77, false).reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(PamVerdict.ofAccount(-1).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void everyKnownCodeIsDescribedAndAnUnknownOneIsNamed() {
        for (PamCode code : PamCode.values()) {
            assertThat(PamCode.describe(code.number())).endsWith("(PAM_" + code.name() + ")");
        }
        assertThat(PamCode.describe(77)).isEqualTo("unknown return code 77");
    }

    @Test
    void aScriptThatSaysNoHasJudgedAGuess() throws Exception {
        services.withScript(SERVICE, "IFS= read -r password; [ \"$password\" = secret ]");

        assertThat(verify("alice", "secret")).isInstanceOf(Verified.class);
        assertThat(verify("alice", "wrong"))
                .isEqualTo(refused(Reason.BAD_CREDENTIALS, "PAM: system error (PAM_SYSTEM_ERR)"));
    }

    @Test
    void denyAndPermitDoAsTheySay() throws Exception {
        services.with(SERVICE, "auth required pam_permit.so", "account required pam_permit.so");
        assertThat(verify("alice", "secret")).isEqualTo(new Verified("alice", Set.of()));

        services.with(SERVICE, "auth required pam_permit.so", "account required pam_deny.so");
        assertThat(verify("alice", "secret"))
                .isEqualTo(refused(Reason.LOCKED, "PAM, account: wrong name or password (PAM_AUTH_ERR)"));

        services.with(SERVICE, "auth required pam_deny.so", "account required pam_permit.so");
        assertThat(verify("alice", "secret"))
                .isEqualTo(refused(Reason.BAD_CREDENTIALS, "PAM: wrong name or password (PAM_AUTH_ERR)"));
    }

    @Test
    void aServiceWithoutRulesOrWithAModuleThatIsMissingLetsNobodyIn() throws Exception {
        services.with(SERVICE, "# nothing");
        assertThat(verify("alice", "secret")).isInstanceOf(Refused.class);

        services.with(SERVICE, "auth required pam_gatehouse_missing.so", "account required pam_permit.so");
        assertThat(verify("alice", "secret"))
                .isInstanceOfSatisfying(
                        Refused.class, answer -> assertThat(answer.reason()).isEqualTo(Reason.UNAVAILABLE));
    }

    @Test
    void theWaitAfterAFailureIsNotPamsButOurs() throws Exception {
        services.with(
                SERVICE,
                "auth optional pam_faildelay.so delay=7000000",
                "auth required pam_deny.so",
                "account required pam_permit.so");

        assertThat(verify("alice", "secret")).isInstanceOf(Refused.class);
        assertThat(pauses)
                .singleElement()
                .satisfies(pause -> assertThat(pause).isBetween(Duration.ofMillis(3500), Duration.ofSeconds(10)));
    }

    @Test
    void noWaitFollowsASuccess() throws Exception {
        services.with(
                SERVICE,
                "auth optional pam_faildelay.so delay=7000000",
                "auth required pam_permit.so",
                "account required pam_permit.so");

        assertThat(verify("alice", "secret")).isInstanceOf(Verified.class);
        assertThat(pauses).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-alice",
                "../alice",
                "alice/..",
                "a/b",
                "alice ",
                " alice",
                ".alice",
                "alice;id",
                "$(id)",
                "a:b",
                "al\nice",
                "al\u0000ice",
                "%u",
                "alice@corp",
                "CORP\\alice",
                "~alice",
                "\"alice\"",
                "a*"
            })
    void namesThatNoSystemHasNeverReachAModule(String name) throws Exception {
        services.with(SERVICE, "auth required pam_permit.so", "account required pam_permit.so");

        assertThat(verify(name, "secret"))
                .isEqualTo(refused(Reason.NOT_KNOWN, "not a name that the system could know"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "a", "_x", "müller", "first.last", "web-1", "domain users", "host$", "7of9"})
    void namesThatSystemsHaveReachTheModules(String name) throws Exception {
        services.with(SERVICE, "auth required pam_permit.so", "account required pam_permit.so");

        assertThat(verify(name, "secret")).isEqualTo(new Verified(name, Set.of()));
    }

    @Test
    void passwordsThatModulesWouldCutNeverReachThem() throws Exception {
        services.with(SERVICE, "auth required pam_permit.so", "account required pam_permit.so");

        assertThat(verify("alice", ""))
                .isEqualTo(refused(Reason.BAD_CREDENTIALS, "password of 0 bytes (expected 1 to 511)"));
        assertThat(verify("alice", "x".repeat(512)))
                .isEqualTo(refused(Reason.BAD_CREDENTIALS, "password of 512 bytes (expected 1 to 511)"));
        assertThat(verify("alice", "x\u0000y")).isEqualTo(refused(Reason.BAD_CREDENTIALS, "password with a zero byte"));
        assertThat(verify("alice", "x".repeat(511))).isInstanceOf(Verified.class);
    }

    @Test
    void thePasswordIsOverwrittenAtTheEnd() throws Exception {
        services.withMatrix(SERVICE, "", "alice:secret:test");
        byte[] password = "secret".getBytes(StandardCharsets.UTF_8);
        PamConfig config =
                new PamConfig(SERVICE, Optional.of(services.directory()), Duration.ofSeconds(30), 2, 1000, false);
        try (PamVerifier verifier = PamVerifier.open(config, Metrics.NONE, InstantSource.system())) {
            assertThat(verifier.verify("alice", password, InetAddress.getLoopbackAddress()))
                    .isInstanceOf(Verified.class);
        }
        assertThat(password).containsOnly(0);
    }
}
