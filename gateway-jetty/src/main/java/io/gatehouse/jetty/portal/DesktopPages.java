package io.gatehouse.jetty.portal;

import io.gatehouse.api.CpuWork;
import io.gatehouse.api.Identity;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.limits.Rank;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.portal.Desktop;
import io.gatehouse.core.portal.Desktops;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.RdpDownload;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.token.PaaToken;
import io.gatehouse.formats.digest.RandomIds;
import io.gatehouse.jetty.wake.WakeAnswer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What a user may use, and the files that open it. */
final class DesktopPages {
    private static final int LONGEST_QUERY = 100;
    private static final int ID_BYTES = 16;
    /** How soon the page of a desktop that wakes up is loaded again; browsers without scripts do so, too. */
    private static final String WAKING_PAGE_SECONDS = "3";

    private final PortalServices services;
    private final Desktops desktops;
    private final RdpDownload download;
    private final Renderer renderer;
    private final Duration lifetime;
    private final CachedAddresses names;
    private final CurrentAccounts accounts;
    private final StepUp stepUp;
    private final DesktopPower power;

    DesktopPages(
            PortalServices services, Desktops desktops, RdpDownload download, Renderer renderer, Duration lifetime) {
        this.services = services;
        this.desktops = desktops;
        this.download = download;
        this.renderer = renderer;
        this.lifetime = lifetime;
        this.accounts = new CurrentAccounts(services);
        this.stepUp = new StepUp(services);
        this.names = new CachedAddresses(services.resolver(), services.executor());
        this.power = new DesktopPower(services, names);
    }

    /** All of them, or those that are looked for. */
    void list(PortalExchange exchange, PortalSession session) {
        String query = exchange.parameter("q").orElse("").strip();
        if (query.length() > LONGEST_QUERY) {
            query = query.substring(0, LONGEST_QUERY);
        }
        Set<Desktops.Usable> open =
                new LinkedHashSet<>(desktops.of(requester(exchange, session.identity()), query, names));
        Set<Desktops.Usable> usable = new LinkedHashSet<>(open);
        if (stepUp.isPossible(session)) {
            usable.addAll(desktops.of(requester(exchange, StepUp.proved(session.identity())), query, names));
        }
        DesktopPreferences preferences = DesktopPreferences.of(exchange);
        Map<Desktops.Usable, Views.Power> states = power.of(requester(exchange, session.identity()), open);
        Views.DesktopList view = new Views.DesktopList(
                query,
                sections(
                        exchange.messages(),
                        usable,
                        preferences,
                        one -> card(one, preferences, !open.contains(one), states)),
                usable.size(),
                exchange.messages().span(lifetime),
                services.grants()
                        .filter(desk -> desk.settings().mayAsk(session.identity())
                                || desk.settings().mayApprove(session.identity()))
                        .isPresent());
        exchange.html(200, renderer.page(exchange, "desktops", "desktops.title", Optional.of(session), view));
    }

    /** Favourites and what was used last on top, then the groups; no desktop twice. */
    private static List<Views.Section> sections(
            Messages messages,
            Collection<Desktops.Usable> usable,
            DesktopPreferences preferences,
            Function<Desktops.Usable, Views.Card> card) {
        List<Views.Card> favourites = new ArrayList<>();
        List<Desktops.Usable> recent = new ArrayList<>();
        Map<String, List<Views.Card>> groups = new LinkedHashMap<>();
        for (Desktops.Usable one : usable) {
            Desktop desktop = one.desktop();
            if (preferences.isFavourite(desktop.name())) {
                favourites.add(card.apply(one));
            } else if (preferences.recency(desktop.name()).isPresent()) {
                recent.add(one);
            } else {
                groups.computeIfAbsent(desktop.group().orElse(""), _ -> new ArrayList<>())
                        .add(card.apply(one));
            }
        }
        recent.sort(Comparator.comparing(
                one -> preferences.recency(one.desktop().name()).orElse(Integer.MAX_VALUE)));
        List<Views.Section> sections = new ArrayList<>();
        add(sections, messages.text("desktops.favourites"), favourites);
        add(
                sections,
                messages.text("desktops.recent"),
                recent.stream().map(card).toList());
        List<Views.Card> others = Optional.ofNullable(groups.remove("")).orElse(List.of());
        groups.forEach((heading, cards) -> add(sections, heading, cards));
        add(sections, messages.text(sections.isEmpty() ? "desktops.all" : "desktops.others"), others);
        return sections;
    }

