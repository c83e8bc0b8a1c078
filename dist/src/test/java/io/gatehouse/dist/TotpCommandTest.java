package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.totp.EnrolmentMode;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpAlgorithm;
import io.gatehouse.core.totp.TotpFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about one-time codes, beside a gateway that uses the same file. */
class TotpCommandTest {
    private static final Identity ALICE = Identity.local("local", "basic", "alice", Set.of(), Set.of());

    private static final int SERVICE = 4711;

    @TempDir
    Path folder;

    private String configuration = "";

    @BeforeEach
    void configuration() throws IOException {
        configuration = configured("[portal.totp]\nfile = \"codes\"\n");
    }

    private String configured(String table) throws IOException {
        return Files.writeString(folder.resolve("gatehouse.toml"), """
                        [[listener]]
                        address = "127.0.0.1:0"
                        [auth]
                        order = []
                        [auth.paa]
                        [portal]
                        url = "https://gw.example.com"
                        %s
                        """.formatted(table))
                .toString();
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("totp"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--config", configuration));
        return CommandRun.of(all.toArray(new String[0]));
    }

    private SecondFactors gateway() throws Exception {
        return new SecondFactors(
                TotpFile.open(folder.resolve("codes"), Clock.systemUTC()),
                new SecondFactors.Settings(
                        true,
                        new AccountSelection(List.of(), Set.of()),
                        EnrolmentMode.TICKET,
                        TotpAlgorithm.SHA1,
                        6,
                        "x"),
                Domains.NONE,
                Clock.systemUTC(),
                new SecureRandom());
    }

    @Test
    void aTicketIsPrintedOnceAndARunningGatewayTakesIt() throws Exception {
        SecondFactors gateway = gateway();
        CommandRun enrol = run("enrol", "alice", "--for", "2h");
        assertThat(enrol.code()).as(enrol.err()).isZero();
        String ticket = enrol.out().strip();
        assertThat(gateway.isTicket(ALICE, ticket)).isTrue();
        assertThat(Files.readString(folder.resolve("codes"))).doesNotContain(ticket.substring(5));
        CommandRun list = run("list");
        assertThat(list.out()).containsPattern("alice +ticket +20").doesNotContain(ticket);

        assertThat(run("reset", "alice").out()).isEqualTo("removed codes and tickets of \\alice\n");
        assertThat(gateway.isTicket(ALICE, ticket))
                .as("the ticket is gone as well")
                .isFalse();
    }

    @Test
    void resetRemovesTheCodes() throws Exception {
        SecondFactors gateway = gateway();
        String line = "codes\t\\alice\tsha1\t6\tGEZDGNBVGY3TQOJQ\t2026-11-30T12:00:00Z\t0\t100\ta,b\n";
        Path codes = folder.resolve("codes");
        Files.writeString(codes, Files.readString(codes).replace("# end", line + "# end"));
        assertThat(run("list").out()).containsPattern("alice +locked +2026-11-30T12:00:00Z +2");
        assertThat(gateway.of(ALICE)).isPresent();
        CommandRun reset = run("reset", "ALICE");
        assertThat(reset.code()).isZero();
        assertThat(reset.out()).isEqualTo("removed codes and tickets of \\alice\n");
        assertThat(gateway.of(ALICE)).isEmpty();
        CommandRun again = run("reset", "alice");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("alice has neither one-time codes nor a ticket");
    }

    /** What root writes belongs to the gateway's user afterwards, and so does what root makes. */
    @Test
    void rootActsAsTheOwnerOfFileOrFolder() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        assertThat(run("enrol", "warm").code()).isZero(); // another user may not be able to load classes
        run("reset", "nobody");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path state = Files.createDirectory(folder.resolve("state"));
        give(state);
        configuration = configured("[portal.totp]\nfile = \"state/codes\"\n");

        CommandRun enrol = run("enrol", "alice");
        assertThat(enrol.code()).as(enrol.err()).isZero();
        for (String each : List.of("codes", "codes.lock")) {
            assertThat(Files.readAttributes(state.resolve(each), "unix:uid,gid,mode"))
                    .as(each)
                    .containsEntry("uid", SERVICE)
                    .containsEntry("gid", SERVICE)
                    .containsEntry("mode", 0100600);
        }
        CommandRun reset = run("reset", "alice");
        assertThat(reset.out()).as(reset.err()).isEqualTo("removed codes and tickets of \\alice\n");
        assertThat(Files.getAttribute(state.resolve("codes"), "unix:uid")).isEqualTo(SERVICE);
        assertThat(Files.getAttribute(Files.createFile(folder.resolve("after")), "unix:uid"))
                .as("root again")
                .isEqualTo(0);
        assertThatThrownBy(() -> TotpFile.open(state.resolve("codes"), Clock.systemUTC()))
                .as("a gateway of another user")
                .hasMessageContaining("belongs to uid 4711");
    }

    /** The gateway's user could lead root to files of root's. */
    @Test
    void rootFollowsNoLinkWhereTheOwnerCouldNotGo() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        assertThat(run("enrol", "warm").code()).isZero();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path secret = Files.copy(folder.resolve("codes"), folder.resolve("secret"));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        byte[] before = Files.readAllBytes(secret);
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.createSymbolicLink(state.resolve("codes"), secret);
        give(state);
        configuration = configured("[portal.totp]\nfile = \"state/codes\"\n");

        CommandRun refused = run("reset", "warm");

        assertThat(refused.code()).as(refused.out()).isNotZero();
        assertThat(secret).hasBinaryContent(before);
    }

    /** As /etc/gatehouse is: the gateway's user could not use root's file. */
    @Test
    void rootMakesNoFileInAFolderOfItsOwnForAGroup() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
        Files.setAttribute(folder, "unix:gid", SERVICE);
        CommandRun refused = run("enrol", "alice");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("start the gateway first");
        assertThat(folder.resolve("codes")).doesNotExist();
    }

    private static void give(Path folder) throws IOException {
        Files.setAttribute(folder, "unix:gid", SERVICE);
        Files.setAttribute(folder, "unix:uid", SERVICE);
    }

    @Test
    void whatCannotBeIsSaid() throws IOException {
        assertThat(run("enrol", "alice", "--for", "31d").err()).contains("--for 31d (expected");
        assertThat(run("enrol", "a\tb").code()).isEqualTo(2);
        configuration = configured("");
        CommandRun without = run("list");
        assertThat(without.code()).isEqualTo(2);
        assertThat(without.err()).contains("there is no [portal.totp]");
    }
}
