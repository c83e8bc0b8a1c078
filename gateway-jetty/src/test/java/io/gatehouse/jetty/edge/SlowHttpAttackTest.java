package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.GoodClient;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** slowhttptest holds hundreds of connections with heads and bodies that drip, and reads answers slowly. */
@Tag("attack")
class SlowHttpAttackTest {
    private static final int CONNECTIONS = 500;
    private static final int SECONDS = 6;

    private static List<String> command(TestGateway gateway, String kind, String path) {
        List<String> command = new ArrayList<>(List.of("slowhttptest", "-" + kind, "-v", "1"));
        command.addAll(List.of("-c", String.valueOf(CONNECTIONS), "-r", String.valueOf(CONNECTIONS)));
        command.addAll(List.of("-l", String.valueOf(SECONDS), "-i", "1", "-p", "2"));
        command.addAll(List.of("-u", "http://127.0.0.1:" + gateway.plain().getPort() + path));
        return command;
    }

    /** The tool uses up what 127.0.0.1 may have. */
    private static ClientOptions elsewhere(TestGateway gateway) {
        return gateway.options(Transport.WEBSOCKET)
                .localAddress(InetAddress.ofLiteral("127.7.0.1"))
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "H, /remoteDesktopGateway/, heads that drip",
        "B, /KdcProxy, bodies that drip",
        "X, /, answers that are read slowly"
    })
    void tunnelsAndSignInsGoOnBeside(String kind, String path, String name) throws Exception {
        RequiredTools.assume("slowhttptest");
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE);
                GoodClient client = GoodClient.beside(elsewhere(gateway), elsewhere(gateway));
                TestFolder folder = new TestFolder()) {
            client.await(20, 2);
            client.forget();
            Command.Result attack = new Command(
                            command(gateway, kind, path), Map.of(), "", Duration.ofSeconds(SECONDS * 10L))
                    .run(folder);
            assertThat(attack.output()).contains("test type");
            GoodClient.Waits waits = client.report(name);
            assertThat(waits.failures()).isEmpty();
            assertThat(waits.signIns()).as("%s%n%s", waits, attack.output()).isPositive();
            assertThat(waits.longestRoundTrip().toSeconds()).as("%s", waits).isLessThan(2);
        }
    }
}
