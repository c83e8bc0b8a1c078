package io.gatehouse.jetty.wake;

import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.jetty.TestGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A gateway and a sleeping machine, each in a network namespace of its own, with a cable between them. The machine
 * drops what comes until a magic packet for its card does. Started by {@link WakeInNamespaceTest}; throws what is
 * wrong.
 */
public final class WakeInNamespace {
    private static final String MAC = "02:11:22:aa:bb:cc";
    private static final int PORT = 3389;
    private static final String TABLES = """
            [[desktop]]
            name = "pc"
            host = "10.77.0.2"
            mac = "%s"
            wake-address = "10.77.0.255"
            [[policy.rule]]
            name = "staff"
            groups = ["staff"]
            targets = ["10.77.0.0/24"]
            wake = true
            """.formatted(MAC);
    private static final String MACHINE = """
            set -e
            echo ready
            read -r _
            ip link set lo up
            ip address add 10.77.0.2/24 brd + dev pc0
            ip link set pc0 up
            nft add table ip asleep
            nft 'add chain ip asleep input { type filter hook input priority 0; }'
            nft add rule ip asleep input meta l4proto tcp drop
            exec "$@"
            """;

    private WakeInNamespace() {}

    public static void main(String[] arguments) throws Exception {
        Process machine = new ProcessBuilder(List.of(
                        "unshare",
                        "--net",
                        "sh",
                        "-c",
                        MACHINE,
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SleepingMachine.class.getName(),
                        MAC,
                        "10.77.0.2",
                        String.valueOf(PORT)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader says = machine.inputReader(StandardCharsets.UTF_8);
                OutputStream cue = machine.getOutputStream()) {
            expect(says, "ready");
            run("ip", "link", "add", "gw0", "type", "veth", "peer", "name", "pc0", "address", MAC);
            run("ip", "link", "set", "pc0", "netns", String.valueOf(machine.pid()));
            run("ip", "address", "add", "10.77.0.1/24", "brd", "+", "dev", "gw0");
            run("ip", "link", "set", "gw0", "up");
            cue.write('\n');
            cue.flush();
            expect(says, "asleep " + PORT);
            theFirstTryReachesTheMachine();
        } finally {
            machine.destroyForcibly();
        }
        System.out.println("all is well");
        System.exit(0);
    }

    private static void expect(BufferedReader says, String line) throws IOException {
        String said = says.readLine();
        if (!line.equals(said)) {
            throw new AssertionError("expected " + line + ", and the machine says " + said);
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + code);
        }
    }

    private static void theFirstTryReachesTheMachine() throws Exception {
        try (TestGateway gateway = TestGateway.start(TABLES);
                GatewayClient client = new GatewayClient(gateway.options(Transport.WEBSOCKET)
                        .credentials(Credentials.ntlm("alice", TestGateway.PASSWORD))
                        .build())) {
            client.connect();
            client.handshake();
            long begun = System.nanoTime();
            client.open("pc", List.of("10.77.0.2"), PORT);
            client.send(new Data(ByteBuffer.wrap(new byte[] {7})));
            if (!client.receive().equals(new Data(ByteBuffer.wrap(new byte[] {7})))) {
                throw new AssertionError("the machine does not answer");
            }
            System.out.println("reached after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
            gateway.awaitAudit("\"wake.begun\"", "to 10.77.0.255");
            gateway.awaitAudit("\"wake.answered\"");
        }
    }
}
