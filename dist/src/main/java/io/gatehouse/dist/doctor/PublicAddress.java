package io.gatehouse.dist.doctor;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.client.UpgradeMethod;
import java.io.IOException;
import java.time.Duration;

/**
 * Where clients reach the gateway.
 *
 * @param host its public name
 * @param port its public port
 */
public record PublicAddress(String host, int port) {
    private static final Duration CONNECT = Duration.ofSeconds(4);

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Requests in HTTP. */
    PlainRequest http() {
        return new PlainRequest(host, port, true);
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
