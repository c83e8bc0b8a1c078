package io.gatehouse.provider.kerberos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Secret;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.ldap.LdapConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the administrator is told when a keytab cannot work, and what can be measured when it does. */
class KerberosProviderFactoryTest {
    private static final Clock CLOCK = Clock.fixed(Forge.NOW, ZoneOffset.UTC);
    private static final List<String> GW = List.of("HTTP", "gw.forge.test");

    @TempDir
    private Path directory;

    private Path keytab;

    @BeforeEach
    void place() {
        keytab = directory.resolve("gatehouse.keytab");
    }

    private static Keytabs.Entry entry(List<String> principal, int type, int length) {
        return new Keytabs.Entry(principal, "FORGE.TEST", 1, type, Secret.of(new byte[length]));
    }

    private static AuthProvider create(KerberosConfig config) throws ProviderException {
        return new KerberosProviderFactory().create(config, Fixtures.context(CLOCK, Domains.NONE, Metrics.NONE));
    }

    private void assertFails(String message) {
        assertFails(Fixtures.config(keytab), message);
    }

    private static void assertFails(KerberosConfig config, String message) {
        assertThatThrownBy(() -> create(config))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(message);
    }

    private KerberosConfig withPrincipals(String... principals) {
        return new KerberosConfig(
                keytab,
                List.of(),
                List.of(principals),
                List.of(),
                List.of(),
                Duration.ofMinutes(5),
                ChannelBindingPolicy.WHEN_OFFERED,
                false,
                Optional.empty());
    }

    @Test
    void itIsFoundByItsName() {
        assertThat(ServiceLoader.load(AuthProviderFactory.class).stream().map(ServiceLoader.Provider::get))
                .anyMatch(KerberosProviderFactory.class::isInstance);
        assertThat(new KerberosProviderFactory().name()).isEqualTo("kerberos");
    }

    private List<String> codes(KerberosConfig config, String realm) throws Exception {
        Domains domains = new Domains(List.of(new Domain("CORP", Optional.of(realm), List.of(), List.of(), List.of())));
        List<String> codes = new ArrayList<>();
        for (Examination examination : new KerberosProviderFactory()
                .create(config, Fixtures.context(CLOCK, domains, Metrics.NONE))
                .examinations()) {
            if (examination.subject().equals("realms of the keytab")) {
                examination.examine().forEach(finding -> codes.add(finding.code()));
            }
        }
        return codes;
    }

    @Test
    void aKeytabOfARealmThatIsNoDomainIsSaid() throws Exception {
        Keytabs.write(keytab, entry(GW, 18, 32));
        assertThat(codes(Fixtures.config(keytab), "CORP.TEST")).containsExactly("kerberos.other-realm");
        assertThat(codes(Fixtures.config(keytab), "FORGE.TEST")).isEmpty();
        KerberosConfig trusting = new KerberosConfig(
                keytab,
                List.of(),
                List.of(),
                List.of("FORGE.TEST", "CORP.TEST"),
                List.of(),
                Duration.ofMinutes(5),
                ChannelBindingPolicy.WHEN_OFFERED,
                false,
                Optional.empty());
        assertThat(codes(trusting, "CORP.TEST")).isEmpty();
    }

    @Test
    void itOffersKerberosOverHttpOnly() throws Exception {
        Keytabs.write(keytab, entry(GW, 18, 32));
        TokenMechanism mechanism = Fixtures.mechanism(create(Fixtures.config(keytab)));
        assertThat(mechanism.scheme()).isEqualTo(Scheme.KERBEROS);
        assertThat(mechanism.venues()).containsExactly(Venue.HTTP_AUTHORIZATION);
    }

    @Test
    void aMissingKeytabIsExplained() {
        assertFails("keytab " + keytab + " does not exist (export it with ktpass");
    }

    @Test
    void aKeytabThatEverybodyMayReadIsExplained() throws Exception {
        Keytabs.write(keytab, entry(GW, 18, 32));
        Files.setPosixFilePermissions(keytab, PosixFilePermissions.fromString("rw-r--r--"));
        assertFails("has the permissions 644 (expected 600, or 640 for a service group; run: chmod 640 " + keytab);
    }

    @Test
    void somethingElseThanAKeytabIsExplained() throws Exception {
        Files.writeString(keytab, "-----BEGIN");
        Files.setPosixFilePermissions(keytab, PosixFilePermissions.fromString("rw-------"));
        assertFails("begins with 0x2d2d (expected a keytab of format 0x0502)");
    }

    @Test
    void aKeytabWithoutHttpServiceIsExplained() {
        Keytabs.write(keytab, entry(List.of("GW1$"), 18, 32), entry(List.of("host", "gw1"), 18, 32));
        assertFails(
                "has no key for a principal HTTP/… (it has: GW1$@FORGE.TEST, host/gw1@FORGE.TEST); export it for the"
                        + " name that clients use, for example HTTP/gateway.example.com");
        Keytabs.write(keytab);
        assertFails("has no key for a principal HTTP/… (it has: none)");
    }

