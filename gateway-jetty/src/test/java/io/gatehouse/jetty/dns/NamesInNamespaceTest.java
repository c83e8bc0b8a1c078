package io.gatehouse.jetty.dns;

import io.gatehouse.jetty.JavaInNamespace;
import io.gatehouse.testkit.process.RequiredTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
        new JavaInNamespace(
                        List.of("--mount"),
                        List.of(SCRIPT, folder.toString()),
                        List.of(
                                "-Djava.net.preferIPv4Stack=true",
                                "-Dsun.net.inetaddr.ttl=0",
                                "-Dsun.net.inetaddr.negative.ttl=0"))
                .run(NamesInNamespace.class, folder.resolve("log"), Duration.ofSeconds(100));
    }
}
