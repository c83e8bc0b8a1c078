package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands make of the answers of a gateway, and of none. */
@Timeout(30)
class AdminCommandsTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    private Path socket() {
        return folder.resolve("admin.sock");
    }

    private ServerSocketChannel listen(int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()), backlog);
        return server;
    }

    private void assertGivesUp() {
        assertThatThrownBy(() -> AdminApi.at(socket(), Optional.empty(), SHORT).get("/v1/status", Map.of()))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("the gateway does not answer: no answer came through " + socket());
    }

    /** The kernel goes on to take connections for a process that was stopped, and what is written to them. */
    @Test
    void aGatewayThatHasStoppedIsNotWaitedForForEver() throws IOException {
        try (ServerSocketChannel _ = listen(16)) {
            assertGivesUp();
        }
    }

    /** When its queue is full, connecting waits. */
    @Test
    void neitherIsOneWhoseQueueIsFull() throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel _ = listen(1)) {
            for (int i = 0; i < 2; i++) {
                waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
            }
            assertGivesUp();
        } finally {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
        }
    }

    /** Runs a command while a gateway answers {@code json}. */
    private CommandRun answered(String json, String... command) throws Exception {
        ExampleFolder example = ExampleFolder.in(folder).withText("""
                [[listener]]
                address = "127.0.0.1:0"
                [auth]
                order = ["local"]
                [auth.local]
                accounts = "accounts"
                [[policy.rule]]
                name = "all"
                groups = ["everyone"]
                targets = ["10.0.0.0/8"]
                [admin]
                socket = "admin.sock"
                """);
        try (ServerSocketChannel server = listen(16)) {
            Thread gateway = Thread.ofVirtual().start(() -> answer(server, json));
            List<String> arguments = new ArrayList<>(List.of(command));
            arguments.addAll(List.of("--config", example.configuration().toString()));
            CommandRun run = CommandRun.of(arguments.toArray(new String[0]));
            gateway.join();
            return run;
        }
    }

    private static void answer(ServerSocketChannel server, String json) {
        try (SocketChannel client = server.accept()) {
            client.read(ByteBuffer.allocate(8192));
            client.write(ByteBuffer.wrap(("HTTP/1.1 200 OK\r\n\r\n" + json).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Otherwise every list and every health check would begin with them. */
    @Test
    void commandsDoNotRepeatTheWarningsOfCheck() throws Exception {
        CommandRun list = answered("{\"sessions\":[],\"matched\":0}", "sessions", "list");
        assertThat(list.code()).isZero();
        assertThat(list.err()).isEmpty();
        CommandRun check = CommandRun.of(
                "check", "--config", folder.resolve("gatehouse.toml").toString());
        assertThat(check.err()).contains("warning: ", "everyone");
    }

    @Test
    void anUnblockThatCouldNotBeKeptSaysSoAndHasAnExitCodeOfItsOwn() throws Exception {
        CommandRun run = answered(
                "{\"account\":\"\\\\alice\",\"ended\":[\"\\\\alice\",\"corp\\\\a.smith\"],\"kept\":false,"
                        + "\"keepError\":\"blocks cannot be written: No space\"}",
                "user",
                "unblock",
                "alice");
        assertThat(run.code()).isEqualTo(ExitCode.NOT_KEPT);
        assertThat(run.out().lines()).containsExactly("unblocked \\alice", "ended the block of corp\\a.smith");
        assertThat(run.err()).contains("warning: a restart of the gateway forgets this: blocks cannot be written");
    }

    @Test
    void aBlockWithoutAFileForItIsWarnedOf() throws Exception {
        CommandRun run = answered(
                "{\"account\":\"\\\\alice\",\"until\":\"2026-11-29T12:00:00Z\",\"tunnels\":1,\"portalSessions\":0,"
                        + "\"kept\":false}",
                "user",
                "block",
                "alice");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.err()).contains("[admin] blocks keeps it");
    }

    @Test
    void aGrantThatCouldNotBeKeptHoldsAndSaysSo() throws Exception {
        CommandRun run = answered(
                "{\"id\":\"5f0c92ab31\",\"kept\":false,\"keepError\":\"state/grants cannot be written: No space\"}",
                "grant",
                "revoke",
                "5f0c92ab31");
        assertThat(run.code()).isEqualTo(ExitCode.NOT_KEPT);
        assertThat(run.out().lines()).containsExactly("revoked grant 5f0c92ab31");
        assertThat(run.err()).contains("warning: a restart of the gateway forgets this: state/grants cannot");
    }

    @Test
    void aGrantForANameThatNobodyKnowsIsWarnedOf() throws Exception {
        CommandRun run = answered(
                "{\"id\":\"5f0c92ab31\",\"kept\":true,\"warning\":\"no account is known by this name (local: none)\"}",
                "grant",
                "add",
                "alcie",
                "server7",
                "--reason",
                "why");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).startsWith("granted server7 to alcie");
        assertThat(run.err()).contains("warning: no account is known by this name (local: none)");
    }

    @Test
    void grantsAndRequestsAreListedTogether() throws Exception {
        String grants =
                "{\"grants\":[{\"id\":\"5f0c92ab31\",\"account\":\"corp\\\\alice\",\"desktop\":\"server7\",\"until\":"
                        + "\"2026-11-29T12:00:00Z\",\"once\":true,\"by\":\"bob\",\"reason\":\"ticket 4711\"}],\"requests\":[{\"id\":"
                        + "\"5f0c92ab32\",\"account\":\"\\\\carol\",\"desktop\":\"server8\",\"minutes\":60,\"reason\":\"why\"}]}";
        CommandRun run = answered(grants, "grant", "list");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out().lines().skip(1))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("5f0c92ab31 +corp\\\\alice +server7 +2026-11-29T12:00:00Z, one session +bob +"
                                        + "ticket 4711 *"),
                        line -> assertThat(line).matches("5f0c92ab32 +carol +server8 +asked for 60 min +why *"));
    }

    @Test
    void deviceTicketsAreListed() throws Exception {
        String tickets =
                "{\"tickets\":[{\"id\":\"5f0c92ab31\",\"account\":\"corp\\\\alice\",\"provider\":\"ldap\",\"device\":"
                        + "\"Work laptop\",\"desktop\":\"win11\",\"target\":\"pc:3389\",\"made\":\"2026-11-29T12:00:00Z\","
                        + "\"expires\":\"2027-05-28T12:00:00Z\",\"lastUsed\":\"2026-11-30T12:00:00Z\",\"lastUsedFrom\":"
                        + "\"192.0.2.7\"}],\"matched\":3,\"next\":\"5f0c92ab31\"}";
        CommandRun list = answered(tickets, "ticket", "list");
        assertThat(list.code()).isEqualTo(ExitCode.OK);
        assertThat(list.out()).endsWith("1 of 3 tickets\nnext page: --cursor 5f0c92ab31\n");
        assertThat(list.out().lines().skip(1).limit(1))
                .satisfiesExactly(line -> assertThat(line)
                        .matches("5f0c92ab31 +corp\\\\alice +ldap +Work laptop +win11 +2026-11-29T12:00:00Z +"
                                + "2026-11-30T12:00:00Z +192.0.2.7 +2027-05-28T12:00:00Z *"));
    }

    @Test
    void aDeviceTicketThatComesBackAfterARestartIsWarnedOf() throws Exception {
        CommandRun revoked = answered(
                "{\"id\":\"5f0c92ab31\",\"ended\":1,\"kept\":false,\"keepError\":\"state/x cannot be written: No space\"}",
                "ticket",
                "revoke",
                "5f0c92ab31");
        assertThat(revoked.code()).isEqualTo(ExitCode.NOT_KEPT);
        assertThat(revoked.out().lines()).containsExactly("revoked device ticket 5f0c92ab31");
        assertThat(revoked.err()).contains("warning: a restart of the gateway forgets this: state/x cannot");
    }

    @Test
    void sessionsAloneListsThem() throws Exception {
        CommandRun run = answered("{\"sessions\":[],\"matched\":0}", "sessions", "--user", "alice", "--since", "2h");
        assertThat(run.code()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("METHOD", "RULE", "0 of 0 sessions");
    }

    @Test
    void anEndedSessionSaysWhatEndedWithIt() throws Exception {
        assertThat(answered("{\"ended\":3}", "sessions", "end", "some-id").out())
                .contains("ended 3 tunnels, all that the token opened");
    }
}
