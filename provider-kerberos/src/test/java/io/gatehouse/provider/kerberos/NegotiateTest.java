package io.gatehouse.provider.kerberos;

import static io.gatehouse.provider.kerberos.Fixtures.accepted;
import static io.gatehouse.provider.kerberos.Fixtures.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Step;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.testkit.directory.KerberosCache;
import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.SignInServer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Kerberos inside SPNEGO, which the core wraps around it: curl, and MIT's library when it likes NTLM better. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NegotiateTest {
    private final TestFolder folder = new TestFolder();
    private MitKdc kdc;
    private KerberosCache alice;

    @BeforeAll
    void start() {
        MitKdc.assume();
        MitInitiator.assume();
        RequiredTools.assume("curl");
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

    private TokenMechanism kerberos(Path keytab) throws Exception {
        return Fixtures.mechanism(Fixtures.config(keytab), Clock.systemUTC());
    }

    /** {@code Negotiate} around it, as the gateway offers it. */
    private TokenMechanism negotiate(Path keytab) throws Exception {
        return Mechanisms.of(List.of(kerberos(keytab)))
                .forHttp("Negotiate", Fixtures.peer())
                .orElseThrow();
    }

    private String curl(SignInServer server) {
        return Command.of(
                        "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--negotiate", "-u:", server.address())
                .withEnvironment(alice.environment())
                .runOrThrow(folder);
    }

    @Test
    void curlSignsIn() throws Exception {
        try (SignInServer server = new SignInServer(negotiate(kdc.keytab()))) {
            assertThat(curl(server)).isEqualTo("200");
            assertThat(accepted(server.outcomes().remove()).upn()).contains("alice@MIT.TEST");
            assertThat(curl(server)).as("with the same ticket").isEqualTo("200");
        }
    }

    @Test
    void curlWithATicketForAnotherKeyIsNotSignedIn() throws Exception {
        try (SignInServer server = new SignInServer(negotiate(kdc.keytab(MitKdc.AES)))) {
            assertThat(curl(server)).isEqualTo("401");
            assertRejected(
                    server.outcomes().remove(),
                    Reason.NOT_FOR_US,
                    "ticket for HTTP/localhost@MIT.TEST: the keytab has no key for it");
        }
    }

    /** Then the list of mechanisms must be protected, by codes of both sides with the keys that Kerberos agreed on. */
    @Test
    void aClientThatLikesNtlmBetterProtectsItsList() throws Exception {
        RequiredTools.assumeFile(Path.of("/etc/gss/mech.d/mech.ntlmssp.conf"), "gss-ntlmssp");
        Map<String, String> environment = new HashMap<>(alice.environment());
        environment.put(
                "NTLM_USER_FILE", folder.write("ntlm", "MIT:alice:unused\n").toString());
        try (MitInitiator client = MitInitiator.start(folder, environment, "HTTP@localhost", "mutual", "ntlm-first");
                Conversation conversation = negotiate(kdc.keytab()).open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION)) {
            Step.Challenge askForKerberos = (Step.Challenge) conversation.next(client.token());
            Step.Challenge reply = (Step.Challenge) conversation.next(client.answer(askForKerberos.token()));
            Outcome outcome = (Outcome) conversation.next(client.answer(reply.token()));

            assertThat(accepted(outcome).upn()).contains("alice@MIT.TEST");
            assertThat(client.isComplete()).isTrue();
        }
    }
}
