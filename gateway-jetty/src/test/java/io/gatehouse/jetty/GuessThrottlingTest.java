package io.gatehouse.jetty;

import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guessing passwords is stopped without asking the back end, and without locking the owner out. */
@Timeout(60)
class GuessThrottlingTest {
    private static final int SEC_E_LOGON_DENIED = 0x8009030C;
    private static final String LIMITS = TestGateway.RULE + """
            [limits]
            guesses-per-account = 8
            guesses-per-source = 5
            """;

    /** One sign-in on a connection of its own; the answer to its last request. */
    private static RawHttp.Head signIn(TestGateway gateway, String source, String scheme, String user, String password)
            throws IOException {
        try (RawHttp http = RawHttp.plain(gateway)) {
            String id = "RDG-Connection-Id: " + UUID.randomUUID() + "\r\nX-Forwarded-For: " + source;
            if ("Basic".equals(scheme)) {
                byte[] token = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
                http.send(outHead(id, RawHttp.authorization("Basic", token)));
                return http.readHead();
            }
            http.send(outHead(id, http.typeOne(scheme, user, password)));
            RawHttp.Head challenge = http.readHead();
            assertThat(challenge.status()).isEqualTo(401);
            http.send(outHead(id, http.typeThree(scheme, challenge)));
            return http.readHead();
        }
    }

    private static long refusals(TestGateway gateway, String reason) throws IOException {
        return gateway.audit().stream()
                .filter(line -> line.contains("\"rdgw.auth.failure\":\"" + reason + "\""))
                .count();
    }

    private static void awaitRefusals(TestGateway gateway, String reason, long count) throws Exception {
        Await.until(count + " times " + reason, () -> refusals(gateway, reason) >= count);
        assertThat(refusals(gateway, reason)).as(reason).isEqualTo(count);
    }

