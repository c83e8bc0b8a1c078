package io.gatehouse.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The realm itself, asked by MIT's own tools. */
@Timeout(60)
class MitKdcTest {
    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private MitKdc kdc;

    @BeforeAll
    static void tools() {
        MitKdc.assume();
        Preload.assumeFakeTime();
    }

    @BeforeEach
    void start() {
        kdc = MitKdc.start(folder);
    }

    @AfterEach
    void stop() {
        kdc.close();
    }

    @Test
    void everyServiceHasTheKeysItsNameSays() {
        KerberosCache alice = kdc.client().kinit(MitKdc.ALICE);
        for (String service :
                new String[] {MitKdc.AES, MitKdc.LOCALHOST, MitKdc.AES_SHA2, MitKdc.AES_SHA2_SESSION, MitKdc.RC4}) {
            assertThat(alice.kvno(service)).isOne();
        }
        assertThat(alice.kvno(MitKdc.REKEYED)).isEqualTo(3);
        assertThat(kdc.asRequests()).isEqualTo(2);
        assertThat(kdc.tgsRequests()).isEqualTo(6);

        assertThat(encryptionTypes(alice, MitKdc.AES)).endsWith("aes256-cts-hmac-sha1-96");
        assertThat(encryptionTypes(alice, MitKdc.AES_SHA2)).endsWith("aes256-cts-hmac-sha384-192");
        assertThat(encryptionTypes(alice, MitKdc.AES_SHA2_SESSION))
                .isEqualTo("aes256-cts-hmac-sha384-192, aes256-cts-hmac-sha384-192");
        assertThat(encryptionTypes(alice, MitKdc.RC4)).endsWith("arcfour-hmac");
        assertThat(keytab().lines()
                        .filter(line -> line.contains(MitKdc.REKEYED + "@"))
                        .map(line -> line.strip().charAt(0)))
                .containsExactlyInAnyOrder('1', '1', '2', '2', '3', '3');
    }

    @Test
    void wrongPasswordAndUnknownUserAreRefused() {
        assertThat(kdc.client().tryKinit("alice", "wrong").output()).contains("Password incorrect");
        assertThat(kdc.client().tryKinit("nobody", "any").output()).contains("not found in Kerberos database");
        kdc.client().kinit(MitKdc.UMLAUT);
        assertThatThrownBy(() -> kdc.kadmin("delprinc -force nobody")).hasMessageContaining("does not exist");
    }

    @Test
    void ticketIsRefusedWhenTheClocksDiffer() {
        KerberosCache alice = kdc.client().kinit(MitKdc.ALICE);
        KerberosCache late = alice.withClockAhead(Duration.ofMinutes(6));
        assertThatThrownBy(() -> late.kvno(MitKdc.AES)).hasMessageContaining("Clock skew too great");
    }

    @Test
    void twoRealmsRunAtOnceAndOneHangsEndsAndComesBack() {
        try (MitKdc other = MitKdc.start(folder)) {
            assertThat(other.address()).isNotEqualTo(kdc.address());
            other.pause();
            Command slow = Command.of("kinit", "-c", folder.fresh("cc").toString(), "alice")
                    .withInput(MitKdc.ALICE.password() + "\n")
                    .withEnvironment(other.client().environment())
                    .within(Duration.ofSeconds(2));
            assertThatThrownBy(() -> slow.run(folder)).hasMessageContaining("not done after 2 s");
            other.resume();
            other.client().kinit(MitKdc.ALICE);
            other.stop();
            assertThat(other.client().tryKinit("alice", MitKdc.ALICE.password()).output())
                    .contains("Cannot contact any KDC");
            other.restart();
            other.client().kinit(MitKdc.ALICE);
            kdc.client().kinit(MitKdc.ALICE);
        }
    }

    /** Of the session key and of the ticket. */
    private static String encryptionTypes(KerberosCache cache, String service) {
        String klist = cache.klist().replace("DEPRECATED:", "");
        String after = klist.substring(klist.indexOf(service + "@"));
        String types = "Etype (skey, tkt): ";
        return after.substring(after.indexOf(types) + types.length())
                .lines()
                .findFirst()
                .orElseThrow()
                .strip();
    }

    private String keytab() {
        return Command.of("klist", "-k", kdc.keytab().toString()).runOrThrow(folder);
    }
}
