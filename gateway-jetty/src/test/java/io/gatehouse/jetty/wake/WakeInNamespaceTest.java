package io.gatehouse.jetty.wake;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.RequiredTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine behind a network cable that a broadcast wakes: {@link WakeInNamespace}. */
@Timeout(90)
class WakeInNamespaceTest {
    @Test
    void aMachineInItsOwnNetworkIsStartedByThePacket(@TempDir Path folder) throws Exception {
        RequiredTools.assume("unshare", "ip", "nft");
        Path log = folder.resolve("log");
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(List.of(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--net",
                        "sh",
                        "-c",
                        "ip link set lo up; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        classes,
                        WakeInNamespace.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(80, TimeUnit.SECONDS))
                    .as(() -> text(log))
                    .isTrue();
            assertThat(text(log)).contains("all is well");
            assertThat(process.exitValue()).as(() -> text(log)).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
