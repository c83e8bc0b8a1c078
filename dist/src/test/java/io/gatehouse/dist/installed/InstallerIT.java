package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code install.sh} and the Debian package in a Debian of their own, whose systemd runs the service: from nothing to a
 * sign-in, and back.
 */
@Timeout(360)
class InstallerIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PASSWORD = "Correct Horse 7";
    /** A keytab of HTTP/localhost@LAB.TEST, before the 32 bytes of the AES-256 key. */
    private static final String KEYTAB =
            "05020000004a000200084c41422e544553540004485454500009" + "6c6f63616c686f737400000002000000000100120020";

    private static final Color BEFORE = new Color(0xff8000);
    private static final Color MEANWHILE = new Color(0x00ff00);
    private static final Color AFTER = new Color(0x0080ff);

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private Path shown = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        RequiredTools.assumeRoot();
        RequiredTools.assume("curl");
        shown = folder.freshFolder("shown");
        InstalledGateway.unpack(Files.createDirectory(shown.resolve("one")));
    }

    /** At port 443, which is below 1024, with one account that may reach desktops in the root. */
    private static void configure(DebianRoot root) {
        root.shell("sed -i 's/^address = \":8443\"/address = \":443\"/; s/^# drain-limit = .*/drain-limit = \"1h\"/;"
                + " s/^targets = .*/targets = [\"127.0.0.1\"]\\nports = [\"*\"]/' /etc/gatehouse/gatehouse.toml");
        root.succeed(PASSWORD + "\n", "gatehouse", "user", "add", "alice", "--group", "staff", "--password-stdin");
        root.shell("systemctl restart gatehouse");
    }

    private static String status(DebianRoot root, String password) {
        return root.run(
                        "curl",
                        "--silent",
                        "--insecure",
                        // Without waiting for a body, which has no end.
                        "--head",
                        "--max-time",
                        "30",
                        "--request",
                        "RDG_OUT_DATA",
                        "--header",
                        "RDG-Connection-Id: {6d1b7c32-36b9-4d93-8d5d-9ff4a0f7b2f1}",
                        "--user",
                        "alice:" + password,
                        "--output",
                        "/dev/null",
                        "--write-out",
                        "%{http_code}",
                        "https://127.0.0.1/remoteDesktopGateway/")
                .output();
    }

    private static void assertServes(DebianRoot root) {
        assertThat(root.shell("systemctl show gatehouse --property=ActiveState,StatusText,User"))
                .contains("ActiveState=active", "StatusText=listens on /0.0.0.0:443", "User=gatehouse");
        assertThat(status(root, PASSWORD)).isEqualTo("200");
        assertThat(status(root, "wrong")).isEqualTo("401");
    }

    /** With a library in another version, and a provider under another name. */
    private void secondVersion() throws IOException {
        Path second = shown.resolve("two");
        Command.of("cp", "-al", shown.resolve("one").toString(), second.toString())
                .runOrThrow(folder);
        Files.writeString(second.resolve("docs/second-version.md"), "It is newer.\n");
        rename(second.resolve("lib"), "jspecify-", "jspecify-99.jar");
        rename(second.resolve("providers"), "provider-header-", "provider-renamed-99.jar");
    }

    private static void rename(Path folder, String start, String name) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, start + "*.jar")) {
            Files.move(jars.iterator().next(), folder.resolve(name));
        }
    }

    private static void addProvider(DebianRoot root, String home) {
        root.shell("cp %1$s/lib/picocli-*.jar %1$s/providers/provider-of-ours.jar".formatted(home));
    }

    /** The jars that Java has, of those that differ between the versions. */
    private static void assertRunsWithTheJarsOfTheSecondVersionAndOurs(DebianRoot root, String home) {
        assertThat(root.shell(
                                "tr '\\0:' '\\n\\n' < /proc/$(systemctl show gatehouse --property=MainPID --value)/cmdline |"
                                        + " grep -E 'jspecify|provider-(header|renamed|of-ours)'")
                        .lines())
                .containsExactly(
                        home + "/lib/jspecify-99.jar",
                        home + "/providers/provider-of-ours.jar",
                        home + "/providers/provider-renamed-99.jar");
    }

    /** Of the fixture: tests of several trees run on one machine. */
    @Test
    void twoRootsDoNotSeeTheServicesOfEachOther() {
        try (DebianRoot one = DebianRoot.start(folder, shown);
                DebianRoot other = DebianRoot.start(folder, shown)) {
            for (DebianRoot root : List.of(one, other)) {
                root.shell("systemd-run --quiet --unit=same sleep 1000");
            }
            assertThat(one.run("systemctl", "status", "same").output()).doesNotContain("Input/output error");
            one.shell("systemctl stop same");
            assertThat(other.shell("systemctl is-active same; cat /proc/1/cgroup"))
                    .startsWith("active\n")
                    .doesNotContain(":/payload");
        }
    }

    @Test
    @Tag("desktop")
    void installedUpgradedAndRemoved() throws IOException {
        RequiredTools.assumeDesktop();
        secondVersion();
        try (DebianRoot root = DebianRoot.start(folder, shown)) {
            assertThat(root.shell("umask 077; chmod -R go= /mnt/shown/one; /mnt/shown/one/install.sh --no-aot-cache"))
                    .contains("==> installed: gatehouse ", "Next: gatehouse init");
            assertThat(root.shell("stat -c '%a %U %G %n' /etc/gatehouse /etc/gatehouse/* /var/lib/gatehouse"
                            + " /var/log/gatehouse; find /opt/gatehouse /usr/local/share/man/man1/gatehouse*"
                            + " ! -user root -o -perm /022 ! -type l -o ! -perm -444"))
                    .isEqualTo("""
                            750 root gatehouse /etc/gatehouse
                            640 root gatehouse /etc/gatehouse/accounts
                            640 root gatehouse /etc/gatehouse/gatehouse.toml
                            700 gatehouse gatehouse /var/lib/gatehouse
                            750 gatehouse gatehouse /var/log/gatehouse
                            """);
            assertThat(root.shell("systemd-analyze verify --man=no gatehouse.service gatehouse.socket 2>&1"))
                    .doesNotContain("gatehouse");
            configure(root);
            assertServes(root);
            root.shell(
                    "mkdir /etc/systemd/system/gatehouse.socket.d; touch /etc/systemd/system/gatehouse.socket.d/ours");
            theBackUpThatIsPrintedHas(root, "opt/gatehouse/providers/", "etc/systemd/system/gatehouse.socket.d/ours");
            root.shell("rm -r /etc/systemd/system/gatehouse.socket.d");
            aReloadSaysWhetherTheFileIsGood(root);
            keysThatOnlyRootMayReadAreCredentials(root);
            aGatewayThatStandsStillIsStartedAgainAndNobodyIsRefused(root);
            aRestartFailsNobody(root);
            anUpgradeKeepsTheOpenSessionAndWhatTheAdministratorHasMade(root);
            anUpgradeThatCannotUseTheConfigurationChangesNothing(root);
            onlyTheConfigurationIsLeft(root);
        }
    }

    private static void aReloadSaysWhetherTheFileIsGood(DebianRoot root) {
        root.shell("systemctl reload gatehouse; echo nonsense >> /etc/gatehouse/gatehouse.toml");
        assertThat(root.run("systemctl", "reload", "gatehouse").succeeded()).isFalse();
        root.shell("sed -i '/^nonsense/d' /etc/gatehouse/gatehouse.toml");
    }

    /** A private key and a keytab, as the page says it. */
    private void keysThatOnlyRootMayReadAreCredentials(DebianRoot root) throws IOException {
        Files.write(shown.resolve("keytab"), HexFormat.of().parseHex(KEYTAB + "00".repeat(32)));
        String credentials = "/run/credentials/gatehouse.service/";
        root.shell("install -m 600 /mnt/shown/keytab /root/krb5.keytab; cp /etc/gatehouse/gatehouse.toml /root;"
                + " install -m 600 /var/lib/gatehouse/tls/key.pem /root/privkey.pem; rm /var/lib/gatehouse/tls/key.pem;"
                + " mkdir -p /run/systemd/system/gatehouse.service.d; printf '[Service]\\nLoadCredential=%s\\nLoadCredential=%s\\n'"
                + " tls.key:/root/privkey.pem gatehouse.keytab:/root/krb5.keytab"
                + " > /run/systemd/system/gatehouse.service.d/credentials.conf; systemctl daemon-reload");
        root.shell("sed -i 's|/var/lib/gatehouse/tls/key.pem|" + credentials + "tls.key|; s/, self-signed = true//;"
                + " s/^order = .*/order = [\"ntlm\", \"local\", \"kerberos\"]/;"
                + " s|^# .auth.kerberos.$|[auth.kerberos]\\nkeytab = \"" + credentials + "gatehouse.keytab\"|'"
                + " /etc/gatehouse/gatehouse.toml; systemctl restart gatehouse");
        assertServes(root);
        root.shell("mv /root/krb5.keytab /root/other.keytab");
        assertThat(root.run("systemctl", "restart", "gatehouse").succeeded()).isFalse();
        root.shell("install -o gatehouse -m 600 /root/privkey.pem /var/lib/gatehouse/tls/key.pem;"
                + " cp /root/gatehouse.toml /etc/gatehouse/gatehouse.toml; rm -r /root/*.pem /root/*.keytab"
                + " /root/gatehouse.toml /run/systemd/system/gatehouse.service.d; systemctl daemon-reload;"
                + " systemctl reset-failed gatehouse; systemctl restart gatehouse");
    }

    /**
     * A process that stands still does not feed the watchdog. Connections that it has accepted are cut; while systemd
     * holds the port, none is refused.
     */
    private void aGatewayThatStandsStillIsStartedAgainAndNobodyIsRefused(DebianRoot root) throws IOException {
        Files.writeString(shown.resolve("visit"), """
                while :; do
                  status=$(curl -sk --max-time 30 -o /dev/null -w '%{http_code}' https://127.0.0.1/)
                  echo "$status exit code $?"
                done
                """);
        root.shell("systemctl stop gatehouse; mkdir -p /run/systemd/system/gatehouse.service.d;"
                + " printf '[Service]\\nWatchdogSec=4s\\n' > /run/systemd/system/gatehouse.service.d/watchdog.conf;"
                + " systemctl daemon-reload; systemctl start gatehouse.socket gatehouse;"
                + " systemd-run --quiet --unit=visitor --property=StandardOutput=file:/run/visits sh /mnt/shown/visit");
        assertThat(Wait.until(SOON, () -> visits(root).contains("404 exit code 0")))
                .as(visits(root))
                .isTrue();
        root.shell("kill -STOP $(systemctl show gatehouse --property=MainPID --value)");
        assertThat(Wait.until(
                        SOON,
                        () -> root.shell("systemctl show gatehouse --property=NRestarts,ActiveState")
                                .contains("NRestarts=1\nActiveState=active")))
                .isTrue();
        root.shell("systemctl stop visitor; rm -r /run/systemd/system/gatehouse.service.d; systemctl daemon-reload");
        assertThat(visits(root)).doesNotContain("exit code 7\n");
        assertThat(root.shell("journalctl --unit=gatehouse --output=cat"))
                .contains("Watchdog timeout", "gateway stopped");
        assertServes(root);
    }

    /** While systemd holds the port, which it has done since the test before. */
    private static void aRestartFailsNobody(DebianRoot root) {
        root.shell("rm /run/visits; systemd-run --quiet --unit=guest --property=StandardOutput=file:/run/visits sh"
                + " /mnt/shown/visit");
        for (int restart = 1; restart <= 2; restart++) {
            int before = visits(root).length();
            assertThat(Wait.until(SOON, () -> visits(root).length() > before)).isTrue();
            root.shell("systemctl restart gatehouse");
        }
        int before = visits(root).length();
        assertThat(Wait.until(SOON, () -> visits(root).length() > before)).isTrue();
        assertThat(visits(root).lines()).containsOnly("404 exit code 0");
        assertThat(root.shell("grep drain.ended /var/log/gatehouse/audit.jsonl | tail -n 1"))
                .contains("no session is open any more");
        root.shell("systemctl stop guest");
    }

    private static String visits(DebianRoot root) {
        return root.run("cat", "/run/visits").output();
    }

    /**
     * While xfreerdp shows a desktop of xrdp, and others visit all the time. The session goes on until the wait for it
     * is ended, visitors wait in the socket of systemd, and xfreerdp comes back to the new version by itself.
     */
    private void anUpgradeKeepsTheOpenSessionAndWhatTheAdministratorHasMade(DebianRoot root) {
        addProvider(root, "/opt/gatehouse");
        root.shell(
                "sed -i 's/^# connections = 20000$/connections = 200_000/' /etc/gatehouse/gatehouse.toml; rm /run/visits;"
                        + " systemd-run --quiet --unit=guest --property=StandardOutput=file:/run/visits sh /mnt/shown/visit");
        try (XrdpDesktop desktop = XrdpDesktop.start(folder, root.network());
                FreeRdpClient client = client(root, desktop)) {
            assertThat(client.display().name())
                    .as("what is painted on the one is seen on the other by RDP only")
                    .isNotEqualTo(desktop.display().name());
            desktop.paint(BEFORE);
            client.awaitColour(BEFORE, 0.8, SOON);
            root.shell("systemd-run --quiet --unit=upgrade --remain-after-exit"
                    + " --property=StandardOutput=file:/run/upgrade /mnt/shown/two/install.sh --no-aot-cache");
            assertThat(Wait.until(
                            SOON,
                            () -> !audit(root, "drain.started.*rdgw.count.:1").isEmpty()))
                    .as(() -> root.shell("journalctl --unit=upgrade --output=cat; cat /run/upgrade"))
                    .isTrue();
            desktop.paint(MEANWHILE);
            client.awaitColour(MEANWHILE, 0.8, SOON);
            assertThat(root.shell("cat /run/upgrade; ls /opt/gatehouse/docs/second-version.md"))
                    .contains("kept the provider provider-of-ours.jar", "starting the service")
                    .doesNotContain("making /etc/gatehouse", "upgraded: ");
            root.shell("systemctl kill gatehouse");
            assertThat(Wait.until(SOON, () -> desktop.connections() == 0)).isTrue();
            desktop.paint(AFTER);
            client.awaitColour(AFTER, 0.8, SOON);
        }
        assertThat(Wait.until(SOON, () -> root.shell("cat /run/upgrade").contains("==> upgraded: from gatehouse ")))
                .isTrue();
        assertThat(root.shell("cat /run/upgrade")).doesNotContain("gatehouse init");
        int before = visits(root).length();
        assertThat(Wait.until(SOON, () -> visits(root).length() > before)).isTrue();
        assertThat(visits(root).lines()).containsOnly("404 exit code 0");
        assertThat(audit(root, "session.start")).hasLineCount(2);
        assertThat(audit(root, "drain.ended.*rdgw.count.:1")).hasLineCount(1);
        assertThat(root.shell(
                        "systemctl stop guest upgrade; ls -d /opt/gatehouse* /opt/gatehouse/docs/second-version.md; ls"
                                + " /opt/gatehouse/providers; systemctl show gatehouse --property=LimitNOFILE"))
                .startsWith("/opt/gatehouse\n/opt/gatehouse/docs/second-version.md\n")
                .contains("provider-of-ours.jar", "LimitNOFILE=400256");
        assertRunsWithTheJarsOfTheSecondVersionAndOurs(root, "/opt/gatehouse");
        assertServes(root);
    }

    private FreeRdpClient client(DebianRoot root, XrdpDesktop desktop) {
        return FreeRdpClient.to("127.0.0.1", desktop.port())
                .in(root.network())
                .through("localhost", 443)
                .as("alice", PASSWORD)
                .with("+auto-reconnect", "/auto-reconnect-max-retries:20")
                .start(folder);
    }

    private static String audit(DebianRoot root, String pattern) {
        return root.run("grep", pattern, "/var/log/gatehouse/audit.jsonl").output();
    }

    private static void anUpgradeThatCannotUseTheConfigurationChangesNothing(DebianRoot root) {
        root.shell("sed -i '1i unknown-key = 1' /etc/gatehouse/gatehouse.toml");
        Command.Result refused = root.run("/mnt/shown/one/install.sh", "--no-aot-cache");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("unknown-key", "nothing was changed");
        assertThat(root.shell("ls -d /opt/gatehouse* /opt/gatehouse/docs/second-version.md"))
                .isEqualTo("/opt/gatehouse\n/opt/gatehouse/docs/second-version.md\n");
        root.shell("sed -i '/^unknown-key/d' /etc/gatehouse/gatehouse.toml");
        assertServes(root);
    }

    private static void onlyTheConfigurationIsLeft(DebianRoot root) {
        assertThat(root.shell("/mnt/shown/two/install.sh uninstall")).contains("/var/log/gatehouse and the user");
        assertNothingRuns(root);
        assertThat(root.shell("ls -d /opt/gatehouse* /var/log/gatehouse/audit.jsonl 2> /dev/null || true;"
                        + " getent passwd gatehouse"))
                .startsWith("/var/log/gatehouse/audit.jsonl\ngatehouse:");
        assertThat(root.shell("/mnt/shown/one/install.sh --no-start --no-aot-cache --prefix /srv/gw; readlink -e"
                        + " /usr/local/bin/gatehouse; systemctl show gatehouse --property=ActiveState,ExecStart"))
                .contains("\n/srv/gw/bin/gatehouse\n", "ActiveState=inactive", "path=/srv/gw/bin/gatehouse ;");
        theFolderOfTheFirstTimeIsFoundAgain(root);
        String owners = "stat -c '%a %U %G %n' /etc/gatehouse /etc/gatehouse/*";
        String before = root.shell(owners);
        anUninstallationThatWasInterruptedIsFinishedByTheNext(root);
        assertThat(root.changes())
                .containsExactly(
                        "/etc/gatehouse",
                        "/etc/gatehouse/.accounts.lock",
                        "/etc/gatehouse/accounts",
                        "/etc/gatehouse/gatehouse.toml");
        assertThat(root.run("getent", "passwd", "gatehouse").succeeded()).isFalse();
        assertThat(root.shell(owners))
                .as("the number of the group may be that of another one next")
                .isEqualTo(before.replace("root gatehouse", "root root"));
        root.shell("install -m 600 /dev/null /etc/gatehouse/key; groupadd --system other;"
                + " /mnt/shown/one/install.sh --no-start --no-aot-cache");
        assertThat(root.shell(owners)).isEqualTo(before + "600 root root /etc/gatehouse/key\n");
    }

    /** First because a program of the user runs, and then somewhere in the folder of the program. */
    private static void anUninstallationThatWasInterruptedIsFinishedByTheNext(DebianRoot root) {
        root.shell("systemd-run --quiet --uid=gatehouse --unit=left sleep 1000");
        Command.Result refused = root.run("/srv/gw/install.sh", "uninstall", "--delete-data");
        String again = "/srv/gw/install.sh uninstall --prefix /srv/gw --delete-data";
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("end its programs, then: " + again);
        root.shell("systemctl stop left; rm -r /srv/gw/lib /srv/gw/systemd; mv /srv/gw /srv/gw.away;"
                + " mkdir /srv/gw; touch /srv/gw/install.sh");
        assertThat(root.run("/mnt/shown/one/install.sh", "uninstall", "--prefix", "/srv/gw")
                        .output())
                .contains("/srv/gw is no Gatehouse");
        root.shell("rm -r /srv/gw; mv /srv/gw.away /srv/gw; " + again);
    }

    /** The program is in /srv/gw, which nobody names again. */
    private static void theFolderOfTheFirstTimeIsFoundAgain(DebianRoot root) {
        String state = "systemctl show gatehouse --property=ExecStart; readlink -e /usr/local/bin/gatehouse;"
                + " ls /srv/gw/providers /usr/local/share/man/man1; ls -d /opt/gatehouse* 2> /dev/null || true";
        addProvider(root, "/srv/gw");
        root.shell("/srv/gw/install.sh configure --no-aot-cache");
        assertThat(root.shell("/mnt/shown/two/install.sh --no-start --no-aot-cache"))
                .contains("==> installing /srv/gw\n", "kept the provider provider-of-ours.jar", "==> upgraded: from");
        assertThat(root.shell(state))
                .contains("path=/srv/gw/bin/gatehouse ;", "/srv/gw/bin/gatehouse\n", "provider-of-ours.jar")
                .doesNotContain("/opt/gatehouse");
        Command.Result second =
                root.run("/mnt/shown/one/install.sh", "--no-start", "--no-aot-cache", "--prefix", "/opt/gatehouse");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.output()).contains("Gatehouse is installed in /srv/gw", "Nothing was changed");
        String before = root.shell(state);
        root.shell("cp -a /srv/gw /opt/gatehouse");
        Command.Result data =
                root.run("/opt/gatehouse/install.sh", "uninstall", "--prefix", "/opt/gatehouse", "--delete-data");
        assertThat(data.exitCode()).isEqualTo(1);
        assertThat(data.output()).contains("the data is that of the Gatehouse in /srv/gw; nothing was changed");
        assertThat(root.shell("/opt/gatehouse/install.sh uninstall --prefix /opt/gatehouse"))
                .contains("removed /opt/gatehouse; the service runs from /srv/gw as before");
        assertThat(root.shell(state)).isEqualTo(before);
    }

    /** A pair of TLS whose file only root can read, and whose password is in the environment of the service. */
    private static void secretsComeFromTheUnit(DebianRoot root) {
        root.shell(
                "cd /root; openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key -out certificate"
                        + " 2> certificate.log; openssl pkcs12 -export -in certificate -inkey key -out pair.p12 -passout pass:of-the-unit;"
                        + " rm key certificate certificate.log; chmod 600 pair.p12; (umask 077; echo PAIR_PASSWORD=of-the-unit > pair.env);"
                        + " ln -s pair.env gatehouse.env;"
                        + " sed -i 's|^tls = .*|tls = { certificate = \"/run/credentials/gatehouse.service/pair\","
                        + " password = { env = \"PAIR_PASSWORD\" } }|' /etc/gatehouse/gatehouse.toml;"
                        + " mkdir -p /etc/systemd/system/gatehouse.service.d; printf '%s\\n' '[Service]' 'EnvironmentFile=/root/%N.env'"
                        + " 'LoadCredential=\\' '  pair:/root/pair.p12' > /etc/systemd/system/gatehouse.service.d/secrets.conf;"
                        + " systemctl daemon-reload; systemctl restart gatehouse");
    }

    private static void removeSecretsOfTheUnit(DebianRoot root) {
        root.shell("rm /root/pair.* /root/gatehouse.env /etc/systemd/system/gatehouse.service.d/secrets.conf;"
                + " rmdir --ignore-fail-on-non-empty /etc/systemd/system/gatehouse.service.d; systemctl daemon-reload");
    }

    @Test
    void theConfigurationIsCheckedWithWhatTheServiceHas() throws IOException {
        secondVersion();
        try (DebianRoot root = DebianRoot.start(folder, shown)) {
            root.shell("/mnt/shown/one/install.sh --no-aot-cache");
            aSocketThatFitsNoListenerIsAWrongConfiguration(root);
            configure(root);
            secretsComeFromTheUnit(root);
            assertServes(root);
            root.shell("sed -i 's/^# connections = 20000$/connections = 200_000/' /etc/gatehouse/gatehouse.toml");
            String upgrade = "/mnt/shown/two/install.sh --no-aot-cache";
            assertThat(root.shell(upgrade + "; systemctl show gatehouse --property=LimitNOFILE"))
                    .contains("==> upgraded: from gatehouse ", "LimitNOFILE=400256");
            assertServes(root);
            root.shell("/opt/gatehouse/install.sh may-restart; systemctl stop gatehouse; " + upgrade + " --no-start");
            anUpgradeThatLacksWhatTheUnitNamesChangesNothing(root, upgrade, "pair.p12", "CREDENTIALS");
            anUpgradeThatLacksWhatTheUnitNamesChangesNothing(root, upgrade, "pair.env", "environment files");
            root.shell("systemctl start gatehouse; echo PAIR_PASSWORD=wrong > /root/pair.env");
            assertThat(root.run("/opt/gatehouse/install.sh", "may-restart").output())
                    .contains("the password is wrong", "was not restarted");
            assertServes(root);
            assertThat(root.shell("find /run/systemd -name '*gatehouse-check*'; find /run/credentials -name '*check*'"))
                    .isEmpty();
        }
    }

    private static void anUpgradeThatLacksWhatTheUnitNamesChangesNothing(
            DebianRoot root, String upgrade, String file, String reason) {
        root.shell("mv /root/" + file + " /root/away");
        Command.Result refused = root.run("sh", "-c", upgrade + " --no-start");
        root.shell("mv /root/away /root/" + file);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains(reason, "nothing was changed");
    }

    /** As installed, with port 8443. systemd must not start it again and again. */
    private static void aSocketThatFitsNoListenerIsAWrongConfiguration(DebianRoot root) {
        root.shell("systemctl stop gatehouse; systemctl start gatehouse.socket");
        assertThat(root.run("systemctl", "start", "gatehouse").succeeded()).isFalse();
        assertThat(root.shell("systemctl show gatehouse --property=ActiveState,ExecMainStatus"))
                .isEqualTo("ExecMainStatus=2\nActiveState=failed\n");
        assertThat(root.shell("journalctl --unit=gatehouse --output=cat")).contains("no [[listener]] has this address");
        root.shell("systemctl stop gatehouse.socket; systemctl reset-failed; systemctl start gatehouse");
    }

    /** What an installation could not finish, or would lose, it says before it changes anything. */
    @Test
    void itSaysBeforehandWhatItCouldNotDo() throws IOException {
        secondVersion();
        try (DebianRoot root = DebianRoot.start(folder, shown)) {
            for (String prefix : List.of("/root/gw", "/home/x/gw", "/tmp/gw", "/srv//gw", "/srv/gw/..", "/srv/./gw")) {
                assertThat(root.run("/mnt/shown/one/install.sh", "--prefix", prefix)
                                .exitCode())
                        .as(prefix)
                        .isEqualTo(2);
            }
            assertThat(root.changes()).noneMatch(file -> file.contains("gatehouse") || file.contains("gw"));
            anExportedPathOfCdDoesNotMatterNorDoesOneWithoutProgramsOfTheAdministrator(root);
            String before = installation(root);
            aFileSystemThatIsReadOnlyIsFoundFirst(root, before);
            aUnitThatWasChangedByHandIsNotReplaced(root, before);
            anUpgradeThatIsEndedLeavesNothing(root, before);
            whatAnInterruptedUpgradeHasMovedAwayIsFoundAgain(root);
            anUpgradeKeepsTheServiceDisabled(root);
            theVersionBeforeIsKeptUntilTheNewOneStarts(root);
        }
    }

    private static final String UPGRADE = "/mnt/shown/two/install.sh --no-start --no-aot-cache";

    /** The names of its files, and the unit. */
    private static String installation(DebianRoot root) {
        return root.shell("find /srv /opt/gatehouse* -path '*/runtime/*' -prune -o -print 2> /dev/null | sort;"
                + " cat /etc/systemd/system/gatehouse.service");
    }

    /** As after su, and from where nothing can be started. */
    private static void anExportedPathOfCdDoesNotMatterNorDoesOneWithoutProgramsOfTheAdministrator(DebianRoot root) {
        root.shell(
                "mkdir /run/unpacked; mount -t tmpfs -o noexec none /run/unpacked; cp -R /mnt/shown/one /run/unpacked/;"
                        + " cd /run/unpacked; CDPATH=.:/srv PATH=/usr/bin:/bin sh one/install.sh --no-start --no-aot-cache --prefix /srv/gw/; cd /;"
                        + " umount /run/unpacked");
        assertThat(root.shell("cd /srv; CDPATH=.:/opt gw/bin/gatehouse version"))
                .startsWith("gatehouse ");
    }

    private static void aFileSystemThatIsReadOnlyIsFoundFirst(DebianRoot root, String before) {
        for (String place : List.of("/etc", "/usr/local", "/srv")) {
            root.shell("mount --bind %1$s %1$s; mount -o remount,ro,bind %1$s".formatted(place));
            Command.Result refused = root.run("sh", "-c", UPGRADE);
            root.shell("umount " + place);
            assertThat(refused.exitCode()).as(place).isEqualTo(1);
            assertThat(refused.output()).contains(place, "cannot be written to", "nothing was changed");
        }
        assertThat(installation(root)).isEqualTo(before);
    }

    /** Changes by systemctl edit are in files of their own, and stay. */
    private static void aUnitThatWasChangedByHandIsNotReplaced(DebianRoot root, String before) {
        String unit = "/etc/systemd/system/gatehouse.service";
        root.shell("sed -i 's/^#SupplementaryGroups=/SupplementaryGroups=/' " + unit);
        Command.Result refused = root.run("sh", "-c", UPGRADE);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains(unit + " was changed by hand", "Nothing was changed");
        assertThat(root.shell("grep Supplementary " + unit)).isEqualTo("SupplementaryGroups=shadow\n");
        assertThat(refused.output()).contains("(/srv/gw/install.sh --no-start --no-aot-cache)");
        root.shell("/srv/gw/install.sh --no-start --no-aot-cache");
        assertThat(installation(root)).isEqualTo(before);
    }

    /** While it makes the AOT cache, which takes longer, and maybe before. */
    private static void anUpgradeThatIsEndedLeavesNothing(DebianRoot root, String before) {
        for (String signal : List.of("INT", "HUP", "TERM")) {
            assertThat(root.run("timeout", "--signal=" + signal, "5", "/mnt/shown/two/install.sh", "--no-start")
                            .exitCode())
                    .as(signal)
                    .isEqualTo(124);
            // The Java that makes the cache ends on its own.
            assertThat(Wait.until(SOON, () -> installation(root).equals(before)))
                    .as(() -> signal + installation(root))
                    .isTrue();
        }
        assertThat(root.shell("find /run/systemd -name '*gatehouse-check*'")).isEmpty();
    }

    /** In the middle of the upgrade, where the program has its other name, and before the unit is replaced. */
    private static void whatAnInterruptedUpgradeHasMovedAwayIsFoundAgain(DebianRoot root) {
        addProvider(root, "/srv/gw");
        root.shell("mv /srv/gw /srv/gw.old; " + UPGRADE);
        root.shell("cp -a /srv/gw /srv/gw.old; echo '# newer' >> /srv/gw/systemd/gatehouse.service; " + UPGRADE);
        assertThat(root.shell("cd /srv; ls -d gw* gw/providers/provider-of-ours.jar; ls /opt"))
                .startsWith("gw\ngw/providers/provider-of-ours.jar\n")
                .doesNotContain("gatehouse");
    }

    /** As --no-start has left it: not started, and restarted only while it runs. */
    private static void anUpgradeKeepsTheServiceDisabled(DebianRoot root) {
        String upgrade = "/mnt/shown/two/install.sh --no-aot-cache; systemctl is-enabled gatehouse || true;"
                + " systemctl is-active gatehouse || true";
        assertThat(root.shell(upgrade)).contains("the service stays disabled").endsWith("\ndisabled\ninactive\n");
        root.shell("systemctl start gatehouse");
        String before = mainProcess(root);
        assertThat(root.shell(upgrade)).endsWith("\ndisabled\nactive\n");
        assertThat(mainProcess(root)).isNotEqualTo(before);
    }

    private static void theVersionBeforeIsKeptUntilTheNewOneStarts(DebianRoot root) {
        String faults = "/run/systemd/system/gatehouse.service.d";
        root.shell("systemctl --quiet enable gatehouse; systemctl stop gatehouse;"
                + " /mnt/shown/one/install.sh --no-start --no-aot-cache; mkdir " + faults
                + "; printf '[Service]\\nExecStartPre=/bin/false\\n' > " + faults + "/false.conf");
        Command.Result failed = root.run("/mnt/shown/two/install.sh", "--no-aot-cache");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.output()).contains("does not start", "go back to the version before: /srv/gw.old/install.sh");
        assertThat(root.shell("rm -r " + faults + "; systemctl reset-failed; /srv/gw.old/install.sh --no-aot-cache;"
                        + " systemctl is-active gatehouse; cd /srv; ls -d gw*; find gw -name 'second-version*' -o -name"
                        + " provider-of-ours.jar"))
                .endsWith("\nactive\ngw\ngw/providers/provider-of-ours.jar\n");
    }

    private static void theFirstConfigurationIsThatOfInit(DebianRoot root) {
        root.shell("umask 077; echo '" + PASSWORD + "' > /root/password");
        assertThat(
                        root.shell(
                                "gatehouse init --yes --force --name localhost --listen :443 --account alice"
                                        + " --account-group staff --account-password-file /root/password --desktops '*.lab.example.com'"))
                .contains(
                        "kept the old file as /etc/gatehouse/gatehouse.toml.old",
                        "Next:\n  systemctl restart gatehouse\n  gatehouse doctor\n");
        assertThat(root.shell("stat -c '%a %U %G %n' /etc/gatehouse/*")).isEqualTo("""
                640 root gatehouse /etc/gatehouse/accounts
                640 root gatehouse /etc/gatehouse/gatehouse.toml
                640 root gatehouse /etc/gatehouse/gatehouse.toml.old
                """);
        root.shell("rm /root/password; systemctl restart gatehouse");
    }

    private static void onlyThePackageInstallsAndRemoves(DebianRoot root) {
        for (String command : List.of(
                "/usr/lib/gatehouse/install.sh",
                "/usr/lib/gatehouse/install.sh uninstall",
                "/mnt/shown/one/install.sh")) {
            Command.Result refused = root.run("sh", "-c", command);
            assertThat(refused.exitCode()).as(command).isEqualTo(1);
            assertThat(refused.output())
                    .as(command)
                    .containsIgnoringCase("nothing was changed")
                    .contains("apt or dnf");
        }
        assertThat(root.changes()).noneMatch(file -> file.startsWith("/opt/") || file.startsWith("/usr/local/"));
        assertServes(root);
    }

    /** The number of connections, as a key with dots; without it again at last. */
    private static void openFilesFollowTheConfiguration(DebianRoot root) {
        String configure = "/usr/lib/gatehouse/install.sh configure --no-aot-cache; systemctl daemon-reload;"
                + " systemctl show gatehouse --property=LimitNOFILE";
        root.shell("sed -i '1i limits.connections = 200_000' /etc/gatehouse/gatehouse.toml");
        assertThat(root.shell(configure)).contains("LimitNOFILE=400256");
        root.shell("sed -i '/^limits.connections/d' /etc/gatehouse/gatehouse.toml");
        assertThat(root.shell(configure)).contains("LimitNOFILE=262144");
    }

    /** By the command of the page, as it is printed. */
    private static void theBackUpThatIsPrintedHas(DebianRoot root, String... more) throws IOException {
        String command = QuickStartPage.read("upgrading.md").blocks().stream()
                .map(QuickStartPage.Block::script)
                .filter(script -> script.contains("tar czf"))
                .reduce((one, other) -> one + other)
                .orElseThrow()
                .replace("sudo ", "");
        assertThat(root.shell("cd /run; " + command.strip() + " || [ $? -eq 1 ]; tar tzf gatehouse-backup.tar.gz"))
                .contains("etc/gatehouse/gatehouse.toml\n", "var/lib/gatehouse/", "var/log/gatehouse/audit.jsonl\n")
                .contains(more)
                .doesNotContain("used-tokens");
    }

    private void makePackage(String script, Path tarball, String name, String compression) {
        Command.of(
                        Path.of("src/build", script).toAbsolutePath().toString(),
                        tarball.toString(),
                        shown.resolve(name).toString(),
                        compression)
                .within(Duration.ofMinutes(2))
                .runOrThrow(folder);
    }

    private static void aPackageThatCannotUseTheConfigurationLetsTheGatewayGoOn(DebianRoot root, String upgrade) {
        assertServes(root);
        root.shell("sed -i '1i unknown-key = 1' /etc/gatehouse/gatehouse.toml");
        String before = mainProcess(root);
        assertThat(root.shell(upgrade + " 2>&1"))
                .contains("unknown-key", "the gateway that runs was not restarted", "systemctl restart gatehouse");
        assertThat(mainProcess(root)).isEqualTo(before);
        assertServes(root);
        root.shell("sed -i '/^unknown-key/d' /etc/gatehouse/gatehouse.toml");
    }

    private static String mainProcess(DebianRoot root) {
        return root.shell("systemctl show gatehouse --property=MainPID");
    }

    private static void systemdHoldsThePort(DebianRoot root) {
        root.shell("systemctl --quiet enable gatehouse.socket; systemctl stop gatehouse;"
                + " systemctl start gatehouse.socket gatehouse");
        assertServes(root);
    }

    private static void assertNothingRuns(DebianRoot root) {
        assertThat(root.run("systemctl", "is-active", "gatehouse.service", "gatehouse.socket")
                        .succeeded())
                .isFalse();
    }

    /** Where no rpm package was installed before: with the files and the service of the Debian package. */
    private static void theRpmPackageIsInstalledUpgradedAndRemoved(DebianRoot root) {
        String install = "GATEHOUSE_INSTALL_OPTIONS=--no-aot-cache rpm --nodeps ";
        root.shell(install + "--install /mnt/shown/gatehouse.rpm");
        theFirstConfigurationIsThatOfInit(root);
        secretsComeFromTheUnit(root);
        assertServes(root);
        assertThat(root.run("rpm", "--verify", "--nodeps", "gatehouse").output())
                .isEmpty();
        String upgrade = install + "--upgrade --replacepkgs /mnt/shown/gatehouse.rpm";
        addProvider(root, "/usr/lib/gatehouse");
        root.shell(upgrade.replace("gatehouse.rpm", "second.rpm"));
        assertRunsWithTheJarsOfTheSecondVersionAndOurs(root, "/usr/lib/gatehouse");
        root.shell("rm /usr/lib/gatehouse/providers/provider-of-ours.jar");
        String before = mainProcess(root);
        root.shell(upgrade);
        assertThat(mainProcess(root)).isNotEqualTo(before);
        aPackageThatCannotUseTheConfigurationLetsTheGatewayGoOn(root, upgrade);
        systemdHoldsThePort(root);
        removeSecretsOfTheUnit(root);
        root.shell("rpm --erase gatehouse");
        assertNothingRuns(root);
        assertThat(root.changes())
                .contains("/etc/gatehouse/gatehouse.toml", "/var/log/gatehouse/audit.jsonl")
                .noneMatch(file -> file.startsWith("/usr") || file.startsWith("/etc/systemd"));
    }

    private Path tarballOfTheSecondVersion() throws IOException {
        secondVersion();
        Path tarball = folder.freshFolder("second")
                .resolve(InstalledGateway.tarball().getFileName().toString());
        Command.of("tar", "--use-compress-program=gzip -1", "-cf", tarball.toString(), "-C", shown.toString(), "two")
                .within(Duration.ofMinutes(2))
                .runOrThrow(folder);
        return tarball;
    }

    /** Somebody who has gone from the package to the tarball, and tidies up what dpkg remembers. */
    private static void aPurgeLeavesAnInstallationOfInstallShAlone(DebianRoot root, String install) {
        root.shell(install + "; dpkg --remove gatehouse; /mnt/shown/one/install.sh --no-aot-cache; systemctl is-active"
                + " gatehouse");
        String state = "systemctl is-enabled gatehouse; id gatehouse; ls -R /etc/gatehouse /var/lib/gatehouse"
                + " /var/log/gatehouse";
        String before = root.shell(state);
        assertThat(root.shell("dpkg --purge gatehouse 2>&1"))
                .contains("installed here in /opt/gatehouse by install.sh");
        assertThat(root.shell(state)).isEqualTo(before);
        root.shell(
                "systemctl restart gatehouse; /opt/gatehouse/install.sh uninstall --delete-data; rm -r /etc/gatehouse");
    }

    /** The other way round is refused as well: {@link #onlyThePackageInstallsAndRemoves}. */
    private static void noPackageIsInstalledBesideAnInstallationOfInstallSh(DebianRoot root, String install) {
        root.shell("/mnt/shown/one/install.sh --no-start --no-aot-cache --prefix /srv/gw");
        for (String command : List.of(install, "rpm --nodeps --install /mnt/shown/gatehouse.rpm")) {
            Command.Result refused = root.run("sh", "-c", command);
            assertThat(refused.succeeded()).as(command).isFalse();
            assertThat(refused.output())
                    .as(command)
                    .contains(
                            "installed here in /srv/gw by install.sh",
                            "/srv/gw/install.sh uninstall --prefix /srv/gw\n",
                            "Nothing was changed");
        }
        assertThat(root.changes()).noneMatch(file -> file.startsWith("/usr/lib/gatehouse"));
        root.shell("/srv/gw/install.sh uninstall --prefix /srv/gw --delete-data; rm -r /etc/gatehouse");
    }

    @Test
    void packagesAreInstalledUpgradedAndRemoved() throws IOException {
        RequiredTools.assume("rpmbuild", "rpm", "shellcheck");
        Path second = tarballOfTheSecondVersion();
        makePackage("make-deb", InstalledGateway.tarball(), "gatehouse.deb", "none");
        makePackage("make-rpm", InstalledGateway.tarball(), "gatehouse.rpm", "w0.gzdio");
        makePackage("make-deb", second, "second.deb", "none");
        makePackage("make-rpm", second, "second.rpm", "w0.gzdio");
        String install = "GATEHOUSE_INSTALL_OPTIONS=--no-aot-cache dpkg --install /mnt/shown/gatehouse.deb";
        try (DebianRoot root = DebianRoot.start(folder, shown)) {
            noPackageIsInstalledBesideAnInstallationOfInstallSh(root, install);
            root.shell(install);
            assertThat(
                            root.shell(
                                    "dpkg-query -W -f '${Status}\\n' gatehouse; dpkg --verify gatehouse; gatehouse version;"
                                            + " cat /usr/lib/systemd/system/gatehouse.service; ls /usr/share/man/man1/gatehouse-check.1"))
                    .startsWith("install ok installed\ngatehouse ")
                    .contains("ExecStart=/usr/lib/gatehouse/bin/gatehouse run");
            assertThat(root.run("sh", "-c", "shellcheck /var/lib/dpkg/info/gatehouse.p*")
                            .output())
                    .isEmpty();
            theFirstConfigurationIsThatOfInit(root);
            assertServes(root);
            onlyThePackageInstallsAndRemoves(root);
            theBackUpThatIsPrintedHas(root, "usr/lib/gatehouse/providers/");
            openFilesFollowTheConfiguration(root);
            secretsComeFromTheUnit(root);
            addProvider(root, "/usr/lib/gatehouse");
            root.shell(install.replace("gatehouse.deb", "second.deb"));
            assertRunsWithTheJarsOfTheSecondVersionAndOurs(root, "/usr/lib/gatehouse");
            root.shell("rm /usr/lib/gatehouse/providers/provider-of-ours.jar; " + install);
            aPackageThatCannotUseTheConfigurationLetsTheGatewayGoOn(root, install);
            systemdHoldsThePort(root);
            removeSecretsOfTheUnit(root);
            root.shell("dpkg --remove gatehouse");
            assertNothingRuns(root);
            assertThat(root.changes())
                    .contains("/etc/gatehouse/gatehouse.toml", "/var/log/gatehouse/audit.jsonl")
                    .noneMatch(file -> file.startsWith("/usr"));
            root.shell("systemd-run --quiet --uid=gatehouse --unit=left sleep 1000");
            assertThat(root.shell("dpkg --purge gatehouse 2>&1; systemctl stop left; userdel gatehouse"))
                    .contains("the user gatehouse is still there");
            assertThat(root.changes()).noneMatch(file -> file.contains("gatehouse"));
            aPurgeLeavesAnInstallationOfInstallShAlone(root, install);
            theRpmPackageIsInstalledUpgradedAndRemoved(root);
        }
    }
}
