package io.gatehouse.provider.ntlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Token;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.testkit.provider.Attempt;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.SignInServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import jcifs.CIFSException;
import jcifs.config.PropertyConfiguration;
import jcifs.context.BaseContext;
import jcifs.smb.NtlmContext;
import jcifs.smb.NtlmPasswordAuthenticator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that other people wrote. */
class NtlmClientsTest {
    private static final int TIME_LIMIT_SECONDS = 30;

    private static Identity alice(Proof... proofs) {
        return Identity.local("ntlm", "ntlm", "alice", Set.of("staff"), Set.of(proofs));
    }

    private static void assumeCurl() {
        boolean present = Files.isExecutable(Path.of("/usr/bin/curl"));
        if ("true".equals(System.getenv("CI"))) {
            assertThat(present).as("/usr/bin/curl").isTrue();
        }
        assumeThat(present).as("/usr/bin/curl").isTrue();
    }

    /** The status of the last answer. */
    private static String curl(String address, String credentials) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "/usr/bin/curl",
                        "--silent",
                        "--noproxy",
                        "*",
                        "--ntlm",
                        "--user",
                        credentials,
                        "--request",
                        "RDG_OUT_DATA",
                        "--output",
                        "/dev/null",
                        "--write-out",
                        "%{http_code}",
                        address)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({"alice", "ALICE", "GWSRV\\alice", "gw.test\\alice", "alice@gw.test"})
    void curlSignsInWithoutIntegrityCode(String user) throws Exception {
        assumeCurl();
        try (SignInServer server = new SignInServer(Fixtures.mechanism())) {
            assertThat(curl(server.address(), user + ":" + Fixtures.PASSWORD)).isEqualTo("200");
            assertThat(server.outcomes()).containsExactly(Outcome.Accepted.of(alice()));
        }
    }

    @ParameterizedTest
    @CsvSource({"ANYTHING\\alice", "alice@anything"})
    void curlWithTheDomainOfSomebodyElseIsRefused(String user) throws Exception {
        assumeCurl();
        try (SignInServer server = new SignInServer(Fixtures.mechanism())) {
            assertThat(curl(server.address(), user + ":" + Fixtures.PASSWORD)).isEqualTo("401");
            assertThat(server.outcomes())
                    .containsExactly(new Outcome.Rejected(
                            Reason.NOT_KNOWN, "no such account: the domain is none of the gateway's own names"));
        }
    }

    @Test
    void curlWithAWrongPasswordIsRefused() throws Exception {
        assumeCurl();
        try (SignInServer server = new SignInServer(Fixtures.mechanism())) {
            assertThat(curl(server.address(), "alice:wrong")).isEqualTo("401");
            assertThat(server.outcomes())
                    .containsExactly(new Outcome.Rejected(Reason.BAD_CREDENTIALS, "wrong password"));
        }
    }

    @Test
    void curlIsRefusedWhereTheIntegrityCodeIsRequired() throws Exception {
        assumeCurl();
        NtlmMechanism mechanism = Fixtures.mechanism(ChannelBindingPolicy.WHEN_OFFERED, MicPolicy.REQUIRED);
        try (SignInServer server = new SignInServer(mechanism)) {
            assertThat(curl(server.address(), "alice:" + Fixtures.PASSWORD)).isEqualTo("401");
            assertThat(server.outcomes())
                    .containsExactly(
                            new Outcome.Rejected(Reason.REFUSED, "no message integrity code (policy: required)"));
        }
    }

    @ParameterizedTest
    @CsvSource({"GWDOM, HTTP_AUTHORIZATION", "'', TUNNEL_EXTENDED_AUTH"})
    void theClientOfJcifsSignsInWithIntegrityCode(String domain, Venue venue) throws Exception {
        NtlmContext client = new NtlmContext(
                new BaseContext(new PropertyConfiguration(new Properties())),
                new NtlmPasswordAuthenticator(domain, "alice", Fixtures.PASSWORD),
                true);
        client.setTargetName("HTTP/gw.test");
        Attempt attempt =
                Attempt.play(Fixtures.mechanism().open(Fixtures.peer(Fixtures.BINDING), venue), new ClientDialogue() {
                    @Override
                    public Token first() {
                        return step(new byte[0]);
                    }

                    @Override
                    public Token answer(Token challenge) {
                        return step(challenge.bytes());
                    }

                    private Token step(byte[] input) {
                        try {
                            return Token.of(client.initSecContext(input, 0, input.length));
                        } catch (CIFSException e) {
                            throw new AssertionError(e);
                        }
                    }
                });

        assertThat(attempt.outcome()).isEqualTo(Outcome.Accepted.of(alice(Proof.MESSAGE_INTEGRITY)));
    }
}
