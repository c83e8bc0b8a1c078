package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.portal.Desktops;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.jetty.grant.GrantAnswer;
import io.gatehouse.jetty.grant.GrantDesk;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Where users ask for desktops that no rule gives them, and approvers answer. */
final class AccessPages {
    private static final DateTimeFormatter UNTIL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);
    /** So many requests, the oldest first, and grants, the newest first, are on a page. */
    private static final int PAGE = 50;

    private static final long[] MINUTES = {15, 60, 240, 480, 1440, 10_080};

    private final PortalServices services;
    private final GrantDesk desk;
    private final Desktops desktops;
    private final Renderer renderer;
    private final CurrentAccounts accounts;
    private final StepUp stepUp;

    AccessPages(PortalServices services, GrantDesk desk, Desktops desktops, Renderer renderer) {
        this.services = services;
        this.desk = desk;
        this.desktops = desktops;
        this.renderer = renderer;
        this.accounts = new CurrentAccounts(services);
        this.stepUp = new StepUp(services);
    }

    void show(PortalExchange exchange, PortalSession session) {
        Optional<String> done = exchange.parameter("done")
                .filter(what -> Stream.of("asked", "withdrawn", "approved", "denied", "revoked")
                        .anyMatch(what::equals))
                .map(what -> "access.done." + what);
        Optional<String> notKept =
                exchange.parameter("kept").filter("no"::equals).map(_ -> "access.problem.kept");
        page(exchange, session, session.identity(), 200, notKept, done);
    }

    private void page(
            PortalExchange exchange,
            PortalSession session,
            Identity user,
            int status,
            Optional<String> problem,
            Optional<String> done) {
        Messages messages = exchange.messages();
        String key = AccountNames.key(user);
        boolean approver = desk.settings().mayApprove(user);
        List<AccessRequest> requests = desk.requests();
        List<TemporaryGrant> grants = desk.grants();
        int page = Pages.number(exchange, "page");
        int grantsPage = Pages.number(exchange, "grants");
        Pages.Part<AccessRequest> waiting =
                Pages.part(approver ? requests : List.of(), page, PAGE, number -> link(number, grantsPage));
        Pages.Part<TemporaryGrant> granted =
                Pages.part(approver ? grants.reversed() : List.of(), grantsPage, PAGE, number -> link(page, number));
        AccessViews.Access view = new AccessViews.Access(
                problem,
                done,
                desk.askable(user).stream()
                        .map(desktop -> new AccessViews.Choice(desktop.name(), desktop.title()))
                        .toList(),
                times(messages),
                requests.stream()
                        .filter(request -> request.account().equals(key))
                        .map(request -> request(messages, user, request))
                        .toList(),
                desk.denied(user).stream()
                        .map(request -> request(messages, user, request))
                        .toList(),
                grants.stream()
                        .filter(grant -> grant.account().equals(key))
                        .map(this::grant)
                        .toList(),
                approver,
                waiting.shown().stream()
                        .map(request -> request(messages, user, request))
                        .toList(),
                waiting.pages(),
                granted.shown().stream().map(this::grant).toList(),
                granted.pages());
        exchange.html(status, renderer.page(exchange, "access", "access.title", Optional.of(session), view));
    }

    private static String link(int requests, int grants) {
        return PortalPath.ACCESS.path() + "?page=" + requests + "&grants=" + grants;
    }

    private List<AccessViews.Time> times(Messages messages) {
        long longest = desk.settings().longest().toMinutes();
        return LongStream.concat(LongStream.of(MINUTES).filter(minutes -> minutes < longest), LongStream.of(longest))
                .mapToObj(minutes -> new AccessViews.Time(minutes, messages.span(Duration.ofMinutes(minutes))))
                .toList();
    }

    private String title(String desktop) {
        return desk.desktop(desktop).map(GrantableDesktop::title).orElse(desktop);
    }

    private AccessViews.Request request(Messages messages, Identity user, AccessRequest request) {
        return new AccessViews.Request(
                request.id(),
                name(request.account()),
                title(request.desktop()),
                request.target().toString().replaceFirst(":3389$", ""),
                ShownText.of(request.reason()),
                messages.span(request.duration()),
                messages.span(Duration.between(request.at(), services.clock().instant())),
                desk.granted(request.account(), request.desktop()).map(grant -> UNTIL.format(grant.until())),
                desk.obstacle(user, request).isEmpty());
    }

    private AccessViews.Grant grant(TemporaryGrant grant) {
        return new AccessViews.Grant(
                grant.id(),
                name(grant.account()),
                title(grant.desktop()),
                UNTIL.format(grant.until()),
                ShownText.of(grant.by()),
                ShownText.of(grant.reason()),
                grant.once());
    }

    /** The account without the empty domain. */
    static String name(String account) {
        return ShownText.of(account.startsWith("\\") ? account.substring(1) : account);
    }

    void ask(PortalExchange exchange, PortalSession session) {
        accounts.user(exchange, session).ifPresent(user -> {
            String desktop = exchange.parameter("desktop").orElse("");
            Requester requester = Requester.of(
                    user, exchange.peer().address(), services.clock().instant());
            boolean more = desk.granted(AccountNames.key(user), desktop).isPresent(); // time, by another grant
            if (!more && desktops.find(requester, desktop, services.resolver()).isPresent()) {
                noted(exchange, user, 409, "the user may open " + desktop + " already");
                page(exchange, session, user, 409, Optional.of("access.problem.have"), Optional.empty());
                return;
            }
            answer(
                    exchange,
                    session,
                    user,
                    "asked",
                    desk.ask(
                            exchange.origin(),
                            user,
                            desktop,
                            exchange.parameter("reason").orElse("").strip(),
                            minutes(exchange)));
        });
    }

    /** Zero for what is no number, which nobody is granted. */
    private static Duration minutes(PortalExchange exchange) {
        return exchange.parameter("minutes")
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofMinutes(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }

    void answer(PortalExchange exchange, PortalSession session) {
        accounts.user(exchange, session).ifPresent(user -> {
            if (provesFirst(exchange, session, user)) {
                return;
            }
            String id = exchange.parameter("request").orElse("");
            switch (exchange.parameter("answer").orElse("")) {
                case "approve" ->
                    answer(
                            exchange,
                            session,
                            user,
                            "approved",
                            desk.approve(exchange.origin(), user, id, minutes(exchange), false));
                case "once" ->
                    answer(
                            exchange,
                            session,
                            user,
                            "approved",
                            desk.approve(exchange.origin(), user, id, minutes(exchange), true));
                case "deny" -> answer(exchange, session, user, "denied", desk.deny(exchange.origin(), user, id));
                default -> exchange.refuse(400, "no answer");
            }
        });
    }

    void withdraw(PortalExchange exchange, PortalSession session) {
        accounts.user(exchange, session).ifPresent(user -> {
            String id = exchange.parameter("request").orElse("");
            answer(exchange, session, user, "withdrawn", desk.withdraw(exchange.origin(), user, id));
        });
    }

    void revoke(PortalExchange exchange, PortalSession session) {
        accounts.user(exchange, session).ifPresent(user -> {
            if (!provesFirst(exchange, session, user)) {
                String id = exchange.parameter("grant").orElse("");
                answer(exchange, session, user, "revoked", desk.revoke(exchange.origin(), user, id));
            }
        });
    }

    /** Whoever decides about access proves a second factor, where the configuration asks them for one. */
    private boolean provesFirst(PortalExchange exchange, PortalSession session, Identity user) {
        boolean required = stepUp.isRequired(session, user);
        if (required) {
            exchange.redirect(PortalPath.SECOND_FACTOR.path() + "?return_to=" + PortalPath.ACCESS.path());
        }
        return required;
    }

    private void answer(
            PortalExchange exchange, PortalSession session, Identity user, String what, GrantAnswer answer) {
        switch (answer) {
            case GrantAnswer.Done(String _, String keepError) ->
                exchange.redirect(PortalPath.ACCESS.path() + "?done=" + what + (keepError.isEmpty() ? "" : "&kept=no"));
            case GrantAnswer.Refused refused -> {
                if (!refused.isAudited()) {
                    noted(exchange, user, refused.status(), refused.why());
                }
                page(
                        exchange,
                        session,
                        user,
                        refused.status(),
                        Optional.of("access.problem." + refused.status()),
                        Optional.empty());
            }
        }
    }

    private static void noted(PortalExchange exchange, Identity user, int status, String why) {
        exchange.refused(status, "access to a desktop, " + user.displayName() + ": " + why);
    }
}
