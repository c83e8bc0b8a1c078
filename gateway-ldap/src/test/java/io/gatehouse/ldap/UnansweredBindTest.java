package io.gatehouse.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSimpleBindRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.testkit.directory.OpenLdap;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that finds users and then says nothing about their passwords, which no real one does on demand. */
@Timeout(60)
class UnansweredBindTest {
    private static final String ALICE = "uid=alice," + OpenLdap.BASE_DN;

    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean cutsOff;
    private InMemoryDirectoryServer server;

    @BeforeEach
    void start() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(OpenLdap.BASE_DN);
        config.setSchema(null);
        config.addAdditionalBindCredentials(OpenLdap.SEARCHER_DN, OpenLdap.SEARCHER_PASSWORD);
        config.addInMemoryOperationInterceptor(new Silence());
        server = new InMemoryDirectoryServer(config);
        server.add("dn: " + OpenLdap.BASE_DN, "objectClass: domain", "dc: example");
        server.add("dn: " + ALICE, "objectClass: person", "uid: alice", "cn: Alice", "sn: A", "userPassword: right");
        server.startListening();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.shutDown(true);
    }

    private final class Silence extends InMemoryOperationInterceptor {
        @Override
        public void processSimpleBindRequest(InMemoryInterceptedSimpleBindRequest request) {
            if (!request.getRequest().getBindDN().equals(ALICE)) {
                return;
            }
            if (cutsOff) {
                server.closeAllConnections(false);
            } else {
                await();
            }
        }

        private void await() {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private LdapDirectory directory() throws Exception {
        LdapConfig config = new LdapConfig(
                List.of("ldap://localhost:" + server.getListenPort()),
                false,
                true,
                Optional.empty(),
                Optional.of(OpenLdap.SEARCHER_DN),
                Optional.of(Secret.ofText(OpenLdap.SEARCHER_PASSWORD)),
                OpenLdap.BASE_DN,
                LdapConfig.Schema.GROUP_OF_NAMES,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Duration.ofSeconds(2),
                4);
        return LdapDirectory.open(config, Tables.EXAMPLE, Clock.systemUTC());
    }

    @Test
    void silenceAboutAPasswordIsNotTakenForNotAsked() throws Exception {
        try (LdapDirectory directory = directory()) {
            Logins.refused(directory, "alice", "wrong", Reason.UNANSWERED, "LDAP ldap://localhost:");
        }
    }

    @Test
    void neitherIsAConnectionThatIsCut() throws Exception {
        cutsOff = true;
        try (LdapDirectory directory = directory()) {
            Logins.refused(directory, "alice", "wrong", Reason.UNANSWERED, "LDAP ldap://localhost:");
        }
    }
}
