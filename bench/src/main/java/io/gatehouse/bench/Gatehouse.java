package io.gatehouse.bench;

import io.gatehouse.client.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gatehouse from an unpacked tarball, started by its own launcher.
 *
 * @param name for the report
 * @param home the folder of the tarball
 * @param work has certificates and accounts, and gets configuration and logs
 */
record Gatehouse(String name, Path home, Path work, Machine machine, int targetPort) {
    private static final String USER = "bench";

    /**
     * Starts it.
     *
     * @param cores how many processors it has
     * @return when it takes connections
     */
    TsguServer start(int cores) throws IOException, GeneralSecurityException {
        int plain = Machine.freePort();
        int rsa = Machine.freePort();
        int p256 = Machine.freePort();
        Path configuration = Files.writeString(work.resolve(name + ".toml"), configuration(plain, rsa, p256));
        List<String> command = new ArrayList<>(machine.onFirst(cores));
        command.addAll(List.of(launcher(), "run", "--config", configuration.toString()));
        ServerProcess process = ServerProcess.start(command, work.resolve(name + ".log"));
        for (int port : new int[] {plain, rsa, p256}) {
            Machine.awaitListener(process, port);
        }
        return new TsguServer(
                name,
                Optional.of(process),
                "localhost",
                "/remoteDesktopGateway/",
                Map.of(
                        Way.Security.PLAIN, address(plain),
                        Way.Security.RSA, address(rsa),
                        Way.Security.P256, address(p256)),
                Map.of(
                        Way.Security.RSA, new ClientTls(work.resolve("rsa.pem")),
                        Way.Security.P256, new ClientTls(work.resolve("p256.pem"))),
                Map.of(
                        Way.Method.BASIC, TsguServer.credentials(Way.Method.BASIC, USER, password()),
                        Way.Method.NTLM, TsguServer.credentials(Way.Method.NTLM, USER, password())));
    }

    /** The same server with a token, which is made after the start: those made before are refused. */
    TsguServer withToken(TsguServer server) throws IOException {
        String token = run(
                launcher(),
                "token",
                "mint",
                "--config",
                work.resolve(name + ".toml").toString(),
                "--user",
                USER,
                "--target",
                "127.0.0.1:" + targetPort);
        Map<Way.Method, Credentials> credentials = new EnumMap<>(server.credentials());
        credentials.put(Way.Method.TOKEN, TsguServer.credentials(Way.Method.TOKEN, USER, token.strip()));
        return new TsguServer(
                server.name(),
                server.process(),
                server.host(),
                server.path(),
                server.ports(),
                server.tls(),
                credentials);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private String launcher() {
        return home.resolve("bin/gatehouse").toString();
    }

    private String password() throws IOException {
        return Files.readAllLines(work.resolve("password")).getFirst();
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return printed;
    }

    private String configuration(int plain, int rsa, int p256) {
        return """
                [server]
                name = "localhost"
                [[listener]]
                address = "127.0.0.1:%d"
                [[listener]]
                address = "127.0.0.1:%d"
                tls = { certificate = "rsa.pem", key = "rsa-key.pem" }
                [[listener]]
                address = "127.0.0.1:%d"
                tls = { certificate = "p256.pem", key = "p256-key.pem" }
                [auth]
                order = ["ntlm", "local"]
                [auth.ntlm]
                accounts = "accounts"
                [auth.local]
                accounts = "accounts"
                [auth.paa]
                keys = "%s-paa-keys.json"
                lifetime = "12h"
                reuse-window = "12h"
                [[policy.rule]]
                name = "bench"
                targets = ["127.0.0.1"]
                ports = ["%d"]
                [limits]
                connections = 40000
                connections-before-login = 20000
                connections-before-login-per-source = 20000
                tunnels-per-user = 40000
                [audit]
                file = "%s.audit"
                """.formatted(plain, rsa, p256, name, targetPort, name);
    }
}
