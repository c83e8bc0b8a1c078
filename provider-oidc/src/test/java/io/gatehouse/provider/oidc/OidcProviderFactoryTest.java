package io.gatehouse.provider.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.ProviderException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the configuration may say. */
class OidcProviderFactoryTest {
    /** Nobody listens there, which must not keep a gateway from starting. */
    private static final String ISSUER = "https://127.0.0.1:9/realms/a";

    private static void create(String table) throws Exception {
        Fixtures.provider(Fixtures.config(table), Clock.systemUTC()).close();
    }

    @Test
    void theFactoryIsFound() {
        assertThat(ServiceLoader.load(AuthProviderFactory.class))
                .anySatisfy(factory -> assertThat(factory.name()).isEqualTo("oidc"));
    }

    @Test
    void everyProviderIsAButtonOfItsOwn() throws Exception {
        String two = Fixtures.table(ISSUER, "label = \"Work\"")
                + Fixtures.table("https://two.example.test").replace("\"idp\"", "\"two\"");
        try (AuthProvider provider = Fixtures.provider(Fixtures.config(two), Clock.systemUTC())) {
            assertThat(provider.mechanisms())
                    .extracting(mechanism -> ((PortalMechanism) mechanism).id())
                    .containsExactly("idp", "two");
            assertThat(provider.mechanisms())
                    .extracting(mechanism -> ((PortalMechanism) mechanism).label())
                    .containsExactly("Work", "two");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            id = "idp"                                | id = "Idp/x"                         | provider "Idp/x": id (expected
            local-users = true                        |                                      | neither domains nor local-users
            https:                                    | http:                                | http is for loopback addresses only
            https://127.0.0.1:9/realms/a              | id.example.test                      | expected https
            https://127.0.0.1:9/realms/a              | https://u:p@id.example.test          | expected https
            https://127.0.0.1:9/realms/a              | https://id.example.test/?a=b         | has a query
            https://127.0.0.1:9/realms/a              | https://id.example.test/common/v2.0  | every tenant
            client-id = "gatehouse"                   | client-id = ""                       | client-id is empty
            local-users = true                        | local-users = true\\nalgorithms = ["HS256"] | algorithms: "HS256" (expected RS256
            local-users = true                        | local-users = true\\nalgorithms = ["none"]  | algorithms: "none"
            local-users = true                        | local-users = true\\nalgorithms = ["EdDSA"] | algorithms: "EdDSA"
            local-users = true                        | local-users = true\\nalgorithms = []        | no algorithms
            local-users = true                        | local-users = true\\nscopes = ["email"]     | scopes without "openid"
            local-users = true                        | local-users = true\\nuser-claim = " "       | user-claim is empty
            local-users = true                        | local-users = true\\ntimeout = "31s"        | timeout
            local-users = true                        | local-users = true\\nclock-skew = "6m"      | clock-skew
            local-users = true                        | local-users = true\\nlabel = ""             | label
            local-users = true                        | local-users = true\\nca = "no-such-file"    | provider "idp": ca /nowhere/no-such-file: there is no such file
            local-users = true                        | local-users = true\\nclient-key = "none"    | client-key /nowhere/none cannot be read
            local-users = true                        | local-users = true\\nbearer = { audience = [] }            | bearer.audience is empty
            local-users = true                        | local-users = true\\nbearer = { audience = ["gatehouse"] } | an ID token could pass
            """)
    void whatCannotWorkIsTold(String right, @org.jspecify.annotations.Nullable String wrong, String problem) {
        String replacement = wrong == null ? "" : wrong.replace("\\n", "\n");
        String table = Fixtures.table(ISSUER).replace(right, replacement);
        if (right.equals("https:")) {
            table = Fixtures.table("http://id.example.test");
        }
        String made = table;
        assertThatThrownBy(() -> create(made))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void twoProvidersCannotHaveOneName() {
        assertThatThrownBy(() -> create(Fixtures.table(ISSUER) + Fixtures.table("https://two.example.test")))
                .hasMessage("provider \"idp\": the id of another provider too");
    }

    @Test
    void aSecretAndAKeyAreOneTooMany(@TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(
                Files.writeString(directory.resolve("secret"), "s"), PosixFilePermissions.fromString("rw-------"));
        String table = Fixtures.table(ISSUER, "client-secret = { file = \"secret\" }", "client-key = \"secret\"");
        assertThatThrownBy(() -> Fixtures.provider(Fixtures.config(table, directory), Clock.systemUTC()))
                .hasMessageContaining("client-secret and client-key (expected one of them)");
    }

    @Test
    void filesWithoutKeysAndCertificatesAreTold(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("empty"), "");
        Files.writeString(directory.resolve("junk"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        for (String line : new String[] {"ca = \"empty\"", "client-key = \"empty\"", "client-key = \"junk\""}) {
            assertThatThrownBy(() -> Fixtures.provider(
                            Fixtures.config(Fixtures.table(ISSUER, line), directory), Clock.systemUTC()))
                    .isInstanceOf(ProviderException.class);
        }
    }
}
