package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Secret;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.jetty.TestGateway;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client whose user reads the number, and waits then until the target is open or refused. */
final class WaitingClient implements AutoCloseable {
    private static final Pattern NUMBER = Pattern.compile("choose the number (\\d\\d)");

    private final GatewayClient client;
    private final String number;
    private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
    private final Future<Integer> code;

    /** One that calls its machine {@code name} and asks for a port of {@code host}. */
    WaitingClient(ClientOptions options, String name, String host, int port) throws Exception {
        client = new GatewayClient(options);
        client.connect();
        client.handshake();
        TsguPacket.TunnelResponse tunnel = client.createTunnel();
        assertThat(tunnel.statusCode()).isZero();
        Matcher found = NUMBER.matcher(tunnel.consentMessage().orElse(""));
        number = found.find() ? found.group(1) : "";
        code = thread.submit(() -> {
            int authorized = client.authorizeTunnel(name).errorCode();
            return authorized != 0
                    ? authorized
                    : client.openChannel(List.of(host), port).errorCode();
        });
    }

    /**
     * A guest whose client waits; by a token, since none of them has an account.
     *
     * @param options but the credentials
     * @return the client, which waits for the answer to its authorization
     */
    static GatewayClient guest(TestGateway gateway, ClientOptions.Builder options, String name, int port)
            throws Exception {
        Identity guest = Identity.local("oidc", "oidc", name, Set.of("guests"), Set.of());
        String token = gateway.token(
                guest, new Target("127.0.0.1", port), Instant.now().plusSeconds(1));
        GatewayClient client = new GatewayClient(options.credentials(new Credentials.PaaCookie(Secret.ofText(token)))
                .build());
        client.connect();
        client.handshake();
        int status = client.createTunnel().statusCode();
        assertThat(status)
                .as("%s: %s", name, status == 0 ? "" : gateway.audit().getLast())
                .isZero();
        client.send(new TsguPacket.TunnelAuth("pc", Optional.empty()));
        return client;
    }

    /** The number that it shows; empty when it shows none. */
    String number() {
        return number;
    }

    /** What it was answered at last: zero when the target is open. */
    int code() throws ExecutionException, InterruptedException {
        return code.get();
    }

    boolean isWaiting() {
        return !code.isDone();
    }

    /** Cuts the connection, as a client does that is killed. */
    void abort() {
        client.abort();
    }

    @Override
    public void close() {
        client.close();
        thread.shutdownNow();
    }
}
