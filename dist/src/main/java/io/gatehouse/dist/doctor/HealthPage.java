package io.gatehouse.dist.doctor;

import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.net.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Where a gateway on this machine says whether it is alive and ready: {@code /livez} and {@code /readyz}. */
public final class HealthPage {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final PlainRequest server;

    private HealthPage(PlainRequest server) {
        this.server = server;
    }

    /**
     * That of {@code [metrics]}, which has threads of its own; or else that of the first listener with
     * {@code health-checks} that speaks no PROXY protocol. Empty when there is neither.
     */
    public static Optional<HealthPage> of(GatewayConfig gateway) {
        return gateway.metrics()
                .map(metrics -> at(metrics.address(), false))
                .or(() -> gateway.listener().stream()
                        .filter(listener -> listener.healthChecks()
                                && listener.proxyProtocolFrom().isEmpty())
                        .map(listener -> at(listener.address(), listener.tls().isPresent()))
                        .findFirst());
    }

    private static HealthPage at(ListenAddress address, boolean encrypted) {
        return new HealthPage(new PlainRequest(
                address.host().map(HealthPage::reachable).orElse("127.0.0.1"), address.port(), encrypted));
    }

    /** What listens at every address of a family listens at its loopback address. */
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> InetAddress.ofLiteral("::1").getHostAddress();
            default -> host;
        };
    }

    /**
     * Asks whether the gateway takes new clients, or, with {@code live}, whether it is alive.
     *
     * @return whether it says so
     * @throws IOException when nothing answers within seconds, or not the page of a gateway; the message has the
     *     address
     */
    public boolean ask(boolean live) throws IOException {
        String path = live ? "/livez" : "/readyz";
        String address = (server.encrypted() ? "https://" : "http://") + server.host() + ":" + server.port() + path;
        int status;
        try {
            status = server.send("GET", path, List.of("Connection: close")).status();
        } catch (IOException e) {
            throw new IOException(address + ": " + e.getMessage(), e);
        }
        if (status != OK && status != UNAVAILABLE) {
            throw new IOException(address + ": status " + status + " (expected 200 or 503)");
        }
        return status == OK;
    }
}
