package io.gatehouse.jetty.audit;

import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.testkit.directory.TestCertificates;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToIntFunction;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;

/** An HTTPS server that notes what it is sent, and answers as a test says. */
final class WebhookReceiver implements AutoCloseable {
    /** Answers nothing at all. */
    static final int SILENCE = 0;

    /** The status of a server that takes a message. */
    static final int TAKEN = 204;

    private final Server server = new Server();
    private final ServerConnector connector;
    private final Queue<Message> messages = new ConcurrentLinkedQueue<>();

    /**
     * A request.
     *
     * @param headers by their names in lower case
     */
    record Message(String path, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Listens as localhost; answers with these statuses, one after the other, and with 204 from then on. */
    WebhookReceiver(TestCertificates.Pair pair, Integer... statuses) throws Exception {
        this(pair, inOrder(statuses));
    }

    private static ToIntFunction<Message> inOrder(Integer... statuses) {
        Queue<Integer> answers = new ConcurrentLinkedQueue<>(Arrays.asList(statuses));
        return _ -> Optional.ofNullable(answers.poll()).orElse(TAKEN);
    }

    /** Listens as localhost; answers each message with the status that {@code answer} says. */
    WebhookReceiver(TestCertificates.Pair pair, ToIntFunction<Message> answer) throws Exception {
        HttpConnectionFactory http = new HttpConnectionFactory(new HttpConfiguration());
        connector = new ServerConnector(
                server,
                new SslConnectionFactory(
                        TlsFiles.read(pair.certificate(), pair.key(), Clock.systemUTC())
                                .server("receiver"),
                        http.getProtocol()),
                http);
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                String body = Content.Source.asString(request, StandardCharsets.UTF_8);
                Map<String, String> headers = new TreeMap<>();
                for (HttpField field : request.getHeaders()) {
                    headers.put(field.getLowerCaseName(), field.getValue());
                }
                Message message = new Message(Request.getPathInContext(request), headers, body);
                messages.add(message);
                int status = answer.applyAsInt(message);
                if (status == SILENCE) {
                    return true;
                }
                response.setStatus(status);
                response.getHeaders().put("Location", "/elsewhere");
                callback.succeeded();
                return true;
            }
        });
        server.start();
    }

    String url() {
        return "https://localhost:" + connector.getLocalPort() + "/hook";
    }

    /** All requests so far. */
    List<Message> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