    /** The client's address is that which the proxy vouches for. */
    @ParameterizedTest
    @ValueSource(strings = {"Basic", "NTLM", "Negotiate"})
    void oneSourceHasFewGuesses(String scheme) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(LIMITS)) {
            for (int i = 0; i < 12; i++) {
                assertThat(signIn(gateway, "127.0.0.1", scheme, "alice", "wrong" + i)
                                .status())
                        .isEqualTo(401);
            }
            awaitRefusals(gateway, "bad-credentials", 3);
            awaitRefusals(gateway, "throttled", 9);

            assertThat(signIn(gateway, "127.0.0.1", scheme, "alice", TestGateway.PASSWORD)
                            .status())
                    .as("the right password after too many wrong ones")
                    .isEqualTo(401);
            assertThat(signIn(gateway, "127.0.0.2", scheme, "alice", TestGateway.PASSWORD)
                            .status())
                    .as("the right password from elsewhere")
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "NTLM"})
    void manyNamesFromOneSourceCountToo(String scheme) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(LIMITS)) {
            for (int i = 0; i < 9; i++) {
                assertThat(signIn(gateway, "127.0.0.1", scheme, "user" + i, "Winter2026")
                                .status())
                        .isEqualTo(401);
            }
            awaitRefusals(gateway, "throttled", 4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "NTLM"})
    void manySourcesTogetherHaveFewGuessesAtOneAccount(String scheme) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(LIMITS)) {
            assertThat(signIn(gateway, "127.0.0.9", scheme, "alice", TestGateway.PASSWORD)
                            .status())
                    .isEqualTo(200);
            for (int i = 10; i < 25; i++) {
                assertThat(signIn(gateway, "127.0.0." + i, scheme, "alice", "wrong")
                                .status())
                        .isEqualTo(401);
            }
            awaitRefusals(gateway, "bad-credentials", 4);
            awaitRefusals(gateway, "throttled", 11);

            assertThat(signIn(gateway, "127.0.0.30", scheme, "bob", TestGateway.PASSWORD)
                            .status())
                    .as("another account")
                    .isEqualTo(200);
            assertThat(signIn(gateway, "127.0.0.9", scheme, "alice", TestGateway.PASSWORD)
                            .status())
                    .as("the owner from a source that signed in before")
                    .isEqualTo(200);
        }
    }

    /** A shared account, or clients that open several connections at once: the last guess is waited for. */
    @ParameterizedTest
    @ValueSource(strings = {"Basic", "NTLM"})
    void moreSignInsAtOnceThanGuessesAreAllLetIn(String scheme) throws Exception {
        String one = LIMITS.replace("guesses-per-account = 8", "guesses-per-account = 1");
        List<Future<Integer>> answers = new ArrayList<>();
        try (TestGateway gateway = TestGateway.behindProxy(one);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                String source = "127.0.0." + i % 3;
                answers.add(threads.submit(() -> signIn(gateway, source, scheme, "alice", TestGateway.PASSWORD)
                        .status()));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
    }

    private static int tunnelSignIn(TestGateway gateway, Transport transport, String user, String password)
            throws IOException {
        try (GatewayClient client = new GatewayClient(gateway.options(transport)
                .credentials(Credentials.tunnelNtlm(user, password))
                .build())) {
            client.connect();
            client.handshake();
            return client.extendedAuth().errorCode();
        }
    }

    @Test
    void guessesInsideTheTunnelCountWithThoseOutside() throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(LIMITS)) {
            for (int i = 0; i < 2; i++) {
                assertThat(tunnelSignIn(gateway, Transport.WEBSOCKET, "alice", "wrong" + i))
                        .isEqualTo(SEC_E_LOGON_DENIED);
            }
            assertThat(signIn(gateway, "127.0.0.1", "Basic", "alice", "wrong").status())
                    .isEqualTo(401);
            assertThat(refusals(gateway, "throttled")).isZero();
            assertThat(tunnelSignIn(gateway, Transport.WEBSOCKET, "alice", TestGateway.PASSWORD))
                    .as("the right password after too many wrong ones")
                    .isEqualTo(SEC_E_LOGON_DENIED);
            assertThat(tunnelSignIn(gateway, Transport.DUAL_CHANNEL, "nobody", "wrong"))
                    .isEqualTo(SEC_E_LOGON_DENIED);
            awaitRefusals(gateway, "not-known", 1);
            awaitRefusals(gateway, "bad-credentials", 3);
            assertThat(tunnelSignIn(gateway, Transport.DUAL_CHANNEL, "somebody", "wrong"))
                    .as("the source's sixth")
                    .isEqualTo(SEC_E_LOGON_DENIED);
            awaitRefusals(gateway, "throttled", 2);

            assertThat(signIn(gateway, "127.0.0.2", "NTLM", "alice", TestGateway.PASSWORD)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aThrottledOpenInsideTheTunnelIsRefused() throws Exception {
        try (TestGateway gateway =
                        TestGateway.behindProxy(LIMITS.replace("guesses-per-source = 5", "guesses-per-source = 1"));
                GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                        .credentials(Credentials.tunnelNtlm("alice", TestGateway.PASSWORD))
                        .build())) {
            tunnelSignIn(gateway, Transport.WEBSOCKET, "alice", "wrong");
            assertThatThrownBy(() -> client.open("pc", List.of("127.0.0.1"), 3389))
                    .isInstanceOf(TunnelException.class);
        }
    }

    /** Nobody can tell from outside whether there is an account, or whether its password was looked at. */
    @ParameterizedTest
    @ValueSource(strings = {"Basic", "NTLM", "Negotiate"})
    void everyDenialLooksTheSame(String scheme) throws Exception {
        try (TestGateway gateway = TestGateway.behindProxy(LIMITS)) {
            List<String> wrongPassword =
                    signIn(gateway, "127.0.0.1", scheme, "alice", "wrong").lines();
            List<String> unknownUser =
                    signIn(gateway, "127.0.0.1", scheme, "nobody", "wrong").lines();
            for (int i = 0; i < 5; i++) {
                signIn(gateway, "127.0.0.1", scheme, "alice", "wrong");
            }
            List<String> throttled =
                    signIn(gateway, "127.0.0.1", scheme, "alice", "wrong").lines();
            awaitRefusals(gateway, "throttled", 4);
            assertThat(unknownUser).isEqualTo(wrongPassword);
            assertThat(throttled).isEqualTo(wrongPassword);
        }
    }
}
