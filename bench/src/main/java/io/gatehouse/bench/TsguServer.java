package io.gatehouse.bench;

import io.gatehouse.api.Secret;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server of MS-TSGU, ours or anybody's.
 *
 * @param host how clients know it
 * @param path the request target
 * @param ports where it listens, by what protects the connection
 * @param tls whom clients trust, likewise
 * @param credentials what it accepts
 */
record TsguServer(
        String name,
        Optional<ServerProcess> process,
        String host,
        String path,
        Map<Way.Security, InetSocketAddress> ports,
        Map<Way.Security, ClientTls> tls,
        Map<Way.Method, Credentials> credentials)
        implements Proxy {
    /** Longer than any server may keep a measurement waiting. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    TsguServer {
        ports = Map.copyOf(ports);
        tls = Map.copyOf(tls);
        credentials = Map.copyOf(credentials);
    }

    /** Basic would show the password without TLS, and Gatehouse refuses it then. */
    @Override
    public boolean offers(Way way) {
        return ports.containsKey(way.security())
                && credentials.containsKey(way.method())
                && !(way.security() == Way.Security.PLAIN && way.method() == Way.Method.BASIC);
    }

    /** As ours is, or as much alike as this server allows. */
    @Override
    public Way usual(Transport transport) {
        for (Way.Security security : List.of(Way.Security.P256, Way.Security.RSA, Way.Security.PLAIN)) {
            for (Way.Method method : List.of(Way.Method.NTLM, Way.Method.TOKEN, Way.Method.BASIC)) {
                Way way = new Way(transport, security, false, method);
                if (offers(way)) {
                    return way;
                }
            }
        }
        throw new IllegalStateException(name + " offers nothing");
    }

    @Override
    public TunnelLink open(Way way, int port) throws IOException {
        InetSocketAddress address = found(ports.get(way.security()), way);
        GatewayClient client = new GatewayClient(ClientOptions.builder(host, address.getPort())
                .address(address)
                .path(path)
                .trust(
                        way.security() == Way.Security.PLAIN
                                ? new Trust.Plain()
                                : new Trust.Shared(
                                        found(tls.get(way.security()), way).context(way.resumed())))
                .transport(way.transport())
                .credentials(found(credentials.get(way.method()), way))
                .readTimeout(PATIENCE)
                .build());
        try {
            return new TunnelLink(client, client.open("bench", List.of("127.0.0.1"), port), way.transport());
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static <T> T found(@Nullable T value, Way way) throws IOException {
        if (value == null) {
            throw new IOException("this server cannot be reached by " + way.words());
        }
        return value;
    }

    /** The credentials that a name and a secret make. */
    static Credentials credentials(Way.Method method, String user, String secret) {
        return switch (method) {
            case BASIC -> Credentials.basic(user, secret);
            case NTLM -> Credentials.ntlm(user, secret);
            case TOKEN -> new Credentials.PaaCookie(Secret.ofText(secret));
        };
    }

    @Override
    public int fullHandshakes() {
        return tls.values().stream().mapToInt(ClientTls::fullHandshakes).sum();
    }

    @Override
    public void close() {
        process.ifPresent(ServerProcess::close);
    }
}
