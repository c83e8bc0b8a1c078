package io.gatehouse.load;

import static io.gatehouse.load.Footprint.MIB;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.target.EchoTarget;
import io.gatehouse.testkit.target.SinkTarget;
import io.gatehouse.testkit.target.SourceTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What relaying costs in speed and time, beside a direct connection in the same run. */
@Tag("load")
class RelayTest {
    private static final long BULK = 512 * MIB;
    private static final int ROUND_TRIPS = 5_000;
    private static final int OFFICE = 500;
    private static final int VIDEO = 20;
    private static final Duration OFFICE_ALONE = Duration.ofSeconds(15);
    private static final Duration OFFICE_TIME = Duration.ofMinutes(1);
    private static final int STALLED = 50;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    /**
     * L-7; a direct connection has one hop and no frames, so speed is told and not judged: bench/run compares it with
     * HAProxy's.
     */
    @Test
    void oneTunnelAddsLittleTimeToADirectConnection() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder)) {
            double directDown = 0;
            double tunnelDown = 0;
            double directUp = 0;
            double tunnelUp = 0;
            for (int round = 0; round < 3; round++) { // the best of three, the first of which warms up
                directDown = Math.max(directDown, directDown());
                tunnelDown = Math.max(tunnelDown, tunnelDown(gateway));
                directUp = Math.max(directUp, directUp());
                tunnelUp = Math.max(tunnelUp, tunnelUp(gateway));
            }
            PassLines.say("L-7", "down " + speeds(tunnelDown, directDown));
            PassLines.say("L-7", "up   " + speeds(tunnelUp, directUp));
            latency(gateway);
        }
    }

    private static String speeds(double tunnel, double direct) {
        return String.format(
                Locale.ROOT,
                "%.0f MiB/s, direct %.0f MiB/s, %.0f %% of it",
                tunnel / MIB,
                direct / MIB,
                100 * tunnel / direct);
    }

    private static void latency(GatewayProcess gateway) throws Exception {
        List<Long> direct = new ArrayList<>();
        List<Long> tunnel = new ArrayList<>();
        try (EchoTarget target = new EchoTarget();
                Socket socket = new Socket(target.host(), target.port());
                GatewayClient client = gateway.client(Transport.WEBSOCKET, false)) {
            socket.setTcpNoDelay(true);
            Channel channel = client.open("load", List.of(target.host()), target.port());
            byte[] bytes = new byte[64];
            for (int i = 0; i < 2 * ROUND_TRIPS; i++) {
                long begin = System.nanoTime();
                socket.getOutputStream().write(bytes);
                socket.getInputStream().readNBytes(bytes.length);
                long took = System.nanoTime() - begin;
                long relayed = Crowd.echo(channel, bytes.length);
                if (i >= ROUND_TRIPS) {
                    direct.add(took);
                    tunnel.add(relayed);
                }
            }
        }
        Collections.sort(direct);
        Collections.sort(tunnel);
        double median = added(direct, tunnel, 0.5);
        double p99 = added(direct, tunnel, 0.99);
        PassLines.check("L-7", "less than 1 ms added, median", "%.2f ms".formatted(median), median < 1);
        PassLines.check("L-7", "less than 5 ms added, p99", "%.2f ms".formatted(p99), p99 < 5);
    }

    private static double added(List<Long> direct, List<Long> tunnel, double share) {
        int index = (int) (direct.size() * share);
        return (tunnel.get(index) - direct.get(index)) / 1e6;
    }

    private static double directDown() throws IOException {
        try (SourceTarget source = new SourceTarget(BULK);
                Socket socket = new Socket(source.host(), source.port())) {
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[65536];
            long begin = System.nanoTime();
            long count = 0;
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                count += read;
            }
            return perSecond(count, begin);
        }
    }

    private static double tunnelDown(GatewayProcess gateway) throws IOException {
        try (SourceTarget source = new SourceTarget(BULK);
                GatewayClient client = gateway.client(Transport.WEBSOCKET, false)) {
            Channel channel = client.open("load", List.of(source.host()), source.port());
            ByteBuffer piece = ByteBuffer.allocate(65536);
            long begin = System.nanoTime();
            long count = 0;
            for (int read = channel.read(piece); read >= 0; read = channel.read(piece.clear())) {
                count += read;
            }
            return perSecond(count, begin);
        }
    }

    private static double directUp() throws Exception {
        try (SinkTarget sink = new SinkTarget();
                Socket socket = new Socket(sink.host(), sink.port())) {
            OutputStream out = socket.getOutputStream();
            byte[] piece = new byte[65536];
            long begin = System.nanoTime();
            for (long count = 0; count < BULK; count += piece.length) {
                out.write(piece);
            }
            sink.awaitReceived(BULK, Duration.ofMinutes(1));
            return perSecond(BULK, begin);
        }
    }

    private static double tunnelUp(GatewayProcess gateway) throws Exception {
        try (SinkTarget sink = new SinkTarget();
                GatewayClient client = gateway.client(Transport.WEBSOCKET, false)) {
            Channel channel = client.open("load", List.of(sink.host()), sink.port());
            byte[] piece = new byte[65536];
            long begin = System.nanoTime();
            for (long count = 0; count < BULK; count += piece.length) {
                channel.send(ByteBuffer.wrap(piece));
            }
            sink.awaitReceived(BULK, Duration.ofMinutes(1));
            return perSecond(BULK, begin);
        }
    }

    private static double perSecond(long bytes, long begin) {
        return bytes / ((System.nanoTime() - begin) / 1e9);
    }

    /** L-8: 500 tunnels with 100 kbit/s, first by themselves, then with 20 of 20 Mbit/s, all of them echoed. */
    @Test
    void officeWorkIsNotStarvedByVideo() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder);
                Crowd office = new Crowd(gateway);
                Crowd video = new Crowd(gateway)) {
            office.open(OFFICE, Transport.WEBSOCKET, true, 32, 1_000);
            video.open(VIDEO, Transport.WEBSOCKET, true, 4, 1_000);
            double control = work(office, List.of(), OFFICE_ALONE).slowest();
            Work work = work(office, video.channels(), OFFICE_TIME);
            PassLines.check(
                    "L-8",
                    "office round trips, p99 below 20 ms, or three times as long as without the video",
                    "%.1f ms, %.1f ms without".formatted(work.slowest(), control),
                    work.slowest() < Math.max(20, 3 * control));
            PassLines.check(
                    "L-8",
                    "the slowest tunnel has more than half of the median",
                    "%.2f".formatted(work.fairness()),
                    work.fairness() > 0.5);
        }
    }

    /**
     * What office tunnels saw.
     *
     * @param slowest the p99 of their round trips, in milliseconds
     * @param fairness the round trips of the slowest tunnel, as a part of the median
     */
    private record Work(double slowest, double fairness) {}

    private static Work work(Crowd office, List<Channel> video, Duration howLong) throws Exception {
        List<Long> waits = Collections.synchronizedList(new ArrayList<>());
        List<Integer> done = new ArrayList<>();
        long end = System.nanoTime() + howLong.toNanos();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> busy = new ArrayList<>();
            List<Future<Integer>> running = new ArrayList<>();
            for (Channel channel : video) {
                busy.add(executor.submit(() -> talk(channel, 50_000, Duration.ofMillis(20), end, new ArrayList<>())));
            }
            for (Channel channel : office.channels()) {
                running.add(executor.submit(() -> talk(channel, 1_250, Duration.ofMillis(100), end, waits)));
            }
            for (Future<Integer> each : running) {
                done.add(each.get());
            }
            for (Future<Integer> each : busy) {
                each.get();
            }
        }
        Collections.sort(waits);
        Collections.sort(done);
        return new Work(
                waits.get((int) (waits.size() * 0.99)) / 1e6, (double) done.getFirst() / done.get(done.size() / 2));
    }

    private static int talk(Channel channel, int bytes, Duration pause, long end, List<Long> waits) throws Exception {
        int rounds = 0;
        while (System.nanoTime() < end) {
            waits.add(Crowd.echo(channel, bytes));
            rounds++;
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
        return rounds;
    }

    /** L-9; in every run of the tests FloodTest checks the same within one process. */
    @Test
    void clientsThatStallCostAlmostNothing() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder);
                SourceTarget source = new SourceTarget(Long.MAX_VALUE);
                Crowd good = new Crowd(gateway)) {
            good.open(1, Transport.WEBSOCKET, true, 1, 1_000);
            double control = slowest(good.channels().getFirst());
            Footprint before = gateway.footprint();
            List<GatewayClient> stalled = new ArrayList<>();
            try {
                for (int i = 0; i < STALLED; i++) {
                    GatewayClient client = gateway.client(Transport.WEBSOCKET, true);
                    stalled.add(client);
                    client.open("stalled", List.of(source.host()), source.port());
                }
                long[] last = {-1};
                Wait.until(Duration.ofSeconds(10), () -> last[0] == (last[0] = source.sent()) && last[0] > 0);
                Footprint with = gateway.footprint();
                PassLines.check(
                        "L-9",
                        "heap within 32 MiB",
                        (with.heap() - before.heap()) / MIB + " MiB more",
                        with.heap() - before.heap() < 32 * MIB);
                double p99 = slowest(good.channels().getFirst());
                PassLines.check(
                        "L-9",
                        "others wait less than 50 ms, or three times as long as before, p99",
                        "%.1f ms, %.1f ms before".formatted(p99, control),
                        p99 < Math.max(50, 3 * control));
            } finally {
                stalled.forEach(GatewayClient::abort);
            }
        }
    }

    /** The p99 of 500 round trips, in milliseconds. */
    private static double slowest(Channel channel) throws IOException {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            waits.add(Crowd.echo(channel, 64));
        }
        Collections.sort(waits);
        return waits.get(495) / 1e6;
    }
}
