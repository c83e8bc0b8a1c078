package io.gatehouse.load;

import static io.gatehouse.load.Footprint.MIB;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many tunnels: what they cost while they are idle, and how fast they can be opened. */
@Tag("load")
class CrowdTest {
    private static final int AT_ONCE = 32;
    private static final int UNLIMITED = 1_000_000;
    private static final int IDLE = 2_000;
    private static final int IDLE_DUAL = 3_000;
    private static final int STORM = 2_000;
    private static final int PLAIN_STORM = 9_000;
    private static final Duration IDLE_TIME = Duration.ofMinutes(2);

    /**
     * What the virtual machine, the test and the gateway need beside tunnels, of the descriptors that a process may
     * have.
     */
    private static final int OTHER_DESCRIPTORS = 600;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    /** L-1. */
    @Test
    void twoThousandIdleTunnelsCostLittle() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder);
                Crowd crowd = new Crowd(gateway)) {
            warm(gateway);
            Footprint before = gateway.footprint();
            Crowd.Opening opening = crowd.open(IDLE, Transport.WEBSOCKET, true, AT_ONCE, UNLIMITED);
            PassLines.check(
                    "L-1", "2,000 tunnels open", opening, opening.failures().isEmpty());
            Footprint with = gateway.footprint();
            double processor = gateway.processorSeconds();
            TimeUnit.NANOSECONDS.sleep(IDLE_TIME.toNanos());
            double share = (gateway.processorSeconds() - processor) / IDLE_TIME.toSeconds();
            PassLines.say("L-1", "before: " + before);
            PassLines.say("L-1", "with:   " + with);
            PassLines.check(
                    "L-1",
                    "heap grows by 60 MiB at most",
                    (with.heap() - before.heap()) / MIB + " MiB",
                    with.heap() - before.heap() <= 60 * MIB);
            PassLines.check(
                    "L-1",
                    "resident memory grows by 250 MiB at most",
                    (with.resident() - before.resident()) / MIB + " MiB",
                    with.resident() - before.resident() <= 250 * MIB);
            PassLines.check("L-1", "less than 3 % of a core", "%.1f %%".formatted(share * 100), share < 0.03);
            int alive = crowd.alive();
            PassLines.check("L-1", "all are alive after 120 s", alive, alive == IDLE);
        }
    }

    /**
     * L-2: as many as descriptors of one process allow, two for each tunnel in the gateway and two in the generator.
     */
    @Test
    void asManyTunnelsAsDescriptorsAllowLeaveRoomForANewOne() throws Exception {
        int tunnels = (int) (Math.min(descriptorLimit(), 20_000) - OTHER_DESCRIPTORS) / 2;
        try (GatewayProcess gateway = GatewayProcess.start(folder, "-Xmx768m");
                Crowd crowd = new Crowd(gateway)) {
            warm(gateway);
            Crowd.Opening opening = crowd.open(tunnels, Transport.WEBSOCKET, false, AT_ONCE, UNLIMITED);
            PassLines.check(
                    "L-2",
                    tunnels + " tunnels open",
                    opening,
                    opening.failures().isEmpty());
            Footprint with = gateway.footprint();
            PassLines.check("L-2", "resident memory of 1 GiB at most", with, with.resident() <= 1024 * MIB);
            PassLines.check("L-2", "at least 100 a second", opening, opening.perSecond() >= 100);
            Duration slowest = slowestNewOne(gateway, 50);
            PassLines.check(
                    "L-2",
                    "a new one within 500 ms",
                    slowest.toMillis() + " ms",
                    slowest.compareTo(Duration.ofMillis(500)) < 0);
            int alive = crowd.alive();
            PassLines.check("L-2", "all are alive", alive, alive == tunnels);
        }
    }

    /** L-4: three descriptors each in the gateway. */
    @Test
    void threeThousandDualChannelsCostLittle() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder);
                Crowd crowd = new Crowd(gateway)) {
            warm(gateway);
            Crowd.Opening opening = crowd.open(IDLE_DUAL, Transport.DUAL_CHANNEL, false, AT_ONCE, UNLIMITED);
            PassLines.check(
                    "L-4",
                    "3,000 dual channels open",
                    opening,
                    opening.failures().isEmpty());
            Footprint with = gateway.footprint();
            PassLines.check("L-4", "resident memory of 600 MiB at most", with, with.resident() <= 600 * MIB);
            int alive = crowd.alive();
            PassLines.check("L-4", "all are alive", alive, alive == IDLE_DUAL);
        }
    }

    /** L-5. */
    @Test
    void stormOfTlsConnectionsIsServed() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder)) {
            warm(gateway);
            Footprint before = gateway.footprint();
            try (Crowd crowd = new Crowd(gateway)) {
                Crowd.Opening opening = crowd.open(STORM, Transport.WEBSOCKET, true, AT_ONCE, UNLIMITED);
                PassLines.check("L-5", "no error", opening, opening.failures().isEmpty());
                PassLines.check("L-5", "at least 100 a second", opening, opening.perSecond() >= 100);
                PassLines.check(
                        "L-5",
                        "p99 below 5 s",
                        opening,
                        opening.percentile(0.99).toSeconds() < 5);
            }
            PassLines.check("L-5", "the gateway is empty afterwards", "", gateway.awaitEmpty());
            Footprint after = gateway.footprint();
            PassLines.check(
                    "L-5",
                    "heap is back within 8 MiB",
                    (after.heap() - before.heap()) / 1024 + " KiB more",
                    after.heap() - before.heap() < 8 * MIB);
        }
    }

    /** L-6: behind a load balancer that ends TLS. */
    @Test
    void stormOfPlainConnectionsIsServed() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder, "-Xmx768m");
                Crowd crowd = new Crowd(gateway)) {
            warm(gateway);
            Crowd.Opening opening = crowd.open(PLAIN_STORM, Transport.WEBSOCKET, false, 256, 1_000);
            PassLines.check("L-6", "no error", opening, opening.failures().isEmpty());
            long allowed = opening.perSecond() < 1_000
                    ? Math.max(1_000, 3 * opening.percentile(0.5).toMillis())
                    : 1_000;
            PassLines.check(
                    "L-6",
                    "p99 below 1 s at 1,000 a second, below three times the median at fewer",
                    opening,
                    opening.percentile(0.99).toMillis() < allowed);
        }
    }

    private static long descriptorLimit() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+", -1)[3]))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The p99 of new tunnels beside what there is. */
    private static Duration slowestNewOne(GatewayProcess gateway, int tries) throws Exception {
        List<Long> nanos = new ArrayList<>();
        try (EchoTarget target = new EchoTarget()) {
            for (int i = 0; i < tries; i++) {
                long begin = System.nanoTime();
                try (GatewayClient client = gateway.client(Transport.WEBSOCKET, true)) {
                    Channel channel = client.open("new", List.of(target.host()), target.port());
                    Crowd.echo(channel, 64);
                    nanos.add(System.nanoTime() - begin);
                }
            }
        }
        return Duration.ofNanos(Collections.max(nanos));
    }

    /** Java needs some hundred sign-ins until it is as fast as it will be. */
    private static void warm(GatewayProcess gateway) throws Exception {
        for (Transport transport : Transport.values()) {
            for (boolean tls : new boolean[] {true, false}) {
                try (Crowd crowd = new Crowd(gateway)) {
                    crowd.open(200, transport, tls, AT_ONCE, UNLIMITED);
                }
            }
        }
        gateway.awaitEmpty();
    }
}
