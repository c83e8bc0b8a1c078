package com.example.hello;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The jar in the folder {@code providers/} of the unpacked tarball is all that an administrator has to add. */
@Timeout(180)
class HelloInstalledIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Map<String, String> JAVA = Map.of("JAVA_HOME", System.getProperty("java.home"));

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private Path home = Path.of("");
    private int port;

    @BeforeEach
    void unpack() throws Exception {
        RequiredTools.assume("curl");
        home = folder.freshFolder("gateway");
        Command.of(
                        "tar",
                        "-xzf",
                        only("../../dist/target", "gatehouse-.*-linux-.*\\.tar\\.gz"),
                        "-C",
                        home.toString(),
                        "--strip-components=1")
                .runOrThrow(folder);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.writeString(home.resolve("conf/gatehouse.toml"), """
                [[listener]]
                address = "127.0.0.1:%d"
                tls = { certificate = "certificate.pem", key = "key.pem", self-signed = true }
                [auth]
                order = ["hello"]
                [auth.hello]
                password = { file = "hello-password" }
                [audit]
                file = "audit.jsonl"
                [[policy.rule]]
                name = "all"
                methods = ["hello"]
                targets = ["127.0.0.1"]
                """.formatted(port));
        Path password = home.resolve("conf/hello-password");
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, "correct horse");
    }

    private static String only(String directory, String name) throws Exception {
        try (Stream<Path> files = Files.list(Path.of(directory))) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches(name))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("no " + name + " in " + directory + ": run mvn package"))
                    .toAbsolutePath()
                    .normalize()
                    .toString();
        }
    }

    private void install() throws Exception {
        Path jar = Path.of(only("target", "provider-hello-[^-]*(-SNAPSHOT)?\\.jar"));
        Files.copy(jar, home.resolve("providers/provider-hello.jar"));
    }

    private Command.Result check() {
        return Command.of(home.resolve("bin/gatehouse").toString(), "check")
                .withEnvironment(JAVA)
                .within(START)
                .run(folder);
    }

    private String status(String password) {
        return Command.of(
                        "curl",
                        "--silent",
                        "--insecure",
                        "--noproxy",
                        "*",
                        "--max-time",
                        "30",
                        "--head",
                        "--request",
                        "RDG_OUT_DATA",
                        "--header",
                        "RDG-Connection-Id: {6d1b7c32-36b9-4d93-8d5d-9ff4a0f7b2f1}",
                        "--user",
                        "anybody:" + password,
                        "--output",
                        "/dev/null",
                        "--write-out",
                        "%{http_code}",
                        "https://127.0.0.1:" + port + "/remoteDesktopGateway/")
                .run(folder)
                .output();
    }

    @Test
    void curlSignsInAtAnInstalledGateway() throws Exception {
        assertThat(check()).satisfies(without -> {
            assertThat(without.succeeded()).isFalse();
            assertThat(without.output()).contains("hello");
        });
        install();
        Command.Result checked = check();
        assertThat(checked.succeeded()).as(checked.output()).isTrue();

        try (OwnProcess gateway = OwnProcess.start(
                folder, JAVA, List.of(home.resolve("bin/gatehouse").toString(), "run"))) {
            assertThat(Wait.until(START, () -> gateway.output().contains("gateway started")))
                    .as(gateway.report())
                    .isTrue();
            assertThat(status("correct horse")).startsWith("200");
            assertThat(status("wrong")).isEqualTo("401");
        }
        assertThat(Files.readString(home.resolve("conf/audit.jsonl")))
                .contains("\"user.name\":\"guest\"", "\"rdgw.auth.method\":\"hello\"", "wrong password");
    }
}