    private static void add(List<Views.Section> sections, String heading, List<Views.Card> cards) {
        if (!cards.isEmpty()) {
            sections.add(new Views.Section("section-" + sections.size(), heading, List.copyOf(cards)));
        }
    }

    private static Views.Card card(
            Desktops.Usable one,
            DesktopPreferences preferences,
            boolean locked,
            Map<Desktops.Usable, Views.Power> states) {
        Desktop desktop = one.desktop();
        return new Views.Card(
                desktop.name(),
                desktop.title(),
                desktop.icon().name().toLowerCase(Locale.ROOT),
                one.target().toString().replaceFirst(":3389$", ""),
                preferences.isFavourite(desktop.name()),
                locked,
                Optional.ofNullable(states.get(one)));
    }

    /** The RDP client is expected to come from where the browser is; it has not named its machine yet. */
    private Requester requester(PortalExchange exchange, Identity identity) {
        return Requester.of(
                identity, exchange.peer().address(), services.clock().instant());
    }

    /** What can be chosen for one. */
    void options(PortalExchange exchange, PortalSession session, String name) {
        Optional<Desktops.Usable> open =
                desktops.find(requester(exchange, session.identity()), name, services.resolver());
        Optional<Desktops.Usable> found = open.or(() -> withSecondFactor(exchange, session, session.identity(), name));
        if (found.isEmpty()) {
            notFound(exchange, session);
            return;
        }
        Map<Desktops.Usable, Views.Power> states = power.of(
                requester(exchange, session.identity()), open.map(List::of).orElse(List.of()));
        if (states.values().stream().anyMatch(Views.Power::waking)) {
            exchange.setHeader("Refresh", WAKING_PAGE_SECONDS);
        }
        Views.Options view = new Views.Options(
                card(found.get(), DesktopPreferences.of(exchange), open.isEmpty(), states),
                exchange.messages().span(lifetime),
                download.offersClipboard(found.get().desktop()),
                deviceFile(exchange, session.identity(), name));
        exchange.html(200, renderer.page(exchange, "options", "options.title", Optional.of(session), view));
    }

    /** How long a file for a device is good, where the user may open the desktop with one. */
    private Optional<String> deviceFile(PortalExchange exchange, Identity user, String name) {
        return services.deviceTickets()
                .filter(_ -> desktops.find(
                                requester(exchange, StepUp.proved(user).by(DeviceTicket.METHOD)),
                                name,
                                services.resolver())
                        .isPresent())
                .map(desk -> exchange.messages().span(desk.settings().lasts()));
    }

    /** Makes one a favourite, or none. */
    void favourite(PortalExchange exchange) {
        exchange.parameter("desktop")
                .filter(name -> Desktop.NAME.matcher(name).matches())
                .ifPresent(name -> exchange.setCookie(
                        DesktopPreferences.of(exchange).toggled(name).cookie()));
        exchange.redirect(PortalPath.DESKTOPS.path());
    }

    /** Wakes the machine of one. */
    void wake(PortalExchange exchange, PortalSession session) {
        Optional<String> name = exchange.parameter("desktop")
                .filter(asked -> Desktop.NAME.matcher(asked).matches());
        Optional<Identity> user = accounts.user(exchange, session);
        if (user.isEmpty()) {
            return;
        }
        Requester requester = requester(exchange, user.get());
        Optional<Desktops.Usable> found = name.flatMap(asked -> desktops.find(requester, asked, services.resolver()));
        if (found.isEmpty() || stepUp.isRequired(session, user.get())) {
            notFound(exchange, session);
            return;
        }
        String page = PortalPath.DESKTOP.of(found.get().desktop().name());
        Optional<WakeAnswer> answer = power.wake(exchange, requester, found.get());
        if (answer.isPresent() && answer.get() instanceof WakeAnswer.Begun) {
            exchange.redirect(page);
            return;
        }
        String why = answer.isPresent() && answer.get() instanceof WakeAnswer.Refused(String reason)
                ? reason
                : "a desktop that cannot be woken";
        exchange.refused(
                403,
                "waking " + found.get().desktop().name() + " for " + user.get().displayName() + ": " + why);
        Messages messages = exchange.messages();
        Views.Message view = new Views.Message(messages.text("wake.refused"), page, messages.text("wake.back"));
        exchange.html(403, renderer.page(exchange, "message", "wake.refused.title", Optional.of(session), view));
    }

