package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The container image: what is in it, and a gateway of it that runs as the manifests for Kubernetes say. */
@Tag("desktop")
@Timeout(300)
class ImageIT {
    private static final int USER = 65532;
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Color ORANGE = new Color(0xff8000);
    private static final Path CONFIGURATION = Path.of("../examples/kubernetes/gatehouse.toml");
    private static final TestFolder SHARED = new TestFolder();
    private static ContainerImage image;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private final int port = InstalledGateway.freePort();

    @BeforeAll
    static void makeImage() {
        ContainerImage.assume();
        image = ContainerImage.make(SHARED);
    }

    @AfterAll
    static void deleteImage() {
        SHARED.close();
    }

    @Test
    void anotherBuildMakesTheSameLayersButForTheCache() {
        List<String> again = ContainerImage.make(folder, "--no-aot-cache").layers();
        assertThat(again).hasSize(4);
        assertThat(image.layers()).hasSize(5).startsWith(again.toArray(String[]::new));
    }

    @Test
    void itHasNoShellAndNothingThatGivesRights() {
        List<ContainerImage.Entry> entries = image.entries();
        assertThat(entries)
                .as("programs")
                .filteredOn(
                        entry -> entry.mode().matches("-.*x.*") && !entry.path().contains(".so"))
                .extracting(ContainerImage.Entry::path)
                .containsExactlyInAnyOrder(
                        "/usr/local/bin/gatehouse",
                        "/opt/gatehouse/runtime/bin/java",
                        "/opt/gatehouse/runtime/bin/jcmd",
                        "/opt/gatehouse/runtime/bin/jfr",
                        "/opt/gatehouse/runtime/bin/keytool",
                        "/opt/gatehouse/runtime/lib/jexec",
                        "/opt/gatehouse/runtime/lib/jspawnhelper");
        assertThat(entries)
                .as("set-user-id, set-group-id, and files for everybody to write")
                .filteredOn(entry -> entry.mode().matches("[^l](..[sS].*|.....[sS].*|.......w.*)"))
                .extracting(ContainerImage.Entry::path)
                .containsOnly("/tmp/");
        assertThat(entries)
                .as("what is not root's")
                .filteredOn(entry -> !entry.owner().equals("0/0"))
                .containsExactlyInAnyOrder(
                        ownFolder("/etc/gatehouse/"), ownFolder("/run/gatehouse/"), ownFolder("/var/lib/gatehouse/"));
    }

    private static ContainerImage.Entry ownFolder(String path) {
        return new ContainerImage.Entry("drwx------", USER + "/" + USER, path);
    }

    @Test
    void eachPackageHasItsLicenceAndIsKnownToScanners() {
        List<String> files =
                image.entries().stream().map(ContainerImage.Entry::path).toList();
        List<String> packages = files.stream()
                .filter(file -> file.matches("/var/lib/dpkg/status\\.d/.+"))
                .map(file -> file.substring(file.lastIndexOf('/') + 1))
                .toList();
        assertThat(packages).contains("base-files", "libc6", "libgcc-s1");
        assertThat(packages)
                .allSatisfy(name -> assertThat(files)
                        .anyMatch(file -> file.equals("/usr/share/doc/" + name + "/copyright")
                                || file.startsWith("/usr/share/doc/" + name + " -> ")));
        assertThat(files)
                .contains(
                        "/etc/debian_version",
                        "/etc/os-release -> ../usr/lib/os-release",
                        "/opt/gatehouse/sbom.cdx.json",
                        "/opt/gatehouse/licenses/README",
                        "/opt/gatehouse/LICENSE")
                .anyMatch(file -> file.startsWith("/opt/gatehouse/runtime/legal/java.base/"));
    }

    @Test
    void aGatewayOfItServesReloadsAndEnds() throws IOException {
        RequiredTools.assumeDesktop();
        Podman.assume();
        TestCertificates authority = TestCertificates.authority(folder, "authority");
        try (Podman podman = Podman.with(folder, image)) {
            assertThat(podman.succeed("image", "inspect", "localhost/gatehouse", "--format={{json .Config}}"))
                    .contains(
                            "\"User\":\"65532:65532\"",
                            "\"Entrypoint\":[\"/usr/local/bin/gatehouse\"]",
                            "\"Cmd\":[\"run\"]",
                            "\"ExposedPorts\":{\"8443/tcp\":{}}",
                            "\"Volumes\":{\"/var/lib/gatehouse\":{}}",
                            "\"StopSignal\":\"SIGTERM\"",
                            "\"org.opencontainers.image.licenses\":\"Apache-2.0\"");
            Map<String, String> files =
                    new HashMap<>(Map.of("gatehouse.toml", configuration(), "accounts", accountsOfInit(podman)));
            show(files, authority.issue("DNS:gw.example.com", "DNS:localhost"));
            ProjectedFolder projected = new ProjectedFolder(folder.freshFolder("projected"), USER);
            projected.show("first", files);
            Path state = folderOfGroup("state");
            Path run = folderOfGroup("run");
            List<String> mounts = List.of(
                    "--volume=" + projected.path() + ":/etc/gatehouse:ro",
                    "--volume=" + state + ":/var/lib/gatehouse",
                    "--volume=" + run + ":/run/gatehouse");
            assertThat(checkOnLargeMachine(podman, mounts))
                    .contains("/etc/gatehouse/gatehouse.toml: ok")
                    .doesNotContain("[aot]", "[cds]");
            try (OwnProcess gateway = podman.start("gateway", mounts);
                    XrdpDesktop desktop = XrdpDesktop.start(folder)) {
                awaitHealth(podman, gateway);
                assertThat(gateway.output()).doesNotContain("the AOT cache is for another Java");
                assertThat(mapsOfJava(podman)).contains("/opt/gatehouse/lib/gatehouse.aot");
                assertSeesDesktop(desktop);
                aRenewedCertificateIsServedAndAChangedRuleIsReloaded(podman, projected, files, authority);
                assertThat(podman.succeed("exec", "gateway", "gatehouse", "drain"))
                        .isNotEmpty();
                assertThat(podman.run("exec", "gateway", "gatehouse", "health").exitCode())
                        .isEqualTo(1);
                podman.succeed("exec", "gateway", "gatehouse", "health", "--live");
                podman.succeed("stop", "--time=30", "gateway");
                assertThat(gateway.awaitExit(SOON)).as(gateway.report()).hasValue(143);
                assertThat(gateway.output()).contains("\"audit.stopped\"").doesNotContain(InstalledGateway.PASSWORD);
            }
            assertThat(Files.getAttribute(state.resolve("paa-keys.json"), "unix:mode"))
                    .isEqualTo(0100600);
        }
    }

