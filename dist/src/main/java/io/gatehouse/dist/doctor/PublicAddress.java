package io.gatehouse.dist.doctor;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.client.UpgradeMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * Where clients reach the gateway.
 *
 * @param host its public name
 * @param port its public port
 */
public record PublicAddress(String host, int port) {
    private static final Duration CONNECT = Duration.ofSeconds(4);
    /** Longer than for others: a sign-in may ask a domain controller. */
    private static final Duration VERIFIED_ANSWER = Duration.ofSeconds(15);

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Requests in HTTP. */
    PlainRequest http() {
        return new PlainRequest(host, port, true);
    }

    /** A client of MS-TSGU that sends nothing before it has verified the certificate and its name. */
    GatewayClient verified(
            Transport transport,
            Credentials credentials,
            InetAddress from,
            String connectionId,
            List<X509Certificate> authorities)
            throws IOException {
        return new GatewayClient(ClientOptions.builder(host, port)
                .trust(new Trust.Verified(VerifiedTls.context(authorities)))
                .localAddress(from)
                .transport(transport)
                .connectionId(connectionId)
                .credentials(credentials)
                .connectTimeout(CONNECT)
                .readTimeout(VERIFIED_ANSWER)
                .build());
    }

    /** The address of this machine from which it reaches the public name. */
    InetAddress from() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(CONNECT.toMillis()));
            return socket.getLocalAddress();
        }
    }

    /** A client of MS-TSGU, which does not look at the certificate: others do. */
    GatewayClient client(Transport transport, UpgradeMethod method, Credentials credentials, Duration readTimeout)
            throws IOException {
        return new GatewayClient(ClientOptions.builder(host, port)
                .trust(new Trust.Shared(ShownCertificates.context()))
                .transport(transport)
                .upgradeMethod(method)
                .credentials(credentials)
                .connectTimeout(CONNECT)
                .readTimeout(readTimeout)
                .build());
    }
}