    @Test
    void aKeytabOfWeakKeysOnlyIsExplained() throws Exception {
        Keytabs.write(keytab, entry(GW, 23, 16), entry(GW, 3, 8));
        assertFails("has only keys of des-cbc-md5, rc4-hmac for HTTP/gw.forge.test@FORGE.TEST (expected AES: let the"
                + " account use it, change its password and export the keytab again)");
        assertThat(create(Fixtures.withRc4(keytab)).mechanisms()).hasSize(1);
        Keytabs.write(keytab, entry(GW, 3, 8), entry(GW, 16, 24));
        assertFails(Fixtures.withRc4(keytab), "has only keys of des-cbc-md5, des3-cbc-sha1");
    }

    @Test
    void aKeyOfAWrongLengthIsNoKey() {
        Keytabs.write(keytab, entry(GW, 18, 16));
        assertFails("has only keys of aes256-cts-hmac-sha1-96");
    }

    @Test
    void principalsMustBeInTheKeytab() throws Exception {
        Keytabs.write(keytab, entry(GW, 18, 32), entry(List.of("host", "gw1"), 18, 32));
        assertFails(
                withPrincipals("HTTP/other.forge.test"),
                "has no key for the principal HTTP/other.forge.test (it has: HTTP/gw.forge.test@FORGE.TEST,"
                        + " host/gw1@FORGE.TEST)");
        assertThat(create(withPrincipals("host/GW1", "HTTP/gw.forge.test@FORGE.TEST"))
                        .mechanisms())
                .hasSize(1);
    }

    @Test
    void furtherKeytabsCount() throws Exception {
        Keytabs.write(keytab, entry(List.of("GW1$"), 18, 32));
        Path further = Keytabs.write(directory.resolve("http.keytab"), entry(GW, 18, 32));
        KerberosConfig config = new KerberosConfig(
                keytab,
                List.of(further),
                List.of(),
                List.of(),
                List.of(),
                Duration.ofMinutes(5),
                ChannelBindingPolicy.WHEN_OFFERED,
                false,
                Optional.empty());
        assertThat(create(config).mechanisms()).hasSize(1);
    }

    @Test
    void aLocalRealmWhoseUsersMayNotSignInIsExplained() {
        Keytabs.write(keytab, entry(GW, 18, 32));
        assertFails(
                Fixtures.config(keytab, List.of(), List.of("HOME.LAN")),
                "local-realms names HOME.LAN, whose users may not sign in (expected one of the accepted realms:"
                        + " FORGE.TEST)");
    }

    @Test
    void aDirectoryWithoutSidsIsExplained() {
        Keytabs.write(keytab, entry(GW, 18, 32));
        assertFails(
                Fixtures.withDirectory(keytab, Fixtures.directory(LdapConfig.Schema.POSIX, "ldaps://localhost", null)),
                "ldap: a directory of another schema has no SIDs (expected schema = \"active-directory\")");
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "3601, 1h 0m"})
    void anAbsurdClockSkewIsExplained(long seconds, String text) {
        Keytabs.write(keytab, entry(GW, 18, 32));
        KerberosConfig config = new KerberosConfig(
                keytab,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Duration.ofSeconds(seconds),
                ChannelBindingPolicy.WHEN_OFFERED,
                false,
                Optional.empty());
        assertFails(config, "clock-skew " + text + " (expected 1s to 1h 0m)");
    }

    @Test
    void signInsAndReplayCacheAndKeytabTroubleCanBeMeasured() throws Exception {
        Map<String, LongSupplier> shown = new ConcurrentHashMap<>();
        Metrics metrics = new Metrics() {
            @Override
            public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
                assertThat(name).endsWith("_total");
                shown.put(name + labels, value);
            }

            @Override
            public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {
                shown.put(name + labels, value);
            }
        };
        Forge forge = new Forge();
        Keytabs.write(keytab, Keytabs.Entry.of(forge));
        TokenMechanism mechanism = Fixtures.mechanism(new KerberosProviderFactory()
                .create(Fixtures.config(keytab), Fixtures.context(CLOCK, Domains.NONE, metrics)));
        Fixtures.signIn(mechanism, forge.token(), Fixtures.peer());
        Fixtures.signIn(mechanism, forge.token(), Fixtures.peer());
        forge.endTime = Forge.NOW.minusSeconds(3600);
        Fixtures.signIn(mechanism, forge.token(), Fixtures.peer());

        String signIns = "gatehouse_kerberos_sign_ins_total";
        assertThat(value(shown, signIns + "{result=accepted}")).isEqualTo(2);
        assertThat(value(shown, signIns + "{result=expired}")).isEqualTo(1);
        assertThat(value(shown, signIns + "{result=malformed}")).isZero();
        assertThat(value(shown, signIns + "{result=not-for-us}")).isZero();
        assertThat(value(shown, signIns + "{result=refused}")).isZero();
        assertThat(value(shown, "gatehouse_kerberos_replay_cache_entries{}")).isEqualTo(2);
        assertThat(value(shown, "gatehouse_kerberos_keytab_problems{}")).isZero();
        Files.delete(keytab);
        assertThat(value(shown, "gatehouse_kerberos_keytab_problems{}")).isEqualTo(1);
        assertThat(shown).hasSize(7);
    }

    private static long value(Map<String, LongSupplier> shown, String name) {
        LongSupplier supplier = shown.get(name);
        assertThat(supplier).as(name).isNotNull();
        return supplier.getAsLong();
    }
}