    /** The configuration of the manifests, at ports of 127.0.0.1 that are free. */
    private String configuration() throws IOException {
        return Files.readString(CONFIGURATION)
                .replace("\":8443\"", "\"127.0.0.1:" + port + "\"")
                .replace("\":9115\"", "\"127.0.0.1:" + InstalledGateway.freePort() + "\"")
                .replace("targets = [\"desktop.example.com\"]", "targets = [\"127.0.0.1\"]\nports = [\"1024-65535\"]");
    }

    /** The account file that {@code gatehouse init} makes in the image, in a folder of the image's user. */
    private String accountsOfInit(Podman podman) throws IOException {
        Path made = folderOfGroup("made");
        Path password = Files.writeString(made.resolve("password"), InstalledGateway.PASSWORD);
        Files.setAttribute(password, "unix:mode", 0600);
        Files.setAttribute(password, "unix:uid", USER);
        assertThat(podman.gatehouse(
                        List.of("--volume=" + made + ":/etc/gatehouse"),
                        "init",
                        "--yes",
                        "--name=localhost",
                        "--listen=127.0.0.1:" + port,
                        "--account=alice",
                        "--account-group=staff",
                        "--account-password-file=/etc/gatehouse/password",
                        "--desktops=*.lab.example.com"))
                .contains("wrote /etc/gatehouse/gatehouse.toml");
        return Files.readString(made.resolve("accounts"));
    }

    /** Where half of the memory is more than a heap may have that uses the cache. */
    private static String checkOnLargeMachine(Podman podman, List<String> mounts) {
        List<String> options = new ArrayList<>(mounts);
        options.add("--env=JDK_JAVA_OPTIONS=-XX:MaxRAM=80g");
        return podman.gatehouse(options, "check");
    }

    /** As a volume with {@code fsGroup} is: root's, and open to the group. */
    private Path folderOfGroup(String name) throws IOException {
        Path made = folder.freshFolder(name);
        Files.setAttribute(made, "unix:gid", USER);
        Files.setAttribute(made, "unix:mode", 02770);
        return made;
    }

    private static void show(Map<String, String> files, TestCertificates.Pair pair) throws IOException {
        files.put("tls/tls.crt", Files.readString(pair.certificate()));
        files.put("tls/tls.key", Files.readString(pair.key()));
    }

    private static void awaitHealth(Podman podman, OwnProcess gateway) {
        assertThat(Wait.until(
                        SOON,
                        () -> !gateway.isAlive()
                                || podman.run("exec", "gateway", "gatehouse", "health")
                                        .succeeded()))
                .as(gateway.report())
                .isTrue();
        assertThat(gateway.isAlive()).as(gateway.report()).isTrue();
    }

    private static String mapsOfJava(Podman podman) throws IOException {
        String pid =
                podman.succeed("inspect", "gateway", "--format={{.State.Pid}}").strip();
        return Files.readString(Path.of("/proc", pid, "maps"));
    }

    private void assertSeesDesktop(XrdpDesktop desktop) {
        desktop.paint(ORANGE);
        try (FreeRdpClient client = FreeRdpClient.to("127.0.0.1", desktop.port())
                .through("localhost", port)
                .as("alice", InstalledGateway.PASSWORD)
                .start(folder)) {
            client.awaitColour(ORANGE, 0.8, SOON);
        }
    }

    private void aRenewedCertificateIsServedAndAChangedRuleIsReloaded(
            Podman podman, ProjectedFolder projected, Map<String, String> files, TestCertificates authority)
            throws IOException {
        assertThat(servedName()).contains("CN = gw.example.com");
        show(files, authority.issue("DNS:renewed.example.com", "DNS:gw.example.com", "DNS:localhost"));
        files.computeIfPresent("gatehouse.toml", (_, toml) -> toml.replace("[\"staff\"]", "[\"nobody\"]"));
        projected.show("second", files);
        Predicate<String> renewed = served -> served.contains("CN = renewed.example.com");
        assertThat(Wait.until(SOON, () -> renewed.test(servedName()))).isTrue();
        assertThat(podman.succeed("exec", "gateway", "gatehouse", "reload"))
                .contains("the file is in force; changed: policy.rule");
        List<String> explain = new ArrayList<>(List.of("exec", "gateway", "gatehouse", "explain"));
        explain.addAll(List.of("--user", "alice", "--group", "staff", "--target", "127.0.0.1:3389"));
        assertThat(podman.run(explain.toArray(String[]::new)).exitCode()).isEqualTo(3);
    }

    /** The subject of the certificate that clients see. */
    private String servedName() {
        return Command.of("openssl", "s_client", "-connect", "127.0.0.1:" + port, "-servername", "gw.example.com")
                .run(folder)
                .output();
    }
}
