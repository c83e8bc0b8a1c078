package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** HAProxy with one thread, TLS to TCP and nothing else: the lower bound for everything that ends TLS. */
final class Haproxy implements Proxy {
    private static final String NAME = "haproxy";
    private static final int PATIENCE_MILLIS = 30_000;

    private final ServerProcess process;
    private final ClientTls rsa;
    private final ClientTls p256;
    private final int rsaPort;
    private final int p256Port;

    private Haproxy(ServerProcess process, ClientTls rsa, int rsaPort, ClientTls p256, int p256Port) {
        this.process = process;
        this.rsa = rsa;
        this.p256 = p256;
        this.rsaPort = rsaPort;
        this.p256Port = p256Port;
    }

    /** Starts it on the first processor; {@code work} has the certificates with their keys. */
    static Haproxy start(Path program, Path work, Machine machine, int targetPort)
            throws IOException, GeneralSecurityException {
        int rsaPort = Machine.freePort();
        int p256Port = Machine.freePort();
        Path configuration = Files.writeString(work.resolve("haproxy.cfg"), """
                global
                  nbthread 1
                  maxconn 9500
                  ssl-default-bind-options ssl-min-ver TLSv1.3
                  ssl-default-bind-ciphersuites TLS_AES_256_GCM_SHA384
                defaults
                  mode tcp
                  timeout connect 10s
                  timeout client 600s
                  timeout server 600s
                listen bench
                  bind 127.0.0.1:%d ssl crt %s
                  bind 127.0.0.1:%d ssl crt %s
                  server target 127.0.0.1:%d
                """.formatted(
                        rsaPort, work.resolve("rsa-pair.pem"), p256Port, work.resolve("p256-pair.pem"), targetPort));
        List<String> command = new ArrayList<>(machine.onFirst(1));
        command.addAll(List.of(program.toString(), "-db", "-f", configuration.toString()));
        ServerProcess process = ServerProcess.start(command, work.resolve("haproxy.log"));
        Machine.awaitListener(process, p256Port);
        return new Haproxy(
                process,
                new ClientTls(work.resolve("rsa.pem")),
                rsaPort,
                new ClientTls(work.resolve("p256.pem")),
                p256Port);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<ServerProcess> process() {
        return Optional.of(process);
    }

    /** It knows one way to open a connection only; transports and methods are nothing to it. */
    @Override
    public boolean offers(Way way) {
        return way.security() != Way.Security.PLAIN;
    }

    @Override
    public Way usual(Transport transport) {
        return Way.of(transport);
    }

    @Override
    public Link open(Way way, int port) throws IOException {
        boolean withRsa = way.security() == Way.Security.RSA;
        SSLSocket socket = (SSLSocket) (withRsa ? rsa : p256)
                .context(way.resumed())
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), withRsa ? rsaPort : p256Port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
        return new PlainLink(socket);
    }

    @Override
    public int fullHandshakes() {
        return rsa.fullHandshakes() + p256.fullHandshakes();
    }

    @Override
    public void close() {
        process.close();
    }
}
