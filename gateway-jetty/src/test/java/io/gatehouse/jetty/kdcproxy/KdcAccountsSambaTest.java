package io.gatehouse.jetty.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A domain controller of Active Directory, Samba, is asked about accounts in every state. */
@Timeout(180)
class KdcAccountsSambaTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    private RealKdcAccounts accounts;

    @BeforeEach
    void start() {
        accounts = new RealKdcAccounts(domain(SambaDomain.REALM));
    }

    @AfterEach
    void stop() {
        accounts.close();
    }

    private static Domain domain(String realm) {
        return new Domain(
                SambaDomain.NETBIOS_NAME,
                Optional.of(realm),
                List.of(),
                List.of(),
                List.of(InetSocketAddress.createUnresolved(
                        SHARED.domain().host(), SHARED.domain().kdcPort())));
    }

    /** An account of the test's own, which it removes. */
    private static void add(String name) {
        SHARED.domain().modify("""
                        dn: CN=%1$s,CN=Users,%2$s
                        changetype: add
                        objectClass: user
                        sAMAccountName: %1$s
                        userAccountControl: 514
                        """.formatted(name, SambaDomain.BASE_DN));
    }

    private static void remove(String name) {
        SHARED.domain().modify("""
                        dn: CN=%s,CN=Users,%s
                        changetype: delete
                        """.formatted(name, SambaDomain.BASE_DN));
    }

    @Test
    void anAccountThatIsRemovedIsGone() {
        assertThat(accounts.isCovered("alice")).isTrue();
        for (String name : List.of("alice", "ALICE", "ümläut", "mustchange", "GW1$")) {
            assertThat(accounts.status(name)).as(name).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
        }
        add("leaver");
        assertThat(accounts.status("leaver")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
        remove("leaver");
        assertThat(accounts.reasonOf("leaver")).contains("knows no such account any more");
        assertThat(accounts.status("alice")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
    }

    /**
     * A fact about Samba: its KDC looks at these after the password only. When this fails, Samba has learnt to tell,
     * and docs/account-checks.md can say so.
     */
    @Test
    void sambaTellsNobodyWithoutThePasswordThatAnAccountIsDisabledOrExpired() {
        for (String name : List.of("disabled", "expired")) {
            assertThat(accounts.status(name)).as(name).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
        }
    }

    /** Any stranger can lock an account. And the questions are no guesses. */
    @Test
    void anAccountThatWasLockedByGuessingIsThere() {
        SambaDomain domain = SHARED.domain();
        domain.setLockoutThreshold(3);
        try {
            for (int i = 0; i < 4; i++) {
                assertThat(accounts.status("lockable")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
            }
            domain.client().kinit(SambaDomain.LOCKABLE);
            for (int i = 0; i < 4; i++) {
                domain.client().tryKinit("lockable", "wrong" + i);
            }
            assertThat(domain.client()
                            .tryKinit("lockable", SambaDomain.LOCKABLE.password())
                            .succeeded())
                    .as("locked")
                    .isFalse();
            assertThat(accounts.status("lockable")).isEqualTo(AccountStatus.Active.WITHOUT_GROUPS);
        } finally {
            domain.setLockoutThreshold(999);
            domain.unlock(SambaDomain.LOCKABLE);
        }
    }

    /** A mistake in the configuration. */
    @Test
    void aControllerOfAnotherRealmCoversNobody() {
        try (RealKdcAccounts wrong = new RealKdcAccounts(domain("OTHER.TEST"))) {
            assertThat(wrong.isCovered("alice")).isFalse();
        }
    }
}
