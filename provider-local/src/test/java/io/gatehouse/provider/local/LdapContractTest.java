package io.gatehouse.provider.local;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.ldap.LdapConfig;
import io.gatehouse.testkit.directory.OpenLdap;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.ProviderContractTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/** Basic, checked by a real directory. */
class LdapContractTest extends ProviderContractTest {
    private static final TestFolder FOLDER = new TestFolder();
    private static @Nullable OpenLdap server;

    /** Before the provider is opened, which is before every method here that JUnit calls. */
    private static OpenLdap start() {
        OpenLdap.assume();
        OpenLdap server = OpenLdap.start(FOLDER);
        server.modify("""
                dn: %1$s
                changetype: modify
                replace: userPassword
                userPassword: %2$s

                dn: %1$s
                changetype: modify
                delete: pwdReset

                dn: uid=carol,%3$s
                changetype: add
                objectClass: inetOrgPerson
                uid: carol
                cn: carol
                sn: carol
                userPassword: %2$s
                pwdAccountLockedTime: 000001010000Z
                """.formatted(OpenLdap.dn(OpenLdap.ALICE), PASSWORD, OpenLdap.PEOPLE_DN));
        return server;
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        FOLDER.close();
    }

    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        OpenLdap started = server == null ? start() : server;
        server = started;
        LdapConfig ldap = new LdapConfig(
                List.of(started.ldapsUrl()),
                false,
                false,
                Optional.of(started.caCertificate()),
                Optional.of(OpenLdap.SEARCHER_DN),
                Optional.of(Secret.ofText(OpenLdap.SEARCHER_PASSWORD)),
                OpenLdap.BASE_DN,
                LdapConfig.Schema.GROUP_OF_NAMES,
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Duration.ofSeconds(10),
                8);
        return Configurations.provider(
                new LocalConfig(List.of(RealmKind.LDAP), Path.of("none"), Optional.empty(), Optional.of(ldap)));
    }

    @Override
    protected Set<String> groups() {
        return Set.of("rdp-users", "staff");
    }

    @Override
    protected ClientDialogue client(TokenMechanism mechanism, String user, String password) {
        return ClientDialogue.ofOneToken(Token.of((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }
}
