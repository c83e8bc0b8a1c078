package io.gatehouse.dist.installed;

import static io.gatehouse.dist.installed.InstalledGateway.ALLOW;
import static io.gatehouse.dist.installed.InstalledGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two processes of the tarball that would use the same files, of which the first has a session. */
@Timeout(240)
class SecondProcessIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @Test
    void theSecondFailsBeforeItWritesAnythingAndTheSessionOfTheFirstGoesOn() throws IOException {
        try (InstalledGateway first = InstalledGateway.start(folder, ALLOW);
                EchoTarget target = new EchoTarget();
                GatewayClient client = new GatewayClient(ClientOptions.builder("localhost", first.port())
                        .trust(new Trust.Pinned(first.x509()))
                        .transport(Transport.WEBSOCKET)
                        .credentials(Credentials.ntlm("alice", PASSWORD))
                        .readTimeout(LIMIT)
                        .build())) {
            Channel channel = client.open("pc", List.of("127.0.0.1"), target.port());
            assertEchoes(channel);
            first.awaitAudit(line -> line.contains("session.start"));
            Path audit = first.configurationFile("audit.jsonl");
            String before = Files.readString(audit);
            Path same = first.configurationFile("gatehouse.toml");
            // At another port, so that nothing but the files is in its way.
            Path copy = first.configurationFile("copy.toml");
            Files.writeString(
                    copy,
                    Files.readString(same)
                            .replace("127.0.0.1:" + first.port(), "127.0.0.1:" + InstalledGateway.freePort()));
            for (Path configuration : List.of(same, copy)) {
                Command.Result second = Command.of(
                                first.program().toString(), "run", "--config", configuration.toString())
                        .withEnvironment(InstalledGateway.QUICK_START)
                        .within(LIMIT)
                        .run(folder);
                assertThat(second.exitCode()).as(second.output()).isEqualTo(1);
                assertThat(second.output()).contains("another gateway that runs uses " + audit, "stop it first");
            }
            assertThat(audit).content().isEqualTo(before);
            assertEchoes(channel);
        }
    }

    private static void assertEchoes(Channel channel) throws IOException {
        channel.send(ByteBuffer.wrap(new byte[] {7}));
        ByteBuffer answer = ByteBuffer.allocate(1);
        channel.readFully(answer);
        assertThat(answer.get(0)).isEqualTo((byte) 7);
    }
}
