package io.gatehouse.load;

import static io.gatehouse.load.Footprint.MIB;

import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.target.EchoTarget;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tunnels leave behind: nothing, after twenty thousand of them or after an hour. */
class SoakTest {
    /** Opened each second, or as many as the machine can. */
    private static final int RATE = 20;

    private static final int CHURN = 20_000;
    private static final int WARM_UP = 2_000;
    private static final long HEAP_ROOM = 4 * MIB;
    private static final long DIRECT_ROOM = 4 * MIB;
    private static final long DESCRIPTOR_ROOM = 4;
    private static final long THREAD_ROOM = 2;
    private static final Duration IDLE_THREADS_GO = Duration.ofMinutes(3);
    private static final double FAILED_SHARE = 0.001;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    /** L-10: as long as the system property says, an hour without. */
    @Test
    @Tag("soak")
    void tunnelsThatComeAndGoForAnHourLeaveNothingBehind() throws Exception {
        Duration duration = Duration.ofMinutes(Integer.getInteger("soak.minutes", 60));
        try (GatewayProcess gateway = GatewayProcess.start(folder, "-Xmx256m");
                EchoTarget target = new EchoTarget()) {
            Churn churn = new Churn(gateway, target);
            Footprint before = warm(churn, gateway, "L-10");
            long begin = System.nanoTime();
            int opened = churn.opened();
            for (Random random = new Random(2); System.nanoTime() - begin < duration.toNanos(); ) {
                long left = duration.toNanos() - (System.nanoTime() - begin);
                churn.run(Duration.ofNanos(Math.min(left, TimeUnit.MINUTES.toNanos(1))), RATE, random);
                PassLines.say(
                        "L-10",
                        "after %d min: %d tunnels, %d failed; %s"
                                .formatted(
                                        Duration.ofNanos(System.nanoTime() - begin)
                                                .toMinutes(),
                                        churn.opened(),
                                        churn.failed(),
                                        gateway.footprint()));
            }
            PassLines.check(
                    "L-10",
                    "at least 5 tunnels a second",
                    churn.opened() - opened,
                    churn.opened() - opened >= 5 * duration.toSeconds());
            judge("L-10", churn, gateway, before);
        }
    }

    /** L-11. */
    @Test
    @Tag("load")
    void twentyThousandTunnelsLeaveNothingBehind() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder, "-Xmx256m");
                EchoTarget target = new EchoTarget()) {
            Churn churn = new Churn(gateway, target);
            Footprint before = warm(churn, gateway, "L-11");
            long begin = System.nanoTime();
            churn.run(CHURN, 1_000, new Random(2));
            PassLines.say(
                    "L-11",
                    CHURN + " tunnels in "
                            + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
            judge("L-11", churn, gateway, before);
        }
    }

    private static Footprint warm(Churn churn, GatewayProcess gateway, String test) throws Exception {
        churn.run(WARM_UP, 1_000, new Random(1));
        PassLines.check(test, "the gateway is empty after the warm-up", "", gateway.awaitEmpty());
        Footprint before = gateway.footprint();
        PassLines.say(test, "before: " + before);
        return before;
    }

    private static void judge(String test, Churn churn, GatewayProcess gateway, Footprint before) throws Exception {
        PassLines.check(test, "the gateway is empty afterwards", "", gateway.awaitEmpty());
        Footprint after = gateway.footprint();
        PassLines.say(test, "after:  " + after);
        PassLines.check(
                test,
                "fewer than one tunnel in a thousand fails",
                churn.failed() + " of " + churn.opened() + " " + churn.failures(),
                churn.failed() < FAILED_SHARE * churn.opened());
        PassLines.check(
                test,
                "heap after a full collection is back within 4 MiB",
                (after.heap() - before.heap()) / 1024 + " KiB more",
                after.heap() - before.heap() < HEAP_ROOM);
        PassLines.check(
                test,
                "direct memory is back within 4 MiB",
                (after.direct() - before.direct()) / 1024 + " KiB more",
                after.direct() - before.direct() < DIRECT_ROOM);
        PassLines.check(
                test,
                "descriptors are back within 4",
                after.descriptors() - before.descriptors() + " more",
                after.descriptors() - before.descriptors() <= DESCRIPTOR_ROOM);
        // Pools give idle threads back after a minute and more.
        boolean back =
                Wait.until(IDLE_THREADS_GO, () -> gateway.footprint().threads() - before.threads() <= THREAD_ROOM);
        PassLines.check(
                test, "threads are back within 2", gateway.footprint().threads() - before.threads() + " more", back);
        PassLines.check(
                test,
                "every channel that began also ended in the audit log",
                gateway.audited("\"session.start\""),
                gateway.audited("\"session.start\"") == gateway.audited("\"session.end\""));
    }
}
