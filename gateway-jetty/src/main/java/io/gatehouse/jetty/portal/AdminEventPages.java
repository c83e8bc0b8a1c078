package io.gatehouse.jetty.portal;

import io.gatehouse.core.audit.AuditActions;
import io.gatehouse.core.audit.AuditJson;
import io.gatehouse.core.audit.AuditRecord;
import io.gatehouse.core.config.PortalAdminConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.session.ListPage;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.activity.RecentEvents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The last audit events, and the attempts among them that failed, for administrators. */
final class AdminEventPages {
    private static final int PAGE = 100;

    private final PortalServices services;
    private final AdminRights rights;
    private final OpenedPages opened;
    private final Renderer renderer;

    AdminEventPages(PortalServices services, AdminRights rights, OpenedPages opened, Renderer renderer) {
        this.services = services;
        this.rights = rights;
        this.opened = opened;
        this.renderer = renderer;
    }

    /** The audit trail. */
    void list(PortalExchange exchange, AdminUser user) {
        show(exchange, user, PortalPath.ADMIN_AUDIT, "admin-audit", _ -> true);
    }

    /** What failed, apart from what administrators were refused. */
    void failures(PortalExchange exchange, AdminUser user) {
        show(exchange, user, PortalPath.ADMIN_FAILURES, "admin-failures", AdminEventPages::isFailedAttempt);
    }

    private static boolean isFailedAttempt(RecentEvents.Entry entry) {
        return entry.isFailure() && !entry.event().action().startsWith("admin.");
    }

    private void show(
            PortalExchange exchange,
            AdminUser user,
            PortalPath path,
            String template,
            Predicate<RecentEvents.Entry> shown) {
        EventFilter filter = EventFilter.of(exchange);
        Parsed<Predicate<RecentEvents.Entry>> accepted = filter.predicate();
        Optional<String> problem = problem(accepted);
        String operation = path == PortalPath.ADMIN_AUDIT ? "list-audit" : "list-failures";
        opened.note(exchange, user, operation, "", problem.orElse(""));
        List<RecentEvents.Entry> matching = matching(accepted, shown);
        long before = before(exchange);
        ListPage<RecentEvents.Entry> page =
                ListPage.of(matching, entry -> entry.number() < before, PAGE, entry -> Long.toString(entry.number()));
        AdminViews.Events view = new AdminViews.Events(
                page.entries().stream().map(this::event).toList(),
                page.matched(),
                RecentEvents.MOST,
                filter.fields(),
                AuditActions.ALL,
                problem.map(ShownText::of),
                page.next().map(number -> filter.fields().link(path, "before=" + number)),
                file(exchange.messages()));
        exchange.html(
                problem.isEmpty() ? 200 : 400,
                renderer.page(
                        exchange, template, template.replace('-', '.') + ".title", Optional.of(user.session()), view));
    }

    private static Optional<String> problem(Parsed<Predicate<RecentEvents.Entry>> accepted) {
        return accepted instanceof Parsed.Faulty<Predicate<RecentEvents.Entry>>(String why)
                ? Optional.of(why)
                : Optional.empty();
    }

    private List<RecentEvents.Entry> matching(
            Parsed<Predicate<RecentEvents.Entry>> accepted, Predicate<RecentEvents.Entry> shown) {
        return accepted instanceof Parsed.Valid<Predicate<RecentEvents.Entry>>(Predicate<RecentEvents.Entry> filter)
                ? services.recent().newest(shown.and(filter))
                : List.of();
    }

    private static long before(PortalExchange exchange) {
        return exchange.parameter("before")
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElse(Long.MAX_VALUE);
    }

    private String file(Messages messages) {
        Optional<Path> file = rights.configuration().gateway().audit().file();
        return file.map(path -> messages.text("admin.audit.file", path.toString()))
                .orElseGet(() -> messages.text("admin.audit.stdout"));
    }

