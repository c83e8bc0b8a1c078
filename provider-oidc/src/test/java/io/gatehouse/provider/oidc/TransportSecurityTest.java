package io.gatehouse.provider.oidc;

import static io.gatehouse.provider.oidc.Fixtures.CALLBACK;
import static io.gatehouse.provider.oidc.Fixtures.rejected;
import static io.gatehouse.provider.oidc.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalStep;
import io.gatehouse.testkit.provider.TestClock;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom the gateway believes to be an identity provider, and how it proves itself there. */
@Timeout(60)
class TransportSecurityTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    private static void keytool(Path folder, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        line.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    /** A key with a certificate for {@code name}, which nobody but its own file vouches for. */
    private SSLContext certificate(String alias, String name) throws Exception {
        String store = alias + ".p12";
        keytool(
                folder,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-ext",
                "san=" + name,
                "-keystore",
                store,
                "-storepass",
                PASSWORD,
                "-validity",
                "2");
        keytool(
                folder,
                "-exportcert",
                "-rfc",
                "-alias",
                alias,
                "-keystore",
                store,
                "-storepass",
                PASSWORD,
                "-file",
                alias + ".pem");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(store))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private Object begin(SSLContext tls, String... lines) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        String issuer = "https://127.0.0.1:" + server.getAddress().getPort();
        try (ScriptedIdp documents = new ScriptedIdp()) {
            Map<String, Object> discovery = documents.discovery;
            discovery.replaceAll(
                    (_, value) -> value instanceof String text ? text.replace(documents.issuer(), issuer) : value);
            server.createContext("/", exchange -> {
                try (exchange) {
                    ScriptedIdp.json(exchange, 200, discovery);
                }
            });
            server.start();
            try (AuthProvider provider =
                    Fixtures.provider(Fixtures.config(Fixtures.table(issuer, lines), folder), Clock.systemUTC())) {
                return Fixtures.mechanism(provider, PortalMechanism.class).begin(request(Map.of()), CALLBACK);
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void onlyTheAuthoritiesOfTheConfigurationVouchForTheIdentityProvider() throws Exception {
        SSLContext right = certificate("right", "ip:127.0.0.1");
        certificate("other", "ip:127.0.0.1");

        assertThat(begin(right, "ca = \"right.pem\"")).isInstanceOf(PortalStep.Detour.class);
        assertThat(rejected(begin(right, "ca = \"other.pem\"")).reason()).isEqualTo(Outcome.Reason.UNAVAILABLE);
        assertThat(rejected(begin(right)).reason()).isEqualTo(Outcome.Reason.UNAVAILABLE);
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        assertThat(rejected(begin(certificate("elsewhere", "dns:id.example.test"), "ca = \"elsewhere.pem\""))
                        .reason())
                .isEqualTo(Outcome.Reason.UNAVAILABLE);
    }

    @Test
    void aKeyTakesThePlaceOfThePassword() throws Exception {
        TestClock clock = new TestClock();
        Files.setPosixFilePermissions(
                Files.writeString(folder.resolve("client.pem"), pem(Forge.SECOND.toPrivateKey())),
                PosixFilePermissions.fromString("rw-------"));
        try (ScriptedIdp idp = new ScriptedIdp();
                AuthProvider provider = Fixtures.provider(
                        Fixtures.config(Fixtures.table(idp.issuer(), "client-key = \"client.pem\""), folder), clock)) {
            idp.keys(Forge.KEY);
            PortalMechanism mechanism = Fixtures.mechanism(provider, PortalMechanism.class);
            PortalStep.Detour detour = Fixtures.begin(mechanism);
            Map<String, String> sent = Fixtures.query(detour.to());
            idp.tokens(
                    Forge.sign(Forge.claims(idp.issuer(), clock)
                            .claim("nonce", sent.get("nonce"))
                            .build()),
                    "access");
            Map<String, String> answer = Map.of("code", "c", "state", sent.getOrDefault("state", ""));
            assertThat(mechanism.resume(request(answer), detour.state(), CALLBACK))
                    .isInstanceOf(PortalStep.SignedIn.class);

            Map<String, String> form = Fixtures.query(java.net.URI.create("http://form/?" + idp.forms.getFirst()));
            assertThat(form)
                    .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                    .doesNotContainKey("client_secret");
            SignedJWT assertion = SignedJWT.parse(form.get("client_assertion"));
            RSAKey key = Forge.SECOND.toPublicJWK();
            assertThat(assertion.verify(new RSASSAVerifier(key))).isTrue();
            assertThat(assertion.getJWTClaimsSet().getIssuer()).isEqualTo("gatehouse");
            assertThat(assertion.getJWTClaimsSet().getAudience()).containsExactly(idp.issuer() + "/token");
        }
    }

    private static String pem(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
