package io.gatehouse.jetty.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.RequiredTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose system resolver asks a name server of the test: {@link NamesInNamespace}. */
@Timeout(120)
class NamesInNamespaceTest {
    private static final String SCRIPT = """
            set -e
            ip link set lo up
            ip address add 192.0.2.1/32 dev lo
            ip address add 10.9.0.1/32 dev lo
            ip route add 198.51.100.0/24 dev lo src 192.0.2.1
            for file in resolv.conf hosts nsswitch.conf; do
                mount --bind "$1/$file" "/etc/$file"
            done
            shift
            exec "$@"
            """;

    @Test
    void theNameThatWasCheckedIsTheNameThatIsDialled(@TempDir Path folder) throws Exception {
        RequiredTools.assume("unshare", "ip", "mount");
        Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\nsearch corp.example example\n");
        Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n192.0.2.1 box\n");
        Files.writeString(folder.resolve("nsswitch.conf"), "hosts: files dns\n");
        Path log = folder.resolve("log");
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(List.of(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--net",
                        "--mount",
                        "sh",
                        "-c",
                        SCRIPT,
                        "sh",
                        folder.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Djava.net.preferIPv4Stack=true",
                        "-Dsun.net.inetaddr.ttl=0",
                        "-Dsun.net.inetaddr.negative.ttl=0",
                        "-cp",
                        classes,
                        NamesInNamespace.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS))
                    .as(() -> text(log))
                    .isTrue();
            assertThat(process.exitValue()).as(() -> text(log)).isZero();
            assertThat(text(log)).contains("all is well");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
