package io.gatehouse.jetty.admin;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.jetty.admin.Operation.Answer;
import io.gatehouse.jetty.socket.UnknownConnections;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests to the admin API, one thread each. Whatever comes of a request, it has one answer in JSON and
 * one audit line.
 */
final class AdminHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
    private static final String JSON = "application/json";
    private static final String UNKNOWN = "unknown";

    private final AdminSignIn signIn;
    private final UnknownConnections connections;
    private final AdminServices services;
    private final Predicate<String> isName;
    private final List<Operation> operations;

    /**
     * A handler.
     *
     * @param connections hear which of them an administrator uses
     * @param isName tells the names under which clients may know the API, where they come over the network
     */
    AdminHandler(AdminSignIn signIn, UnknownConnections connections, AdminServices services, Predicate<String> isName) {
        this.signIn = signIn;
        this.connections = connections;
        this.services = services;
        this.isName = isName;
        this.operations = operations(services);
    }

    /** All that the API does. */
    static List<Operation> operations(AdminServices services) {
        List<Operation> all = new ArrayList<>(new GatewayOperations(services).all());
        all.addAll(new SessionOperations(services).all());
        all.addAll(new UserOperations(services).all());
        all.addAll(new DebugOperations(services).all());
        all.addAll(new GrantOperations(services).all());
        all.addAll(new TicketOperations(services).all());
        return List.copyOf(all);
    }

    /** What is known of a request while it is answered, for its audit line. */
    private static final class Trace {
        private @Nullable Caller caller;
        private String operation = UNKNOWN;
        private String subject = "";
    }

    private record Found(Operation operation, String id) {}

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Trace trace = new Trace();
        try {
            Answer answer = answer(request, response, trace);
            audit(request, trace, 200, answer.detail());
            write(response, callback, 200, JSON, answer.json());
        } catch (ApiProblemException refused) {
            refuse(request, response, callback, trace, refused.problem());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a request to the admin API failed");
            refuse(request, response, callback, trace, new ApiProblem(500, "the gateway failed; its log says why"));
        }
        return true;
    }

    /** Answers what Jetty refuses: requests that are malformed, and reach no handler. */
    boolean answerError(Request request, Response response, Callback callback) {
        String reason = String.valueOf(request.getAttribute(ErrorHandler.ERROR_MESSAGE));
        ApiProblem problem = new ApiProblem(response.getStatus(), "the request is malformed: " + reason);
        refuse(request, response, callback, new Trace(), problem);
        return true;
    }

    private Answer answer(Request request, Response response, Trace trace) throws ApiProblemException {
        requireNoBrowser(request);
        Caller caller = signIn.caller(request);
        trace.caller = caller;
        connections.known(request.getConnectionMetaData().getConnection());
        Found found = find(request, response);
        Operation operation = found.operation();
        trace.operation = operation.id();
        trace.subject = found.id();
        if (!caller.role().includes(operation.role())) {
            trace.subject = userOf(request, operation).orElse(trace.subject);
            throw new ApiProblemException(
                    403,
                    "needs the role " + operation.role().label() + " (this token has the role "
                            + caller.role().label() + ")");
        }
        Map<String, String> query = query(request, operation);
        Map<String, Object> body =
                operation.method().equals("POST") ? RequestBody.fields(request, operation) : Map.of();
        if (body.get("user") instanceof String user) {
            trace.subject = user;
        }
        return operation.action().run(new Call(caller, found.id(), query, body));
    }

    /** The user whom a request is about that is refused whatever it says; empty when its body cannot be read. */
    private static Optional<String> userOf(Request request, Operation operation) {
        try {
            return operation.method().equals("POST")
                    ? Optional.ofNullable(
                            (String) RequestBody.fields(request, operation).get("user"))
                    : Optional.empty();
        } catch (ApiProblemException _) {
            return Optional.empty();
        }
    }

    /**
     * The API is not for browsers: they send Origin for pages of other sites, and what they send to a name that leads
     * to this address although it is another site's (DNS rebinding) has that name as Host.
     */
    private void requireNoBrowser(Request request) throws ApiProblemException {
        boolean isPage = request.getHeaders().contains(HttpHeader.ORIGIN)
                || request.getHeaders().contains("Sec-Fetch-Site");
        if (isPage) {
            throw new ApiProblemException(403, "browsers may not use this API");
        }
        boolean fromNetwork = request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress;
        if (fromNetwork && !isName.test(Request.getServerName(request))) {
            throw new ApiProblemException(
                    403, "Host names another server (expected the address of [admin], or a name of its certificate)");
        }
    }

    private Found find(Request request, Response response) throws ApiProblemException {
        String path = Request.getPathInContext(request);
        List<String> methods = new ArrayList<>();
        for (Operation operation : operations) {
            Optional<String> id = operation.match(path);
            if (id.isPresent()) {
                if (operation.method().equals(request.getMethod())) {
                    return new Found(operation, id.get());
                }
                methods.add(operation.method());
            }
        }
        if (methods.isEmpty()) {
            throw new ApiProblemException(404, "there is no such path");
        }
        response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", methods));
        throw new ApiProblemException(405, "expected " + String.join(" or ", methods));
    }

    private static Map<String, String> query(Request request, Operation operation) throws ApiProblemException {
        Fields fields;
        try {
            fields = Request.extractQueryParameters(request);
        } catch (RuntimeException e) {
            throw new ApiProblemException(400, "the query cannot be read");
        }
        Map<String, String> query = new HashMap<>();
        for (Fields.Field field : fields) {
            if (!operation.parameters().contains(field.getName())) {
                throw new ApiProblemException(400, "unknown parameter; known are " + operation.parameters());
            }
            if (field.getValues().size() > 1) {
                throw new ApiProblemException(400, field.getName() + " is there twice");
            }
            query.put(field.getName(), field.getValue());
        }
        return query;
    }

    private void refuse(Request request, Response response, Callback callback, Trace trace, ApiProblem problem) {
        audit(request, trace, problem.status(), problem.detail());
        if (problem.status() == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"gatehouse\"");
        }
        if (problem.status() == 429) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "60");
        }
        // Its body may not have been read.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        write(response, callback, problem.status(), ApiProblem.CONTENT_TYPE, problem.json());
    }

    private static void write(Response response, Callback callback, int status, String type, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private void audit(Request request, Trace trace, int status, String detail) {
        InetAddress client =
                request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress address
                        ? address.getAddress()
                        : InetAddress.getLoopbackAddress();
        Optional<Caller> caller = Optional.ofNullable(trace.caller);
        Optional<String> name = caller.map(Caller::name).or(() -> signIn.refused(request));
        services.audit()
                .record(new AuditEvent.AdminCall(
                        new AuditEvent.Origin(UUID.randomUUID().toString(), client, Optional.empty(), "admin"),
                        name,
                        caller.map(Caller::method).orElse(UNKNOWN),
                        trace.operation,
                        Optional.of(trace.subject).filter(subject -> !subject.isEmpty()),
                        status,
                        detail));
    }
}
