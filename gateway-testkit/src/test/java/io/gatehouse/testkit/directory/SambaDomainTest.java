package io.gatehouse.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.TestFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The domain itself, asked by the tools of MIT and OpenLDAP. */
@Timeout(120)
class SambaDomainTest {
    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        SambaDomain.assume();
    }

    @Test
    void userGetsATicketForTheServiceAndAWrongPasswordIsCounted() {
        try (SambaDomain domain = SambaDomain.start(folder)) {
            KerberosCache alice = KerberosCache.kinit(domain.client(), "alice", SambaDomain.ALICE.password());
            assertThat(alice.kvno("HTTP/gw.ad.test")).isPositive();
            assertThat(alice.klist()).contains("HTTP/gw.ad.test@AD.TEST", "aes256-cts-hmac-sha1-96");

            assertThat(domain.badPasswordCount(SambaDomain.ALICE)).isZero();
            assertThatThrownBy(() -> KerberosCache.kinit(domain.client(), "alice", "wrong"))
                    .isInstanceOf(ProcessException.class)
                    .hasMessageContaining("Password incorrect");
            assertThat(domain.badPasswordCount(SambaDomain.ALICE)).isOne();
        }
    }

    @Test
    void twoDomainsRunAtOnce() {
        try (SambaDomain one = SambaDomain.start(folder);
                SambaDomain other = SambaDomain.start(folder)) {
            assertThat(one.address()).isNotEqualTo(other.address());
            KerberosCache.kinit(one.client(), "ümläut", SambaDomain.UMLAUT.password());
            KerberosCache.kinit(other.client(), "ümläut", SambaDomain.UMLAUT.password());
        }
    }
}
