package io.gatehouse.dist.doctor;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.UpgradeMethod;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Whether a silent connection through the front lives: desktops at which nobody types are silent. */
public final class IdleExamination implements Examination {
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final PublicAddress address;
    private final Transport transport;
    private final Duration silence;

    /**
     * An examination of what stands at {@code address}.
     *
     * @param silence how long to be silent; shorter than the gateway's own deadline for a sign-in
     */
    public IdleExamination(PublicAddress address, Transport transport, Duration silence) {
        this.address = address;
        this.transport = transport;
        this.silence = silence;
    }

    @Override
    public String subject() {
        return "silence of " + silence.toSeconds() + " seconds at " + address + " (" + name() + ")";
    }

    private String name() {
        return transport.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public Duration patience() {
        return silence.plusSeconds(25);
    }

    @Override
    public List<Finding> examine() {
        try {
            AnonymousEntry entry = AnonymousEntry.at(address, ANSWER);
            if (entry.credentials().isEmpty()
                    || (transport == Transport.WEBSOCKET && entry.answer().isPresent())) {
                return List.of();
            }
            return silent(entry.credentials().get());
        } catch (IOException exception) {
            return List.of(); // the examination of the front says why
        }
    }

    private List<Finding> silent(Credentials credentials) throws IOException {
        try (GatewayClient client = address.client(transport, UpgradeMethod.RDG_OUT_DATA, credentials, ANSWER)) {
            client.connect();
            client.handshake();
            long begin = System.nanoTime();
            try {
                client.receive(silence);
            } catch (SocketTimeoutException exception) {
                return List.of();
            } catch (IOException exception) {
                return List.of(cut(Duration.ofNanos(System.nanoTime() - begin)));
            }
            return List.of();
        }
    }

    private Finding cut(Duration after) {
        long seconds = Math.round(after.toMillis() / 1000.0);
        return Finding.fault(
                "front.idle-cut",
                address + ": a silent connection (" + name() + ") is cut after " + seconds + " seconds",
                "allow an hour of silence (nginx: proxy_read_timeout 1h, proxy_send_timeout 1h; HAProxy: timeout client"
                        + " 1h, timeout server 1h, timeout tunnel 24h) (docs/reverse-proxy.md)");
    }
}
