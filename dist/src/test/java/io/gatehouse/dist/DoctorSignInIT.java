package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.dist.DoctorSetUp.Diagnosis;
import io.gatehouse.dist.DoctorSetUp.Found;
import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.directory.OpenLdap;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The servers behind the sign-in methods, real ones, and what can be wrong between them and the gateway. */
@Timeout(120)
class DoctorSignInIT {
    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private DoctorSetUp setUp;

    @BeforeEach
    void makeSetUp() throws IOException {
        setUp = DoctorSetUp.in(folder);
    }

    @AfterEach
    void close() {
        setUp.close();
    }

    @Test
    void kerberos() throws IOException {
        MitKdc.assume();
        try (MitKdc kdc = MitKdc.start(folder)) {
            Path keytab = setUp.file("gateway.keytab");
            PrivateFiles.write(keytab, Files.readAllBytes(kdc.keytab(MitKdc.AES)));
            withKerberos(kdc.host() + ":" + kdc.port());
            assertThat(setUp.doctor().findings()).isEmpty();

            Diagnosis late = at(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(12)));
            assertThat(late.codes()).contains("kerberos.clock");
            Found clock = late.only("kerberos.clock");
            assertThat(clock.cause()).contains("seconds ahead of that of KDC " + kdc.host());
            assertThat(clock.fix()).contains("timedatectl");

            kdc.kadmin("cpw -randkey " + MitKdc.AES);
            Diagnosis rotated = setUp.doctor();
            assertThat(rotated.codes()).hasSize(1).containsAnyOf("kerberos.kvno", "kerberos.key");
            assertThat(rotated.findings().getFirst().cause()).contains("kvno");
            assertThat(rotated.findings().getFirst().fix()).contains("kadmin ktadd");

            kdc.kadmin("delprinc -force " + MitKdc.AES);
            assertThat(setUp.doctor().codes()).containsExactly("kerberos.principal-unknown");
            kdc.stop();
            Diagnosis stopped = setUp.doctor();
            assertThat(stopped.codes()).containsExactly("kerberos.kdc-unreachable");
            assertThat(stopped.only("kerberos.kdc-unreachable").fix()).contains("kdcs of [[domain]]");
        }
    }

    @Test
    void ldap() throws IOException {
        OpenLdap.assume();
        try (OpenLdap directory = OpenLdap.start(folder)) {
            PrivateFiles.write(setUp.file("password"), OpenLdap.SEARCHER_PASSWORD);
            PrivateFiles.write(setUp.file("wrong"), "another");
            Files.copy(directory.caCertificate(), setUp.file("ldap-ca.pem"));
            String good = """
                    urls = ["%s"]
                    ca = "ldap-ca.pem"
                    bind-dn = "%s"
                    bind-password = { file = "password" }
                    base = "%s"
                    schema = "group-of-names"
                    """.formatted(directory.ldapsUrl(), OpenLdap.SEARCHER_DN, OpenLdap.BASE_DN);
            assertThat(withLdap(good).findings()).isEmpty();
            Found bind = withLdap(good.replace("\"password\"", "\"wrong\"")).only("ldap.bind");
            assertThat(bind.cause()).contains(OpenLdap.SEARCHER_DN).doesNotContain("another");
            assertThat(bind.fix()).contains("bind-dn and bind-password");
            assertThat(withLdap(good.replace(OpenLdap.BASE_DN + "\"\nschema", "dc=nowhere\"\nschema"))
                            .codes())
                    .containsExactly("ldap.base");
            assertThat(withLdap(good + "user-filter = \"(mail=nobody@nowhere)\"\n")
                            .codes())
                    .containsExactly("ldap.no-user");
            assertThat(withLdap(good.replace("ca = \"ldap-ca.pem\"\n", ""))
                            .only("ldap.unreachable")
                            .fix())
                    .contains("name its authority in ca");
            directory.stop();
            assertThat(withLdap(good).codes()).containsExactly("ldap.unreachable");
        }
    }

    @Test
    void accountFileWithoutAccount() throws IOException {
        PrivateFiles.write(setUp.file("empty"), "# nobody yet\n");
        setUp.withText(
                DoctorSetUp.text(setUp.configuration).replace("accounts = \"accounts\"", "accounts = \"empty\""));
        Diagnosis diagnosis = setUp.doctor();
        assertThat(diagnosis.codes()).containsExactly("accounts.empty");
        assertThat(diagnosis.only("accounts.empty").fix()).contains("gatehouse user add");
    }

    private void withKerberos(String kdc) throws IOException {
        setUp.withText("""
                [[listener]]
                address = "127.0.0.1:0"
                tls = { certificate = "a.pem", key = "a.key" }
                [[domain]]
                name = "MIT"
                realm = "MIT.TEST"
                kdcs = ["%s"]
                [auth]
                order = ["kerberos"]
                [auth.kerberos]
                keytab = "gateway.keytab"
                [[policy.rule]]
                name = "all"
                targets = ["10.0.0.0/8"]
                """.formatted(kdc));
    }

    private Diagnosis withLdap(String table) throws IOException {
        setUp.withText("""
                [[listener]]
                address = "127.0.0.1:0"
                tls = { certificate = "a.pem", key = "a.key" }
                [auth]
                order = ["local"]
                [auth.local]
                realms = ["ldap"]
                [auth.local.ldap]
                %s
                [[policy.rule]]
                name = "all"
                targets = ["10.0.0.0/8"]
                """.formatted(table));
        return setUp.doctor();
    }

    private Diagnosis at(Clock clock) {
        List<String> arguments = List.of("doctor", "--json", "--config", setUp.configuration.toString());
        return DoctorSetUp.diagnosis(CommandRun.at(clock, arguments.toArray(String[]::new)));
    }
}
