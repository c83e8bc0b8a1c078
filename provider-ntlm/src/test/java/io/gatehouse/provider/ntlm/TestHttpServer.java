package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** As much of an HTTP server as real clients need to sign in by NTLM, on a port of its own; one connection at a time. */
final class TestHttpServer implements AutoCloseable {
    private static final String PREFIX = "Authorization: NTLM ";

    private final NtlmMechanism mechanism;
    private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::serve);

    TestHttpServer(NtlmMechanism mechanism) throws IOException {
        this.mechanism = mechanism;
        thread.start();
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
                    Conversation conversation = mechanism.open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION)) {
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
        String response = "401 Unauthorized\r\nWWW-Authenticate: NTLM";
        if (!token.isEmpty()) {
            Step step = conversation.next(Token.of(Base64.getDecoder().decode(token)));
            if (step instanceof Step.Claim claim) {
                step = claim.verification().verify();
            }
            response = switch (step) {
                case Step.Challenge challenge ->
                    response + " "
                            + Base64.getEncoder()
                                    .encodeToString(challenge.token().bytes());
                case Outcome outcome -> {
                    outcomes.add(outcome);
                    yield outcome instanceof Outcome.Accepted ? "200 OK" : response;
                }
                case Step.Claim _ -> throw new AssertionError("a claim is no outcome");
            };
        }
        output.write(("HTTP/1.1 " + response + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        output.flush();
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
