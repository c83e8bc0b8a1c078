package io.gatehouse.jetty.admin;

import io.gatehouse.jetty.admin.Operation.Field;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/** Reads the body of a request within bounds of size and time, and holds it to the fields of an operation. */
final class RequestBody {
    private static final String JSON = "application/json";
    private static final int LARGEST = 16 * 1024;
    /** So much is read before it is refused: a client that is still sending might not see the answer. */
    private static final int LARGEST_READ = 256 * 1024;

    private static final Duration TIME = Duration.ofSeconds(10);

    private RequestBody() {}

    /**
     * The fields of the body, which may be missing altogether when none of them is required.
     *
     * @throws ApiProblemException 400, 413 or 415
     */
    static Map<String, Object> fields(Request request, Operation operation) throws ApiProblemException {
        byte[] bytes = bytes(request);
        // Forms of pages of other sites cannot send this type without asking first (CORS).
        if (bytes.length > 0 && !isJson(request)) {
            throw new ApiProblemException(415, "expected Content-Type: " + JSON);
        }
        Map<String, Object> values = bytes.length == 0 ? Map.of() : Json.flat(bytes);
        Map<String, Field> known = operation.fields().stream()
                .collect(Collectors.toMap(Field::name, Function.identity(), (one, _) -> one, TreeMap::new));
        for (Map.Entry<String, Object> value : values.entrySet()) {
            Field field = known.get(value.getKey());
            if (field == null) {
                throw new ApiProblemException(400, "unknown field; known are " + known.keySet());
            }
            if (value.getValue() instanceof Boolean != field.flag()) {
                throw new ApiProblemException(
                        400, field.name() + ": expected " + (field.flag() ? "true or false" : "text"));
            }
        }
        for (Field field : operation.fields()) {
            if (field.required() && !values.containsKey(field.name())) {
                throw new ApiProblemException(400, field.name() + " is missing");
            }
        }
        return values;
    }

    private static boolean isJson(Request request) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase(JSON);
    }

    private static byte[] bytes(Request request) throws ApiProblemException {
        if (request.getLength() > LARGEST_READ) {
            throw tooLarge();
        }
        byte[] read = read(request);
        if (read.length > LARGEST) {
            throw tooLarge();
        }
        return read;
    }

    private static byte[] read(Request request) throws ApiProblemException {
        CompletableFuture<byte[]> body = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(
                request,
                LARGEST_READ,
                Promise.Invocable.from(
                        Invocable.InvocationType.NON_BLOCKING, body::complete, body::completeExceptionally));
        try {
            return body.get(TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new ApiProblemException(400, "the body did not come within " + TIME.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IllegalStateException
                    ? tooLarge()
                    : new ApiProblemException(400, "the body cannot be read");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ApiProblemException(400, "the gateway stops");
        }
    }

    private static ApiProblemException tooLarge() {
        return new ApiProblemException(413, "expected a body of at most " + LARGEST + " bytes");
    }
}
