package io.gatehouse.jetty.portal;

import io.gatehouse.api.Peer;
import io.gatehouse.api.WebRequest;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.jetty.edge.IncomingRequest;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/** One request to the portal and the answer to it. Used by one thread. */
final class PortalExchange {
    private static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
            + " connect-src 'self';"
            + " form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'";
    private static final int MOST_FIELDS = 64;
    private static final int LONGEST_FORM = 64 * 1024;
    /** From its head to its end. */
    private static final Duration TIME_FOR_FORM = Duration.ofSeconds(8);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final IncomingRequest incoming;
    private final Messages messages;
    private final Map<String, String> parameters;
    private final String correlation = UUID.randomUUID().toString();
    private IntConsumer beforeAnswer = _ -> {};

    private PortalExchange(
            Request request,
            Response response,
            Callback callback,
            IncomingRequest incoming,
            Map<String, String> parameters) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.incoming = incoming;
        this.messages = Messages.of(request.getHeaders().get(HttpHeader.ACCEPT_LANGUAGE));
        this.parameters = parameters;
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("Content-Security-Policy", POLICY);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "same-origin"); // with "no-referrer", forms would say Origin: null
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        headers.put("Strict-Transport-Security", "max-age=31536000");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /**
     * Reads the form of a POST; blocks until it is there, for a bounded time.
     *
     * @throws IllegalArgumentException for a form that is too large, too slow or broken
     */
    static PortalExchange of(Request request, Response response, Callback callback, IncomingRequest incoming) {
        return new PortalExchange(request, response, callback, incoming, parameters(request));
    }

    private static Map<String, String> parameters(Request request) {
        Map<String, String> parameters = new HashMap<>();
        collect(Request.extractQueryParameters(request), parameters);
        if (request.getMethod().equals("POST")) {
            if (request.getLength() > LONGEST_FORM) {
                throw new IllegalArgumentException("form too large");
            }
            parameters.clear();
            collect(form(request), parameters);
        }
        return Map.copyOf(parameters);
    }

    /** The form, for which there is a time in all: nobody keeps a connection of a proxy by sending byte after byte. */
    private static Fields form(Request request) {
        Charset charset = org.eclipse.jetty.server.FormFields.getFormEncodedCharset(request);
        if (charset == null) {
            return Fields.EMPTY; // something else
        }
        CompletableFuture<Fields> form = new CompletableFuture<>();
        org.eclipse.jetty.server.FormFields.onFields(
                request,
                charset,
                MOST_FIELDS,
                LONGEST_FORM,
                Promise.Invocable.from(
                        Invocable.InvocationType.NON_BLOCKING, form::complete, form::completeExceptionally));
        try {
            return form.get(TIME_FOR_FORM.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new IllegalArgumentException("the form did not come within " + TIME_FOR_FORM.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new IllegalArgumentException(Objects.requireNonNullElse(cause.getMessage(), cause.toString()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("the gateway stops", e);
        }
    }

    /** What came twice means nothing. */
    private static void collect(Fields fields, Map<String, String> parameters) {
        for (Fields.Field field : fields) {
            if (field.getValues().size() == 1) {
                parameters.put(field.getName(), field.getValue());
            }
        }
    }

    Messages messages() {
        return messages;
    }

    Peer peer() {
        return incoming.peer();
    }

    /** Who made the connection: the browser, or the last proxy before the gateway. */
    InetAddress neighbour() {
        return incoming.neighbour();
    }

    String method() {
        return request.getMethod();
    }

    String path() {
        return Request.getPathInContext(request);
    }

    /** A parameter of the form, or of the query of a GET. */
    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    Map<String, String> parameters() {
        return parameters;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /** The path with its query, as a way back. */
    String location() {
        String query = request.getHttpURI().getQuery();
        return query == null ? path() : path() + "?" + query;
    }

    Optional<String> cookie(String name) {
        String found = null;
        for (HttpCookie cookie : Request.getCookies(request)) {
            if (cookie.getName().equals(name)) {
                if (found != null) {
                    return Optional.empty();
                }
                found = cookie.getValue();
            }
        }
        return Optional.ofNullable(found);
    }

    /** Whether a parameter is the secret; the time it takes does not tell where they differ. */
    boolean hasSecret(String name, String secret) {
        return MessageDigest.isEqual(
                parameter(name).orElse("").getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether a page of the portal itself sends this, as far as the browser says. Browsers without
     * {@code Sec-Fetch-Site} name the page's origin: it is the portal's, or the very name by which the browser reached
     * the gateway without a reverse proxy, such as {@code localhost} on the machine itself.
     */
    boolean isFromOwnPage(String portal) {
        Optional<String> site = header("Sec-Fetch-Site");
        if (site.isPresent()) {
            return site.get().equals("same-origin");
        }
        Optional<String> origin = header("Origin");
        return origin.filter(portal::equalsIgnoreCase).isPresent()
                || (!peer().viaProxy()
                        && peer().encrypted()
                        && origin.filter(("https://" + header("Host").orElse(""))::equalsIgnoreCase)
                                .isPresent());
    }

    /** Whether another site's page asks for this other than by leading the browser here. */
    boolean isCrossSiteFetch() {
        String site = header("Sec-Fetch-Site").orElse("none");
        boolean foreign = !site.equals("none") && !site.equals("same-origin");
        return foreign
                && !(header("Sec-Fetch-Mode").filter("navigate"::equals).isPresent()
                        && header("Sec-Fetch-Dest").filter("document"::equals).isPresent());
    }

    /**
     * Whether the user asked for this, as far as the browser says: on one of our own pages, in the address bar, or by a
     * click on another site's link. A page that leads the browser here by itself is not the user.
     */
    boolean isUserInitiated() {
        String site = header("Sec-Fetch-Site").orElse("none");
        return site.equals("none")
                || site.equals("same-origin")
                || (header("Sec-Fetch-User").filter("?1"::equals).isPresent()
                        && header("Sec-Fetch-Mode").filter("navigate"::equals).isPresent()
                        && header("Sec-Fetch-Dest").filter("document"::equals).isPresent());
    }

    /** What mechanisms see. */
    WebRequest webRequest() {
        return incoming.web(parameters);
    }

    AuditEvent.Origin origin() {
        return new AuditEvent.Origin(correlation, peer().address(), Optional.empty(), "portal");
    }

    void setCookie(HttpCookie cookie) {
        Response.addCookie(response, cookie);
    }

    void setHeader(String name, String value) {
        response.getHeaders().put(name, value);
    }

    void html(int status, String page) {
        response.getHeaders().put("Content-Language", messages.language());
        send(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
    }

    /** The path with the query, as the browser sent them. */
    String address() {
        return request.getHttpURI().getPathQuery();
    }

    /** Whether a page asks by itself, to keep what it shows up to date. */
    boolean isRefresh() {
        return header("Gatehouse-Refresh").isPresent();
    }

    /** Has {@code observer} hear the status of the answer before it is sent. */
    void beforeAnswer(IntConsumer observer) {
        beforeAnswer = observer;
    }

    /** An answer with {@code status} is about to be sent. */
    void answering(int status) {
        beforeAnswer.accept(status);
    }

    /** Answers as if the portal knew no such path; the caller has written why. */
    void unknownPath() {
        answering(404);
        response.reset();
        IncomingRequest.answer(response, callback, 404);
    }

    /** Writes why the request is answered with {@code status}, where no audit event tells of it. */
    void refused(int status, String why) {
        incoming.note(status, why);
    }

    /** Refuses the request, and tells the browser and the log why. */
    void refuse(int status, String why) {
        refused(status, why);
        plain(status, why + "\n");
    }

    void plain(int status, String text) {
        send(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    void redirect(String location) {
        response.getHeaders().put(HttpHeader.LOCATION, location);
        send(303, "", new byte[0]);
    }

    void send(int status, String type, byte[] content) {
        answering(status);
        response.setStatus(status);
        if (!type.isEmpty()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
        response.write(true, ByteBuffer.wrap(content), callback);
    }
}