    /** A file with a new token for one. */
    void connect(PortalExchange exchange, PortalSession session, String name) {
        if (exchange.isCrossSiteFetch()) {
            exchange.refuse(403, "not from a page of another site");
            return;
        }
        if (!exchange.isUserInitiated()) {
            exchange.redirect(PortalPath.DESKTOP.of(name)); // where the button is
            return;
        }
        Optional<Identity> user = accounts.user(exchange, session);
        if (user.isEmpty()) {
            return;
        }
        Identity identity = user.get();
        Optional<Desktops.Usable> found = desktops.find(requester(exchange, identity), name, services.resolver());
        if (stepUp.isRequired(session, identity)
                || (found.isEmpty()
                        && withSecondFactor(exchange, session, identity, name).isPresent())) {
            exchange.redirect(PortalPath.SECOND_FACTOR.path() + "?return_to="
                    + URLEncoder.encode(exchange.location(), StandardCharsets.UTF_8));
            return;
        }
        if (found.isEmpty()) {
            notFound(exchange, session);
            return;
        }
        Target target = found.get().target();
        PaaToken token = token(exchange, session.tokens(), identity, found.get());
        byte[] file;
        try {
            file = signed(exchange, found.get(), token);
        } catch (CpuWork.BusyException busy) {
            exchange.refused(
                    503, "the .rdp file could not be signed for " + identity.displayName() + ": " + busy.getMessage());
            exchange.setHeader("Retry-After", "10");
            exchange.plain(503, "too many requests at one time, try again\n");
            return;
        }
        services.audit()
                .record(new AuditEvent.TokenIssued(exchange.origin(), identity, name, target.toString(), token.id()));
        power.wakeIfAsleep(exchange, requester(exchange, identity), found.get());
        exchange.setCookie(DesktopPreferences.of(exchange).used(name).cookie());
        exchange.setHeader("Content-Disposition", "attachment; filename=\"" + name + ".rdp\"");
        exchange.send(200, "application/x-rdp", file);
    }

    /** A signature by RSA takes a processor for milliseconds. */
    private byte[] signed(PortalExchange exchange, Desktops.Usable desktop, PaaToken token) {
        CpuWork cpu = services.login().cpu().of(new Source(exchange.peer().address()), Rank.SIGNED_IN_BEFORE);
        return cpu.compute(() -> download.make(
                        desktop, exchange.parameters(), services.tokens().mint(token))
                .encode());
    }

    private PaaToken token(PortalExchange exchange, String signIn, Identity identity, Desktops.Usable usable) {
        Instant now = services.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        return new PaaToken(
                RandomIds.next(services.random(), ID_BYTES),
                signIn,
                services.policy().get().condensed(identity),
                Set.of(usable.target()),
                now,
                now.plus(lifetime),
                Optional.of(exchange.peer().address()),
                Optional.of(usable.desktop().name()));
    }

    /** What a user could use who proves a second factor first. */
    private Optional<Desktops.Usable> withSecondFactor(
            PortalExchange exchange, PortalSession session, Identity identity, String name) {
        return stepUp.isPossible(session)
                ? desktops.find(requester(exchange, StepUp.proved(identity)), name, services.resolver())
                : Optional.empty();
    }

    private void notFound(PortalExchange exchange, PortalSession session) {
        Messages messages = exchange.messages();
        Views.Message view = new Views.Message(
                messages.text("desktop.unknown"), PortalPath.DESKTOPS.path(), messages.text("desktop.back"));
        exchange.refused(404, "no such desktop, or no rule shows it to the user");
        exchange.html(404, renderer.page(exchange, "message", "notfound.title", Optional.of(session), view));
    }
}