    private AdminViews.Event event(RecentEvents.Entry entry) {
        AuditRecord event = entry.event();
        String action = event.action();
        return new AdminViews.Event(
                AdminViews.time(event.time()),
                action,
                entry.isFailure(),
                ShownText.of(EventFilter.user(event)),
                event.text("source.ip").orElse(""),
                ShownText.of(target(event)),
                ShownText.of(detail(event)),
                ShownText.of(event.text("rdgw.correlation_id").orElse("")),
                ShownText.whole(AuditJson.encode(event)),
                stage(action),
                ShownText.of(code(event)),
                help(event));
    }

    /** The page with cause and cure; browsers go to the code on it. */
    private Optional<String> help(AuditRecord event) {
        Optional<PortalAdminConfig> admin =
                rights.configuration().gateway().portal().flatMap(PortalConfig::admin);
        return admin.flatMap(PortalAdminConfig::documentation)
                .map(folder -> folder.endsWith("/") ? folder : folder + "/")
                .flatMap(folder -> event.text("rdgw.error")
                        .filter(code -> code.matches("[A-Z0-9_]{1,64}"))
                        .map(code -> folder + "error-codes.md#codes-that-the-gateway-sends:~:text=" + code)
                        .or(() -> event.text("rdgw.auth.failure")
                                .map(_ -> folder + "troubleshooting.md#a-sign-in-is-refused")));
    }

    /** The target of a channel, or what an administrator's action was about. */
    private static String target(AuditRecord event) {
        String host = event.text("destination.domain")
                .or(() -> event.text("destination.ip"))
                .orElse("");
        String port = event.text("destination.port")
                .filter(number -> !number.equals("3389"))
                .map(number -> ":" + number)
                .orElse("");
        return host.isEmpty() ? event.text("rdgw.admin.subject").orElse("") : host + port;
    }

    private static String detail(AuditRecord event) {
        return event.text("event.reason")
                .or(() -> event.text("rdgw.admin.operation"))
                .or(() -> event.text("rdgw.policy.rule"))
                .or(() -> event.text("rdgw.auth.method"))
                .orElse("");
    }

    private static String code(AuditRecord event) {
        return event.text("rdgw.error")
                .or(() -> event.text("rdgw.auth.failure"))
                .orElse("");
    }

    private static String stage(String action) {
        return switch (action) {
            case "sign-in.refused" -> "sign-in";
            case "connection.denied" -> "admission";
            case "resource.denied" -> "rule";
            case "resource.unreachable" -> "connect";
            case "limit.connections" -> "limit";
            case "kdc-proxy.refused" -> "kdc";
            case "tunnel.failed" -> "protocol";
            case "session.end", "session.terminated", "session.timeout" -> "session";
            case "configuration.refused" -> "configuration";
            default -> "other";
        };
    }

    /** The events of the filter as lines of JSON. */
    void json(PortalExchange exchange, AdminUser user) {
        download(exchange, user, "jsonl", "application/jsonl", EventExport::json);
    }

    /** The events of the filter as a table. */
    void csv(PortalExchange exchange, AdminUser user) {
        download(exchange, user, "csv", "text/csv; charset=utf-8; header=present", EventExport::csv);
    }

    private void download(
            PortalExchange exchange,
            AdminUser user,
            String kind,
            String type,
            Function<List<RecentEvents.Entry>, String> export) {
        EventFilter filter = EventFilter.of(exchange);
        Parsed<Predicate<RecentEvents.Entry>> accepted = filter.predicate();
        Optional<String> problem = problem(accepted);
        user.trace().about("export-audit", kind, problem.orElseGet(filter.fields()::query));
        if (problem.isPresent()) {
            exchange.plain(400, ShownText.of(problem.get()) + "\n");
            return;
        }
        String content = export.apply(matching(accepted, _ -> true).reversed());
        exchange.setHeader("Content-Disposition", "attachment; filename=\"gatehouse-audit." + kind + "\"");
        exchange.send(200, type, content.getBytes(StandardCharsets.UTF_8));
    }
}
