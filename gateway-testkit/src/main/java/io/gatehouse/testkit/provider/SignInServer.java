package io.gatehouse.testkit.provider;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
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

/**
 * As much of an HTTP server as real clients need to sign in by one mechanism, on a loopback port of its own; one
 * connection at a time.
 */
public final class SignInServer implements AutoCloseable {
    private static final Peer PEER = new Peer(InetAddress.getLoopbackAddress(), true, false, List.of());

    private final TokenMechanism mechanism;
    private final String scheme;
    private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::serve);

    /**
     * Starts the server.
     *
     * @param mechanism one whose scheme stands on HTTP
     */
    public SignInServer(TokenMechanism mechanism) throws IOException {
        this.mechanism = mechanism;
        this.scheme = mechanism.scheme().httpName().orElseThrow();
        thread.start();
    }

    /** Its URL. */
    public String address() {
        return "http://localhost:" + server.getLocalPort() + "/";
    }

    /** How the sign-ins so far ended. */
    public Queue<Outcome> outcomes() {
        return outcomes;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept();
                    Conversation conversation = mechanism.open(PEER, Venue.HTTP_AUTHORIZATION)) {
                serve(socket, conversation);
            } catch (IOException _) {
                // The client went, or the test is over.
            }
        }
    }

    private void serve(Socket socket, Conversation conversation) throws IOException {
        String prefix = "Authorization: " + scheme + " ";
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String token = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith(prefix)) {
                token = line.substring(prefix.length());
            } else if (line.isEmpty()) {
                answer(socket.getOutputStream(), token, conversation);
                token = "";
            }
        }
    }

    private void answer(OutputStream output, String token, Conversation conversation) throws IOException {
        String response = token.isEmpty()
                ? "401 Unauthorized\r\nWWW-Authenticate: " + scheme
                : answer(conversation.next(Token.of(Base64.getDecoder().decode(token))));
        output.write(("HTTP/1.1 " + response + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        output.flush();
    }

    private String answer(Step step) {
        if (step instanceof Outcome outcome) {
            outcomes.add(outcome);
        }
        return switch (step) {
            case Step.Challenge challenge -> "401 Unauthorized" + header(challenge.token());
            case Step.Claim claim -> answer(claim.verification().verify(Runnable::run));
            case Outcome.Accepted accepted ->
                "200 OK" + accepted.farewell().map(this::header).orElse("");
            case Outcome.Rejected _ -> "401 Unauthorized\r\nWWW-Authenticate: " + scheme;
        };
    }

    private String header(Token token) {
        return "\r\nWWW-Authenticate: " + scheme + " " + Base64.getEncoder().encodeToString(token.bytes());
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
