package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.directory.OpenLdap;
import io.gatehouse.testkit.directory.Pebble;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code gatehouse init} tries what it is told about directories, KDCs and domain controllers: real ones. */
@Tag("directory")
@Timeout(120)
class InitSignInIT {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private Path configuration = Path.of("");
    private String name = "localhost";

    @BeforeEach
    void makeFolder() {
        configuration = folder.freshFolder("conf").resolve("gatehouse.toml");
    }

    private CommandRun init(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "init",
                "--yes",
                "--config",
                configuration.toString(),
                "--name",
                name,
                "--listen",
                "127.0.0.1:0",
                "--portal",
                "no",
                "--desktops",
                "*.lab.example.com"));
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray(String[]::new));
    }

    /** It was written, and neither check nor doctor finds a fault behind the sign-in methods. */
    private void assertWorks(CommandRun run) {
        assertThat(run.code()).as(run.toString()).isZero();
        CommandRun check = CommandRun.of("check", "--config", configuration.toString());
        assertThat(check.code()).as(check.err()).isZero();
        CommandRun doctor = CommandRun.of("doctor", "--json", "--config", configuration.toString());
        assertThat(DoctorSetUp.diagnosis(doctor).codes())
                .noneMatch(code -> code.matches("(ldap|kerberos|netlogon|ntlm|oidc|configuration)\\..*"));
    }

    private void assertRefused(CommandRun run, String code) {
        assertThat(run.code()).as(run.toString()).isEqualTo(1);
        assertThat(run.out()).contains("[" + code + "]");
        assertThat(configuration).doesNotExist();
    }

    private Path secret(String name, String text) throws IOException {
        Path file = folder.fresh(name);
        PrivateFiles.write(file, text);
        return file;
    }

    /** Only the directory is asked for, and nothing is ordered. */
    @Test
    void anAcmeServerThatAnswers() throws IOException {
        Pebble.assume();
        try (Pebble pebble = Pebble.start(folder)) {
            List<String> answers = List.of(
                    "--sign-in",
                    "accounts",
                    "--acme",
                    "tls-alpn-01",
                    "--acme-terms",
                    "yes",
                    "--acme-directory",
                    pebble.directory().toString(),
                    "--keep-faults",
                    "--force");
            name = "gw.example.com"; // which this machine need not find
            assertThat(init(with(answers)).out()).contains("[acme.unreachable]");
            CommandRun run = init(with(answers, "--acme-ca", pebble.authority()));
            assertWorks(run);
            assertThat(run.out())
                    .contains("[acme.other-port]", "[certificate.none-from-acme]")
                    .doesNotContain("[acme.unreachable]");
            assertThat(Files.readString(configuration))
                    .contains("tls = { acme = true }", """
                    [acme]
                    agree-to-terms = true
                    directory = "%s"
                    ca = "%s"
                    challenge = "tls-alpn-01"
                    state = "acme"
                    """.formatted(pebble.directory(), pebble.authority()));
            pebble.stop();
            assertThat(DoctorSetUp.diagnosis(CommandRun.of("doctor", "--json", "--config", configuration.toString()))
                            .codes())
                    .contains("acme.unreachable");
            assertThat(pebble.log()).doesNotContain("orders in the db");
        }
    }

    @Test
    void aKeytabThatTheKdcKnows() throws IOException {
        MitKdc.assume();
        try (MitKdc kdc = MitKdc.start(folder)) {
            Path keytab = folder.fresh("gateway.keytab");
            PrivateFiles.write(keytab, Files.readAllBytes(kdc.keytab(MitKdc.LOCALHOST)));
            List<String> answers = List.of("--sign-in", "kerberos", "--domain", "MIT", "--realm", MitKdc.REALM);
            String[] good = with(answers, "--keytab", keytab, "--kdcs", kdc.host() + ":" + kdc.port());
            assertRefused(init(with(answers, "--keytab", folder.fresh("none"))), "configuration.problem");
            kdc.kadmin("cpw -randkey " + MitKdc.LOCALHOST);
            CommandRun old = init(good);
            assertThat(old.code()).as(old.toString()).isEqualTo(1);
            assertThat(old.out()).containsPattern("\\[kerberos\\.(kvno|key)]");
            PrivateFiles.write(keytab, Files.readAllBytes(kdc.keytab(MitKdc.LOCALHOST)));
            assertWorks(init(good));
        }
    }

    @Test
    void aDirectoryThatAnswers() throws IOException {
        OpenLdap.assume();
        try (OpenLdap directory = OpenLdap.start(folder)) {
            List<String> answers = List.of(
                    "--sign-in",
                    "ldap",
                    "--ldap-urls",
                    directory.ldapsUrl(),
                    "--ldap-ca",
                    directory.caCertificate().toString(),
                    "--ldap-bind-dn",
                    OpenLdap.SEARCHER_DN,
                    "--ldap-schema",
                    "group-of-names");
            Path right = secret("right", OpenLdap.SEARCHER_PASSWORD);
            Path wrong = secret("wrong", "another");
            assertRefused(
                    init(with(answers, "--ldap-base", OpenLdap.BASE_DN, "--ldap-password-file", wrong)), "ldap.bind");
            assertRefused(init(with(answers, "--ldap-base", "dc=nowhere", "--ldap-password-file", right)), "ldap.base");
            assertWorks(init(with(answers, "--ldap-base", OpenLdap.BASE_DN, "--ldap-password-file", right)));
        }
    }

    @Test
    void aPamServiceThatIsNotThere() {
        CommandRun run = init("--sign-in", "pam", "--pam-service", "gatehouse-of-nobody");
        assertRefused(run, "configuration.problem");
        assertThat(run.out()).contains("gatehouse-of-nobody");
    }

    /** The password of the machine account is typed, wrong at first, and gets into a file of its own. */
    @Test
    void aMachineAccountThatTheDomainKnows() throws IOException {
        SambaDomain domain = SHARED.domain();
        List<String> arguments = List.of(
                "init",
                "--config",
                configuration.toString(),
                "--name",
                "localhost",
                "--proxy",
                "none",
                "--listen",
                "127.0.0.1:0",
                "--certificate",
                "",
                "--sign-in",
                "ad",
                "--domain",
                SambaDomain.NETBIOS_NAME,
                "--realm",
                SambaDomain.DNS_NAME,
                "--controllers",
                domain.host(),
                "--computer",
                "GW1",
                "--portal",
                "no",
                "--desktops",
                "*.lab.example.com",
                "--groups",
                "RDP Users");
        List<String> answers = List.of(
                "not this one",
                "", // correct the answers
                "", // the domain as before
                "", // its realm
                "", // its controllers
                "", // the machine account
                SambaDomain.MACHINE.password());
        CommandRun run = CommandRun.atTerminal(answers, arguments.toArray(String[]::new));
        assertThat(run.out()).contains("[netlogon.machine-account]").doesNotContain(SambaDomain.MACHINE.password());
        assertWorks(run);
        assertThat(configuration.resolveSibling("machine-password"))
                .content()
                .isEqualTo(SambaDomain.MACHINE.password());
        assertThat(configuration)
                .content()
                .contains("password = { file = \"machine-password\" }")
                .doesNotContain(SambaDomain.MACHINE.password());
    }

    private static String[] with(List<String> answers, Object... more) {
        List<String> all = new ArrayList<>(answers);
        for (Object each : more) {
            all.add(each.toString());
        }
        return all.toArray(String[]::new);
    }
}
