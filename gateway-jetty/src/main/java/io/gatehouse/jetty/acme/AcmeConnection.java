package io.gatehouse.jetty.acme;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;

/**
 * A connection of acme4j whose answers are bounded in size and come in time. That of the library waits for a body as
 * long as it takes: a server that stops in the middle would be the end of all renewals.
 */
final class AcmeConnection extends DefaultConnection {
    /** Several times what a long chain has. */
    private static final int MOST_BYTES = 1 << 19;

    private final Duration timeout;

    AcmeConnection(HttpConnector connector, Duration timeout) {
        super(connector);
        this.timeout = timeout;
    }

    /** An answer that is here as a whole. */
    private record Whole(HttpResponse<byte[]> answer) implements HttpResponse<InputStream> {
        @Override
        public int statusCode() {
            return answer.statusCode();
        }

        @Override
        public HttpRequest request() {
            return answer.request();
        }

        @Override
        public Optional<HttpResponse<InputStream>> previousResponse() {
            return answer.previousResponse().map(Whole::new);
        }

        @Override
        public HttpHeaders headers() {
            return answer.headers();
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(answer.body());
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return answer.sslSession();
        }

        @Override
        public URI uri() {
            return answer.uri();
        }

        @Override
        public HttpClient.Version version() {
            return answer.version();
        }
    }

    @Override
    protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body) throws IOException {
        HttpRequest.Builder request = httpConnector
                .createRequestBuilder(url)
                .header("Accept-Charset", "utf-8")
                .header("Accept-Language", session.getLanguageHeader());
        body.accept(request);
        HttpResponse<byte[]> answer = await(request.build());
        if (answer.headers().firstValue("Content-Encoding").isPresent()) {
            throw new IOException("the answer is compressed (expected none of Content-Encoding)");
        }
        lastResponse = new Whole(answer);
    }

    private HttpResponse<byte[]> await(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                httpClient.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            // The request's own timeout ends with the head of the answer; this one bounds the body as well.
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException("%s did not answer within %d ms".formatted(request.uri(), timeout.toMillis()), late);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(interrupted);
        } finally {
            answer.cancel(true);
        }
    }
}
