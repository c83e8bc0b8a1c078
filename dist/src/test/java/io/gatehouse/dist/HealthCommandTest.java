package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code gatehouse health} says of a real gateway before, while and after it runs. */
@Timeout(60)
class HealthCommandTest {
    @TempDir
    private Path folder;

    private CommandRun ask(String... options) {
        List<String> arguments = new ArrayList<>(List.of("health"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--config", folder.resolve("gatehouse.toml").toString()));
        return CommandRun.of(arguments.toArray(new String[0]));
    }

    private void configure(String listener, String more) throws IOException {
        ExampleFolder.in(folder).withText("""
                [[listener]]
                %s
                [auth]
                order = ["local"]
                [auth.local]
                accounts = "accounts"
                %s
                """.formatted(listener, more));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "metrics at loopback, 127.0.0.1:0, false, 127.0.0.1:",
        "metrics at all addresses, 127.0.0.1:0, false, :",
        "metrics at all addresses of IPv4, 127.0.0.1:0, false, 0.0.0.0:",
        "a listener, 127.0.0.1:, true, ",
    })
    void saysWhetherTheGatewayRuns(String name, String listener, boolean checks, String metrics) throws IOException {
        int port = freePort();
        configure(
                "address = \"%s\"\ntls = { certificate = \"a.pem\", key = \"a.key\", self-signed = true }\nhealth-checks = %s"
                        .formatted(listener.endsWith(":") ? listener + port : listener, checks),
                metrics == null ? "" : "[metrics]\naddress = \"%s%d\"\nallow-remote = true".formatted(metrics, port));
        List<CommandRun> runs = new ArrayList<>();
        CommandRun gateway = CommandRun.during(
                server -> {
                    runs.add(ask());
                    server.open();
                    runs.add(ask());
                    runs.add(ask("--live"));
                    server.close();
                    runs.add(ask());
                },
                "run",
                "--config",
                folder.resolve("gatehouse.toml").toString());
        assertThat(gateway.code()).as(gateway.err()).isZero();
        assertThat(runs).as(name).extracting(CommandRun::code).containsExactly(1, 0, 0, 1);
        assertThat(runs.get(1).out()).isEqualTo("ok\n");
        assertThat(runs.getLast().err()).contains("127.0.0.1:" + port + "/readyz: Connection refused");
    }

    @Test
    void aConfigurationWithoutAPageIsWrong() throws IOException {
        configure("address = \"127.0.0.1:8443\"\nproxy-protocol-from = [\"10.0.0.1\"]\nhealth-checks = true", "");
        CommandRun run = ask();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("no page to ask (expected [metrics], or a [[listener]] with health-checks = true");
    }
}
