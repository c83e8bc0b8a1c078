package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.dist.installed.QuickStartPage.Block;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.identity.Keycloak;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The quick starts, block by block as they are printed: those that install, and those with a service beside the
 * gateway, in a Debian of their own; those whose peers are large, with an unpacked tarball beside the real peer.
 */
@Timeout(180)
class QuickStartIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    /** Runs one script at a terminal. */
    @FunctionalInterface
    private interface Terminal {
        Command.Result run(String script, String typed);
    }

    private static void follow(String page, Terminal terminal) throws IOException {
        List<Block> blocks = QuickStartPage.read(page).blocks().stream()
                .filter(block -> block.language().equals("sh"))
                .toList();
        assertThat(blocks).isNotEmpty();
        for (Block block : blocks) {
            Command.Result result = terminal.run(block.commands(), block.typed());
            assertThat(result.exitCode())
                    .as("%s: %s%nprinted %s", page, block.script(), result.output())
                    .isBetween(0, block.mayWarn() ? 1 : 0);
            assertThat(result.output()).as("%s: %s", page, block.script()).contains(block.printed());
        }
    }

    /** A certificate of an authority of this test. */
    private Path authority(Path certificate, Path key, String name) throws IOException {
        TestCertificates authority = TestCertificates.authority(folder, "Quick Start CA");
        TestCertificates.Pair pair = authority.issue(name);
        Files.createDirectories(certificate.toAbsolutePath().getParent());
        Files.copy(pair.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), key, StandardCopyOption.REPLACE_EXISTING);
        return authority.certificate();
    }

    /** A home lab, then nginx and Cloudflare in front of it, by the service in a Debian. */
    @Test
    void homeLabNginxAndCloudflare() throws IOException {
        RequiredTools.assume("curl", "nginx", "script");
        Path shown = folder.freshFolder("shown");
        Path tarball = InstalledGateway.tarball();
        Files.copy(tarball, shown.resolve(tarball.getFileName()));
        Path authority = authority(shown.resolve("gw.pem"), shown.resolve("gw.key"), "DNS:gw.example.com");
        Files.copy(authority, shown.resolve("authority.pem"));
        try (DebianRoot root = DebianRoot.start(folder, shown)) {
            root.shell("echo '127.0.0.1 gw.example.com rdp.example.com desktops.example.com' >> /etc/hosts");
            Terminal terminal = (script, typed) -> at(root, shown, script, typed);
            follow("quick-start-home-lab.md", terminal);
            assertThat(root.shell("systemctl show gatehouse --property=StatusText"))
                    .contains(":443");

            root.shell("install -m 600 /mnt/shown/gw.key /etc/nginx/gw.example.com.key;"
                    + " cp /mnt/shown/gw.pem /etc/nginx/gw.example.com.pem; gatehouse user remove alice");
            follow("quick-start-nginx.md", terminal);

            root.shell("systemctl stop nginx; install -d -m 750 -g gatehouse /etc/gatehouse/tls;"
                    + " install -m 640 -g gatehouse /mnt/shown/gw.key /etc/gatehouse/tls/key.pem;"
                    + " cp /mnt/shown/gw.pem /etc/gatehouse/tls/certificate.pem");
            follow("quick-start-cloudflare.md", terminal);
        }
    }

    private static Command.Result at(DebianRoot root, Path shown, String script, String typed) {
        try {
            Files.writeString(shown.resolve("block.sh"), "cd /mnt/shown\n" + script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return root.runWith(
                typed, "script", "--quiet", "--return", "--command", "sh -eu /mnt/shown/block.sh", "/dev/null");
    }

    /** An unpacked tarball whose folder {@code conf} stands for those that the pages name. */
    private final class Unpacked implements AutoCloseable {
        private final Path home = InstalledGateway.unpack(folder.freshFolder("gateway"));
        private final int port = InstalledGateway.freePort();
        private final Map<String, String> names = new LinkedHashMap<>();
        private String path = home.resolve("bin").toString();
        private Optional<OwnProcess> gateway = Optional.empty();

        Unpacked() throws IOException {
            Path conf = home.resolve("conf");
            Path authority =
                    authority(conf.resolve("tls/certificate.pem"), conf.resolve("tls/key.pem"), "DNS:localhost");
            Files.copy(authority, home.resolve("authority.pem"));
            names.put("/etc/gatehouse/", conf + "/");
            names.put("/var/log/gatehouse/", conf + "/");
            names.put("/var/lib/gatehouse/", conf + "/");
            names.put("-g gatehouse ", "");
            names.put("chgrp gatehouse ", "ls ");
            names.put("\":443\"", "\"127.0.0.1:" + port + "\"");
            names.put("https://gw.example.com", "https://localhost:" + port);
            names.put("gw.example.com", "localhost");
        }

        Unpacked calling(String printed, String real) {
            names.put(printed, real);
            return this;
        }

        Unpacked with(Path programs) {
            path = path + ":" + programs;
            return this;
        }

        Command.Result run(String script, String typed) {
            String real = script;
            for (Map.Entry<String, String> name : names.entrySet()) {
                real = real.replace(name.getKey(), name.getValue());
            }
            boolean restart = real.contains("systemctl restart gatehouse\n");
            Path file = folder.write(
                    "block.sh",
                    "cd " + home + "\nPATH=" + path + ":$PATH\n" + real.replace("systemctl restart gatehouse\n", ""));
            Command.Result result = Command.of("script", "-qec", "sh -eu " + file, "/dev/null")
                    .withEnvironment(Map.of("JAVA_HOME", System.getProperty("java.home"), "TERM", "dumb"))
                    .withInput(typed)
                    .within(SOON)
                    .run(folder);
            if (restart && result.succeeded()) {
                restart();
            }
            return result;
        }

        /** What systemd would do. */
        private void restart() {
            gateway.ifPresent(OwnProcess::close);
            OwnProcess started = OwnProcess.start(
                    folder, Map.of(), List.of(home.resolve("bin/gatehouse").toString(), "run"));
            gateway = Optional.of(started);
            assertThat(Wait.until(
                            SOON, () -> !started.isAlive() || started.output().contains("gateway started")))
                    .as(started.report())
                    .isTrue();
            assertThat(started.isAlive()).as(started.report()).isTrue();
        }

        @Override
        public void close() {
            gateway.ifPresent(OwnProcess::close);
        }
    }

    @Test
    @Tag("directory")
    void activeDirectory() throws IOException {
        SambaDomain domain = SHARED.domain();
        try (Unpacked tarball = new Unpacked()) {
            tarball.calling("\"dc1.corp.example.com\"", "\"" + domain.host() + "\"")
                    .calling("corp.example.com", SambaDomain.DNS_NAME)
                    .calling("\"CORP\"", "\"" + SambaDomain.NETBIOS_NAME + "\"")
                    .calling("CORP\\", SambaDomain.NETBIOS_NAME + "\\");
            follow("quick-start-active-directory.md", tarball::run);
        }
    }

    @Test
    @Tag("keycloak")
    void keycloak() throws IOException {
        Keycloak.assume();
        try (Unpacked tarball = new Unpacked();
                Keycloak keycloak = Keycloak.start(folder, tarball.home.resolve("authority.pem"))) {
            String server = keycloak.issuer().toString().replaceFirst("/realms/.*", "");
            tarball.with(keycloak.programs())
                    .calling(
                            "https://id.example.com/realms/example",
                            keycloak.issuer().toString())
                    .calling("https://id.example.com", server)
                    .calling("-r example ", "-r " + keycloak.issuer().getPath().replaceFirst(".*/", "") + " ");
            follow("quick-start-oidc.md", tarball::run);
        }
    }
}
