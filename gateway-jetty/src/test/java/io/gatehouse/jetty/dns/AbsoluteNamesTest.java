package io.gatehouse.jetty.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AbsoluteNamesTest {
    private static final InetAddress ANSWER = InetAddress.ofLiteral("192.0.2.9");

    @TempDir
    private Path folder;

    private final List<String> asked = new ArrayList<>();

    private AbsoluteNames names(String hosts) throws Exception {
        Path file = folder.resolve("hosts");
        Files.writeString(file, hosts);
        return new AbsoluteNames(new HostsFile(file), host -> {
            asked.add(host);
            if (host.startsWith("gone")) {
                throw new UnknownHostException(host + ": Name or service not known");
            }
            return new InetAddress[] {ANSWER};
        });
    }

    @Test
    void theSystemIsAskedForTheWholeNameOnly() throws Exception {
        AbsoluteNames names = names("127.0.0.1 localhost\n");
        assertThat(names.addresses("db")).containsExactly(ANSWER);
        assertThat(names.addresses("db.corp")).containsExactly(ANSWER);
        assertThat(asked).containsExactly("db.", "db.corp.");
    }

    @Test
    void aNameThatIsNotFoundIsNamedAsItWasAskedFor() throws Exception {
        AbsoluteNames names = names("");
        assertThatThrownBy(() -> names.addresses("gone.example.com"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("gone.example.com: Name or service not known");
        assertThatThrownBy(() -> names.addresses("gone"))
                .hasMessage(
                        "gone: Name or service not known (a name without a domain is looked up as it is; dns-suffix in"
                                + " [policy] completes it)");
    }

    @Test
    void namesOfTheHostsFileComeFirst() throws Exception {
        AbsoluteNames names = names("""
                # comment
                192.0.2.1 pc1 PC1.Example.Com. # 192.0.2.99 pc9
                \t2001:db8::1\tpc1
                192.0.2.1 pc1
                ::ffff:192.0.2.2 pc2
                fe80::1%eth0 pc3
                nonsense pc4
                192.0.2.5
                """);
        assertThat(names.addresses("pc1"))
                .containsExactly(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"));
        assertThat(names.addresses("pc1.example.com")).containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(names.addresses("pc2")).containsExactly(InetAddress.ofLiteral("192.0.2.2"));
        assertThat(asked).isEmpty();
        for (String other : List.of("pc3", "pc4", "pc9", "comment")) {
            assertThat(names.addresses(other)).containsExactly(ANSWER);
        }
    }

    @Test
    void aHostsFileThatChangesIsReadAgain() throws Exception {
        AbsoluteNames names = names("192.0.2.1 pc1\n");
        assertThat(names.addresses("pc1")).containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        Files.writeString(folder.resolve("hosts"), "192.0.2.2 pc1\n");
        Files.setLastModifiedTime(folder.resolve("hosts"), FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
        assertThat(names.addresses("pc1")).containsExactly(InetAddress.ofLiteral("192.0.2.2"));
        Files.delete(folder.resolve("hosts"));
        assertThat(names.addresses("pc1")).containsExactly(ANSWER);
    }
}
