package io.gatehouse.core.config;

import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.portal.Desktop;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicketSettings.SessionProof;
import io.gatehouse.core.wake.MacAddress;
import io.gatehouse.core.wake.SecureOnPassword;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Checks the tables {@code [portal]} and {@code [[desktop]]} of a configuration. */
final class PortalChecks {
    private final Problems problems;
    private final Map<String, String> desktopNames = new HashMap<>();
    /** Where the desktops with each network card are. */
    private final Map<MacAddress, String> networkCards = new HashMap<>();

    PortalChecks(Problems problems) {
        this.problems = problems;
    }

    void check(GatewayConfig gateway) {
        if (gateway.portal().isPresent() && gateway.auth().paa().isEmpty()) {
            problems.at("portal", "its files carry tokens, so it needs a table [auth.paa]");
        }
        grantedDesktops(gateway);
        if (gateway.portal().isPresent() && gateway.desktop().isEmpty()) {
            problems.warn("portal", "no [[desktop]]: it has nothing to show");
        }
        boolean shown = gateway.desktop().stream().anyMatch(desktop -> !desktop.isWakeable());
        if (gateway.portal().isEmpty() && shown) {
            problems.warn("desktop", "there is no [portal] that shows it");
        }
        if (gateway.desktop().stream().anyMatch(DesktopConfig::isWakeable)
                && gateway.policy().rule().stream().noneMatch(RuleConfig::wake)
                && !gateway.givesGrants()) {
            problems.warn("desktop", "no [[policy.rule]] has wake = true: nobody can wake a desktop");
        }
    }

    void check(PortalConfig portal, String path) {
        portal.logo()
                .filter(logo -> !logo.toString().toLowerCase(Locale.ROOT).matches(".*\\.(svg|png|jpe?g|webp)"))
                .ifPresent(logo -> problems.at(
                        path + ".logo", Excerpt.of(logo.toString()) + " (expected .svg, .png, .jpg or .webp)"));
    }

    void check(TotpConfig totp, String path) {
        totp.issuer()
                .filter(issuer -> issuer.indexOf(':') >= 0)
                .ifPresent(issuer -> problems.at(path + ".issuer", Excerpt.of(issuer) + " (expected no colon)"));
    }

    void check(GrantsConfig grants, String path) {
        if (grants.approverUsers().isEmpty() && grants.approverGroups().isEmpty()) {
            problems.at(
                    path + ".approver-groups", "nobody can approve (expected approver-groups, approver-users or both)");
        }
        if (grants.desktops().isEmpty()) {
            problems.warn(path + ".desktops", "empty: no desktop can be asked for");
        }
    }

    void check(DeviceTicketsConfig tickets, String path) {
        if (tickets.approvalWithoutNumber() == WithoutNumber.EXEMPT) {
            problems.at(
                    path + ".approval-without-number",
                    "\"exempt\": a file that opens a desktop by itself (expected \"ask\" or \"refuse\")");
        }
        if (tickets.session() == SessionProof.ANY_ADDRESS) {
            problems.warn(
                    path + ".session",
                    "\"any-address\": while the user is signed in at the portal, a copy of the file opens the desktop from"
                            + " everywhere");
        }
    }

    private void grantedDesktops(GatewayConfig gateway) {
        List<String> names = gateway.desktop().stream().map(DesktopConfig::name).toList();
        List<String> named = gateway.portal()
                .flatMap(PortalConfig::grants)
                .map(GrantsConfig::desktops)
                .orElse(List.of());
        for (int i = 0; i < named.size(); i++) {
            if (!names.contains(named.get(i))) {
                problems.at(
                        "portal.grants.desktops[" + i + "]",
                        "no [[desktop]] has the name " + Excerpt.of(named.get(i))
                                + Suggestion.hint(names, named.get(i)));
            }
        }
    }

    void check(PortalAdminConfig admin, String path) {
        if (admin.rule().isEmpty()) {
            problems.warn(path, "no [[portal.admin.rule]]: nobody has an admin area");
        }
        admin.documentation()
                .filter(address -> !address.matches("https?://[!-~]+"))
                .ifPresent(address -> problems.at(
                        path + ".documentation",
                        Excerpt.of(address) + " (expected an address with https:// or http://)"));
    }

    void check(PortalAdminConfig.Rule rule, String path) {
        if (rule.users().isEmpty() && rule.groups().isEmpty()) {
            problems.at(path, "names nobody (expected users, groups or both)");
        }
    }

    void check(DesktopConfig desktop, String path) {
        String place = path + ".name";
        if (!Desktop.NAME.matcher(desktop.name()).matches()) {
            problems.at(
                    place, Excerpt.of(desktop.name()) + " (expected 1 to 64 lower-case letters, digits, '-' and '_')");
        }
        String other = desktopNames.putIfAbsent(desktop.name(), path);
        if (other != null) {
            problems.at(place, Excerpt.of(desktop.name()) + " is the name of " + other + " too");
        }
        wakes(desktop, path);
    }

    private void wakes(DesktopConfig desktop, String path) {
        if (desktop.mac().isPresent() && desktop.host().isPersonal()) {
            problems.at(
                    path + ".mac",
                    "one network card for the machines of several users (expected a host without {user}, or"
                            + " wake-command)");
        }
        if (desktop.mac().isEmpty() && !problems.isFaulty(path + ".mac")) {
            Map<String, Boolean> meaningless = new LinkedHashMap<>();
            meaningless.put("wake-address", desktop.wakeAddress().isPresent());
            meaningless.put("wake-password", desktop.wakePassword().isPresent());
            meaningless.forEach((key, isThere) -> {
                if (isThere) {
                    problems.at(
                            path + "." + key, "no mac (expected the MAC address of the network card, mac = \"...\")");
                }
            });
        }
        desktop.wakePassword()
                .filter(_ -> !problems.isFaulty(path + ".wake-password"))
                .map(SecureOnPassword::of)
                .ifPresent(read -> {
                    if (read instanceof Parsed.Faulty<SecureOnPassword>(String problem)) {
                        problems.at(path + ".wake-password", problem);
                    }
                });
        wakeCommand(desktop.wakeCommand().orElse(List.of()), path + ".wake-command[");
        if (desktop.wakeCommand().isPresent() && desktop.wakeCommandTimeout().compareTo(desktop.wakeWait()) > 0) {
            problems.warn(
                    path + ".wake-command-timeout",
                    "longer than wake-wait: the computer counts as not woken while its command still runs");
        }
        desktop.mac().ifPresent(card -> oneCard(card, desktop, path));
    }

    private void oneCard(MacAddress card, DesktopConfig desktop, String path) {
        String place = desktop.host() + ":" + desktop.port();
        String other = networkCards.putIfAbsent(card, place);
        if (other != null && !other.equalsIgnoreCase(place)) {
            problems.warn(
                    path + ".mac",
                    "also the card of " + other + ": the computer is woken for each host and port by itself");
        }
    }

    private void wakeCommand(List<String> arguments, String path) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.indexOf(0) >= 0) {
                problems.at(path + i + "]", Excerpt.of(argument) + " (expected no NUL character)");
            } else if (i == 0 && !argument.startsWith("/")) {
                problems.at(
                        path + "0]",
                        Excerpt.of(argument) + " (expected the full path of a program, which no shell reads)");
            }
        }
    }
}
