package io.gatehouse.jetty.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.process.TestFolder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MIT's KDC is asked about accounts in every state. */
@Timeout(120)
class KdcAccountsMitTest {
    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private MitKdc kdc;
    private RealKdcAccounts accounts;

    @BeforeAll
    static void tools() {
        MitKdc.assume();
    }

    @BeforeEach
    void start() {
        kdc = MitKdc.start(folder);
        accounts = new RealKdcAccounts(domain(MitKdc.REALM));
    }

    @AfterEach
    void stop() {
        accounts.close();
        kdc.close();
    }

    private Domain domain(String realm) {
        return new Domain(
                "MIT",
                Optional.of(realm),
                List.of(),
                List.of(),
                List.of(InetSocketAddress.createUnresolved(kdc.host(), kdc.port())));
    }

    @Test
    void everyStateOfAnAccountIsTold() {
        assertThat(accounts.isCovered("alice")).isTrue();
        assertThat(accounts.status("alice")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
        assertThat(accounts.status("ümläut")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);

        kdc.kadmin("modprinc -allow_tix bob");
        assertThat(accounts.reasonOf("bob")).contains("the account is disabled");
        kdc.kadmin("modprinc +allow_tix bob", "modprinc -expire 2020-01-01 bob");
        assertThat(accounts.reasonOf("bob")).contains("the account has expired");
        kdc.kadmin("modprinc -expire never bob", "modprinc -pwexpire 2020-01-01 bob");
        assertThat(accounts.status("bob")).as("expired password").isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
        kdc.kadmin("modprinc -pwexpire never -requires_preauth bob");
        assertThat(accounts.status("bob"))
                .as("gets a ticket without a password")
                .isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
        kdc.kadmin("delprinc -force bob");
        assertThat(accounts.reasonOf("bob")).contains("knows no such account any more");
        assertThat(accounts.status("alice")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
    }

    /**
     * Any stranger can lock an account, so that must not end the work of its owner; and the questions themselves lock
     * nothing.
     */
    @Test
    void anAccountThatWasLockedByGuessingIsThere() {
        kdc.kadmin(
                "addpol -maxfailure 2 -failurecountinterval 0 -lockoutduration 0 strict",
                "modprinc -policy strict bob");
        for (int i = 0; i < 5; i++) {
            assertThat(accounts.status("bob")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
        }
        kdc.client().kinit(MitKdc.BOB);
        for (int i = 0; i < 3; i++) {
            kdc.client().tryKinit("bob", "wrong" + i);
        }
        assertThat(kdc.client().tryKinit("bob", MitKdc.BOB.password()).output())
                .as("locked")
                .contains("revoked");
        assertThat(accounts.status("bob")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
    }

    @Test
    void aKdcThatStoppedIsNotKnownAndGoodAgainByItself() {
        assertThat(accounts.isCovered("alice")).isTrue();
        kdc.stop();
        assertThat(accounts.status("alice")).isInstanceOf(AccountStatus.Unavailable.class);
        kdc.restart();
        assertThat(accounts.status("alice")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
    }

    /** A mistake in the configuration: this KDC says of every user of the other realm that there is none. */
    @Test
    void aKdcOfAnotherRealmCoversNobody() {
        try (RealKdcAccounts wrong = new RealKdcAccounts(domain("OTHER.TEST"))) {
            assertThat(wrong.isCovered("alice")).isFalse();
        }
    }
}
