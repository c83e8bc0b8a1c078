package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.login.Mechanisms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** As much of an HTTP server as curl needs to sign in by Negotiate, which the core composes; one connection at a time. */
final class TestHttpServer implements AutoCloseable {
    private static final String PREFIX = "Authorization: Negotiate ";

    private final TokenMechanism negotiate;
    private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::serve);

    TestHttpServer(TokenMechanism kerberos) throws IOException {
        this.negotiate = negotiate(kerberos);
        thread.start();
    }

    /** {@code Negotiate} around this mechanism, as the gateway offers it. */
    static TokenMechanism negotiate(TokenMechanism kerberos) {
        return Mechanisms.of(List.of(kerberos))
                .forHttp("Negotiate", Fixtures.peer())
                .orElseThrow();
    }

    String address() {
        return "http://localhost:" + server.getLocalPort() + "/";
    }

    /** How the sign-ins so far ended. */
    Queue<Outcome> outcomes() {
        return outcomes;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept();
                    Conversation conversation = negotiate.open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION)) {
                serve(socket, conversation);
            } catch (IOException _) {
                // The client went, or the test is over.
            }
        }
    }

    private void serve(Socket socket, Conversation conversation) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String token = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith(PREFIX)) {
                token = line.substring(PREFIX.length());
            } else if (line.isEmpty()) {
                answer(socket.getOutputStream(), token, conversation);
                token = "";
            }
        }
    }

    private void answer(OutputStream output, String token, Conversation conversation) throws IOException {
        String response = "401 Unauthorized\r\nWWW-Authenticate: Negotiate";
        if (!token.isEmpty()) {
            Step step = conversation.next(Token.of(Base64.getDecoder().decode(token)));
            if (step instanceof Outcome outcome) {
                outcomes.add(outcome);
            }
            response = switch (step) {
                case Step.Challenge(Token challenge) -> response + " " + encode(challenge);
                case Outcome.Accepted accepted ->
                    "200 OK\r\nWWW-Authenticate: Negotiate "
                            + encode(accepted.farewell().orElseThrow());
                case Outcome.Rejected _ -> response;
                case Step.Claim _ -> throw new AssertionError("a ticket is no claim");
            };
        }
        output.write(("HTTP/1.1 " + response + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        output.flush();
    }

    private static String encode(Token token) {
        return Base64.getEncoder().encodeToString(token.bytes());
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
