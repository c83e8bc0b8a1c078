package io.gatehouse.jwt;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an identity provider, or another signer of tokens, over HTTP/1.1: bounded in time, size and number, follows no
 * redirects, keeps no cookies. Uses the proxy of the Java runtime, if it has one. Safe for use by many threads.
 */
public final class IssuerClient implements AutoCloseable {
    /** Discovery documents have some 10 KB, key sets 20 KB at most, tokens less. */
    public static final int MOST_BYTES = 512 * 1024;

    private static final int MOST_AT_ONCE = 16;

    private final HttpClient client;
    private final Duration timeout;
    private final Semaphore permits = new Semaphore(MOST_AT_ONCE);

    private volatile boolean closed;

    /**
     * Opens it; asks nobody.
     *
     * @param ca PEM file of the authorities that servers are checked against; those of the Java runtime when absent
     * @param timeout for one answer, its body included
     */
    public IssuerClient(Optional<Path> ca, Duration timeout) throws ProviderException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout);
        if (ca.isPresent()) {
            builder.sslContext(Authorities.of(ca.get()));
        }
        this.client = builder.build();
        this.timeout = timeout;
    }

    /**
     * What came back.
     *
     * @param contentType its media type, as it was sent
     * @param date what the server's clock says, as it was sent
     * @param body read as UTF-8
     */
    public record Reply(int status, Optional<String> contentType, Optional<String> date, String body) {}

    /** Fetches a document of a media type, which must be there. */
    public String document(URI uri, String mediaType) throws IOException {
        Reply reply = send(uri, Map.of("Accept", mediaType), Optional.empty());
        if (reply.status() != 200) {
            throw new IOException(uri + " answered " + reply.status() + " (expected 200"
                    + (reply.status() / 100 == 3 ? "; redirects are not followed)" : ")"));
        }
        return reply.body();
    }

    /** Sends a GET, or a POST of {@code form}. */
    public Reply send(URI uri, Map<String, String> headers, Optional<String> form) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(timeout);
        headers.forEach(request::setHeader);
        form.ifPresent(text -> request.setHeader("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(text)));
        if (!permits.tryAcquire()) {
            throw new IOException(uri.getHost() + " is asked " + MOST_AT_ONCE + " questions already");
        }
        try {
            return await(uri, request.build());
        } finally {
            permits.release();
        }
    }

    private Reply await(URI uri, HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer;
        try {
            answer = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        } catch (RejectedExecutionException closing) {
            throw new IOException(uri + ": nobody is asked any more", closing);
        }
        try {
            // The request's own timeout ends with the head of the answer; this one bounds the body as well.
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type"),
                    response.headers().firstValue("Date"),
                    new String(response.body(), StandardCharsets.UTF_8));
        } catch (TimeoutException late) {
            throw new IOException(uri + " did not answer within " + timeout.toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            throw new IOException(uri + ": " + reason(failed.getCause()), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(uri + ": interrupted", interrupted);
        } finally {
            answer.cancel(true);
        }
    }

    private static String reason(@org.jspecify.annotations.Nullable Throwable cause) {
        return cause == null ? "failed" : PrintableText.line(cause);
    }

    /** Whether nobody is asked any more. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        client.shutdownNow();
    }
}
