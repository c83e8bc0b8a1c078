package io.gatehouse.jetty.admin;

import io.gatehouse.api.Identity;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.session.ListPage;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.session.SessionCursor;
import io.gatehouse.core.session.SessionOrder;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.jetty.edge.Drain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What administrators see and do elsewhere than at the API, such as on pages of the portal: the operations of the API,
 * with the same roles and audit lines. Safe for use by many threads.
 */
public final class Administration {
    private static final Logger LOG = LoggerFactory.getLogger(Administration.class);

    private final AdminServices services;
    private final List<Operation> operations;
    private final SessionFilter filter;
    private final TicketOperations tickets;

    /**
     * Somebody who may act as an administrator.
     *
     * @param name for audit lines and the sessions that they end
     * @param method how they signed in
     * @param origin where they are
     */
    public record Administrator(String name, String method, AdminRole role, AuditEvent.Origin origin) {}

    /**
     * What came of an operation.
     *
     * @param status as the API answers it: 200 when it was done
     * @param detail why it was refused, or what it did; as in the audit line, so in English
     */
    public record Result(int status, String detail) {
        /** Whether it was done. */
        public boolean isDone() {
            return status == 200;
        }
    }

    public Administration(AdminServices services) {
        this.services = services;
        this.operations = AdminHandler.operations(services);
        this.filter = new SessionFilter(services.domains(), services.clock());
        this.tickets = new TicketOperations(services);
    }

    private Operation operation(String id) {
        return operations.stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no operation " + id));
    }

    /** Whether {@code role} may do what the API calls {@code operation}. */
    public boolean allows(AdminRole role, String operation) {
        return role.includes(operation(operation).role());
    }

    /**
     * Does what the API calls {@code operation}, and audits it.
     *
     * @param id of the session; empty text for operations without one
     * @param fields of the body: text, true or false; those that the operation does not have are left out
     */
    public Result run(Administrator by, String operation, String id, Map<String, Object> fields) {
        Operation found = operation(operation);
        Map<String, Object> body = new HashMap<>(fields);
        body.keySet()
                .retainAll(found.fields().stream().map(Operation.Field::name).toList());
        Result result = answer(by, found, id, body);
        audit(by, operation, body.get("user") instanceof String user ? user : id, result.status(), result.detail());
        return result;
    }

    private static Result answer(Administrator by, Operation operation, String id, Map<String, Object> body) {
        if (!by.role().includes(operation.role())) {
            return new Result(403, "needs the role " + operation.role().label());
        }
        Optional<String> missing = operation.fields().stream()
                .filter(Operation.Field::required)
                .map(Operation.Field::name)
                .filter(name -> !body.containsKey(name))
                .findFirst();
        if (missing.isPresent()) {
            return new Result(400, missing.get() + " is missing");
        }
        try {
            Caller caller = new Caller(by.name(), by.method(), by.role());
            return new Result(
                    200,
                    operation.action().run(new Call(caller, id, Map.of(), body)).detail());
        } catch (ApiProblemException refused) {
            return new Result(refused.problem().status(), refused.problem().detail());
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("operation", operation.id()).setCause(e).log("an administrator's request failed");
            return new Result(500, "the gateway failed; its log says why");
        }
    }

    /**
     * Writes the audit line of something that an administrator was shown, or that was refused.
     *
     * @param subject what it was about; may be empty
     */
    public void audit(Administrator by, String operation, String subject, int status, String detail) {
        services.audit()
                .record(new AuditEvent.AdminCall(
                        by.origin(),
                        Optional.of(by.name()),
                        by.method(),
                        operation,
                        Optional.of(subject).filter(text -> !text.isEmpty()),
                        status,
                        detail));
    }

    /**
     * A page of sessions.
     *
     * @param query {@code sort} and {@code cursor} as at the API, and its filters; others are ignored
     * @return the page, or what is wrong with the query
     */
    public Parsed<ListPage<Session>> sessions(Administrator by, Map<String, String> query, int limit) {
        try {
            SessionOrder order = SessionOrder.of(query.getOrDefault("sort", SessionOrder.NEWEST.label()))
                    .orElseThrow(() -> new ApiProblemException(400, "sort"));
            Optional<SessionCursor> after = Optional.ofNullable(query.get("cursor"))
                    .flatMap(text -> SessionCursor.parse(text) instanceof Parsed.Valid<SessionCursor>(var cursor)
                            ? Optional.of(cursor)
                            : Optional.empty())
                    .filter(cursor -> cursor.order() == order);
            Caller caller = new Caller(by.name(), by.method(), by.role());
            return Parsed.valid(order.page(
                    services.tunnels().sessions(), filter.of(new Call(caller, "", query, Map.of())), limit, after));
        } catch (ApiProblemException refused) {
            return Parsed.faulty(refused.problem().detail());
        }
    }

    /**
     * A page of device tickets.
     *
     * @param query {@code cursor} as at the API, and its filters; others are ignored
     * @return the page, or what is wrong with the query
     */
    public Parsed<ListPage<DeviceTicket>> deviceTickets(Administrator by, Map<String, String> query, int limit) {
        try {
            Caller caller = new Caller(by.name(), by.method(), by.role());
            return Parsed.valid(tickets.page(new Call(caller, "", query, Map.of()), limit));
        } catch (ApiProblemException refused) {
            return Parsed.faulty(refused.problem().detail());
        }
    }

    /** The session of that id. */
    public Optional<Session> session(String id) {
        return services.tunnels().session(id);
    }

    /** The name by which operations know the account of {@code identity}; empty when no name means just this one. */
    public Optional<String> account(Identity identity) {
        // Without a domain, a name also means an account of the gateway's own domain.
        String none = services.domains().own().isPresent() ? ".\\" : "";
        String name = identity.domain().map(domain -> domain + "\\").orElse(none) + identity.user();
        return NamedAccount.parse(name, services.domains()) instanceof Parsed.Valid<NamedAccount>(NamedAccount named)
                        && named.matches(identity)
                        && named.user().equals(AccountNames.folded(identity.user()))
                ? Optional.of(name)
                : Optional.empty();
    }

    /** The same for an account by {@link NamedAccount#key}. */
    public Optional<String> accountOfKey(String key) {
        String name = key.startsWith("\\") ? key.substring(1) : key;
        return NamedAccount.parse(name, services.domains()) instanceof Parsed.Valid<NamedAccount>(NamedAccount same)
                        && same.key().equals(key)
                ? Optional.of(name)
                : Optional.empty();
    }

    /** The users who are blocked now. */
    public List<UserBlocks.Block> blocks() {
        return services.blocks().all();
    }

    /** The drain, if the gateway takes no new tunnels now. */
    public Optional<Drain.State> drain() {
        return services.drain().state();
    }

    /** How the gateway is. */
    public GatewayStatus status() {
        return services.status().get();
    }
}
