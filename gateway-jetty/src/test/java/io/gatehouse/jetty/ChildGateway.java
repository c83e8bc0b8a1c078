package io.gatehouse.jetty;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * A gateway in a process of its own, which a test may starve. Tells its process id, its port without TLS and that of
 * its metrics.
 */
public final class ChildGateway {
    private ChildGateway() {}

    public static void main(String[] arguments) throws Exception {
        TestGateway gateway = TestGateway.start("[metrics]\naddress = \"127.0.0.1:0\"\n" + TestGateway.RULE);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway)));
        System.out.printf(
                "ready %d %d %d%n",
                ProcessHandle.current().pid(),
                gateway.plain().getPort(),
                gateway.metricsAddress().orElseThrow().getPort());
        new CountDownLatch(1).await();
    }

    private static void stop(TestGateway gateway) {
        try {
            gateway.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
