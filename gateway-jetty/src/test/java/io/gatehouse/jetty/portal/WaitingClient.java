package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.core.tsgu.TsguPacket;
import java.util.List;
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
