package io.gatehouse.dist;

import io.gatehouse.client.Credentials;
import io.gatehouse.client.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;

/**
 * What a gateway does all day, for some seconds: the virtual machine records which classes and methods this takes (JEP
 * 483, 515). The classes of the client are recorded as well: they are 1 in 100.
 */
final class Training {
    /** Sign-ins over each transport; after so many the methods that matter were compiled with their profiles. */
    static final int ENOUGH = 150;
    /** Fewer, since each computes a password hash that is slow on purpose. */
    private static final int WITH_BASIC = 3;

    private static final String LOOPBACK = "127.0.0.1";

    private Training() {}

    /** Runs a gateway in {@code folder}, and signs in and relays, {@code signIns} times over each transport. */
    static void run(Path folder, World world, int signIns, PrintWriter err) throws CommandException, IOException {
        try (SelfTestTarget echo = SelfTestTarget.start()) {
            DemoFolder demo = DemoFolder.prepare(folder, world.clock());
            int port = DemoCommand.freePort(LOOPBACK, 0);
            demo.writeConfiguration(LOOPBACK, port, echo.port(), "localhost:3389");
            try (RunningGateway gateway = RunningGateway.start(demo.configuration(), world, err)) {
                signIn(demo, gateway.address(), echo.port(), signIns);
            }
        } catch (CertificateException e) {
            throw new IllegalStateException("the demo's own certificate cannot be read", e);
        }
    }

    private static void signIn(DemoFolder demo, InetSocketAddress gateway, int echoPort, int signIns)
            throws IOException, CertificateException {
        Credentials ntlm = Credentials.ntlm(DemoFolder.USER, demo.password());
        Credentials basic = Credentials.basic(DemoFolder.USER, demo.password());
        for (Transport transport : List.of(Transport.WEBSOCKET, Transport.DUAL_CHANNEL)) {
            for (int count = 0; count < signIns; count++) {
                SelfTest.test(demo, gateway, echoPort, transport, count < WITH_BASIC ? basic : ntlm);
            }
        }
    }
}
