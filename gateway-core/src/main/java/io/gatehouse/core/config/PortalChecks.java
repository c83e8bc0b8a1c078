package io.gatehouse.core.config;

import io.gatehouse.core.portal.Desktop;
import io.gatehouse.core.portal.PersonalHost;
import io.gatehouse.core.text.Parsed;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks of the portal's tables. */
final class PortalChecks {
    private static final Pattern COLOUR = Pattern.compile("#[0-9a-fA-F]{6}");
    private static final int LONGEST_TITLE = 100;
    private static final int LONGEST_BANNER = 1000;

    private final Problems problems;
    private final Map<String, String> desktopNames = new HashMap<>();

    PortalChecks(Problems problems) {
        this.problems = problems;
    }

    void check(GatewayConfig gateway) {
        if (gateway.portal().isPresent() && gateway.auth().paa().isEmpty()) {
            problems.at("portal", "its files carry tokens, so it needs a table [auth.paa]");
        }
        if (gateway.portal().isPresent() && gateway.desktop().isEmpty()) {
            problems.warn("portal", "no [[desktop]]: it has nothing to show");
        }
        if (gateway.portal().isEmpty() && !gateway.desktop().isEmpty()) {
            problems.warn("desktop", "there is no [portal] that shows it");
        }
    }

    void check(PortalConfig portal, String path) {
        problemOfUrl(portal.url()).ifPresent(problem -> problems.at(path + ".url", Display.of(portal.url()) + problem));
        text(portal.title(), LONGEST_TITLE, path + ".title");
        portal.banner().ifPresent(banner -> text(banner, LONGEST_BANNER, path + ".banner"));
        if (!COLOUR.matcher(portal.accent()).matches()) {
            problems.at(path + ".accent", Display.of(portal.accent()) + " (expected a colour as #rrggbb)");
        }
        portal.logo()
                .filter(logo -> !logo.toString().toLowerCase(Locale.ROOT).matches(".*\\.(svg|png|jpe?g|webp)"))
                .ifPresent(logo -> problems.at(
                        path + ".logo", Display.of(logo.toString()) + " (expected .svg, .png, .jpg or .webp)"));
        positive(portal.idleTimeout(), path + ".idle-timeout");
        positive(portal.sessionTimeout(), path + ".session-timeout");
        portal.gateway().ifPresent(gateway -> {
            if (ServerAddress.parse(gateway, 443) instanceof Parsed.Faulty<InetSocketAddress>(String problem)) {
                problems.at(path + ".gateway", problem);
            }
        });
    }

    /** The portal's cookies are for the whole host, so it has the host for itself. */
    private static Optional<String> problemOfUrl(String url) {
        try {
            URI uri = new URI(url);
            boolean bare = uri.getRawPath() == null
                    || uri.getRawPath().isEmpty()
                    || uri.getRawPath().equals("/");
            return "https".equals(uri.getScheme())
                            && uri.getHost() != null
                            && bare
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                            && uri.getRawUserInfo() == null
                    ? Optional.empty()
                    : Optional.of(" (expected https://host or https://host:port)");
        } catch (URISyntaxException _) {
            return Optional.of(" (expected https://host or https://host:port)");
        }
    }

    void check(DesktopConfig desktop, String path) {
        if (!Desktop.NAME.matcher(desktop.name()).matches()) {
            problems.at(
                    path + ".name",
                    Display.of(desktop.name()) + " (expected 1 to 64 lower-case letters, digits, '-' and '_')");
        }
        String other = desktopNames.putIfAbsent(desktop.name(), path);
        if (other != null) {
            problems.at(path + ".name", Display.of(desktop.name()) + " is the name of " + other + " too");
        }
        desktop.title().ifPresent(title -> text(title, LONGEST_TITLE, path + ".title"));
        desktop.group().ifPresent(group -> text(group, LONGEST_TITLE, path + ".group"));
        if (PersonalHost.parse(desktop.host()) instanceof Parsed.Faulty<PersonalHost>(String problem)) {
            problems.at(path + ".host", Display.of(desktop.host()) + ": " + problem);
        }
        if (desktop.port() < 1 || desktop.port() > 65535) {
            problems.at(path + ".port", desktop.port() + " (expected 1 to 65535)");
        }
    }

    private void text(String text, int longest, String path) {
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            problems.at(
                    path, Display.of(text) + " (expected 1 to " + longest + " characters without control characters)");
        }
    }

    private void positive(Duration duration, String path) {
        if (!duration.isPositive()) {
            problems.at(path, Display.of(Durations.format(duration)) + " (expected more than nothing)");
        }
    }
}
