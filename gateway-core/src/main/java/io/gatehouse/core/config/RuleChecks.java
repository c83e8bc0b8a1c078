package io.gatehouse.core.config;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.policy.SignInMethod;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.totp.EnrolmentMode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Checks that no two rules share a name, and warns of words in rules that are legal names but look like wildcards or
 * methods, and match nothing.
 */
final class RuleChecks {
    /** The method of those who bring a token that {@code gatehouse rdp make} made. */
    private static final String TOKEN = "paa";

    private static final Set<String> EVERYTHING = Set.of("any", "all", "everyone", "everybody", "everything");

    private final Problems problems;
    private final Map<String, ProviderTable> providers;
    private final Map<String, String> names = new HashMap<>();

    /**
     * Checks of all rules of a file.
     *
     * @param providers the installed ones, by name
     */
    RuleChecks(Problems problems, Map<String, ProviderTable> providers) {
        this.problems = problems;
        this.providers = providers;
    }

    void check(RuleConfig rule, String path) {
        String other = names.putIfAbsent(rule.name(), path);
        if (other != null) {
            problems.at(path + ".name", Excerpt.of(rule.name()) + " is the name of " + other + " too");
        }
        String everyone = " (leave users and groups out for everyone who signed in)";
        general(
                rule,
                rule.users(),
                path + ".users",
                RuleChecks::looksGeneral,
                "only an account of this very name matches" + everyone);
        general(
                rule,
                rule.groups(),
                path + ".groups",
                RuleChecks::looksGeneral,
                "only a group of this very name matches" + everyone);
        general(
                rule,
                rule.targets(),
                path + ".targets",
                EVERYTHING::contains,
                "only a host of this very name matches (expected \"*\" for every target)");
        domains(rule, path);
        hours(rule, path);
        personal(rule, path);
        clientNames(rule, path);
        approval(rule, path);
        if (!rule.allows()) {
            denying(rule, path);
        }
    }

    private void hours(RuleConfig rule, String path) {
        if (!rule.hours().isEmpty() && rule.timeZone().isEmpty() && !problems.isFaulty(path + ".time-zone")) {
            problems.at(path + ".hours", "no time-zone (expected a name such as time-zone = \"Europe/Berlin\")");
        }
        if (rule.hours().isEmpty() && rule.timeZone().isPresent()) {
            problems.at(path + ".time-zone", "no hours (expected hours = [\"Mon-Fri 08:00-18:00\"] or no time-zone)");
        }
    }

    /** Two domains may have an alice: the pattern or the rule says whose host it is. */
    private void personal(RuleConfig rule, String path) {
        for (int i = 0; i < rule.targets().size(); i++) {
            if (rule.targets().get(i) instanceof TargetPattern.Personal(PersonalHost host, var _)
                    && !host.namesTheDomain()
                    && rule.domains().size() > 1) {
                problems.at(
                        path + ".targets[" + i + "]",
                        Excerpt.of(host.toString()) + ": {user} in a rule for "
                                + rule.domains().size()
                                + " domains, which may have the same user names (expected {domain} in the target, or one domain"
                                + " in domains)");
            }
        }
    }

    /** Clients call themselves whatever they like. */
    private void clientNames(RuleConfig rule, String path) {
        boolean nothingElse = rule.users().isEmpty()
                && rule.groups().isEmpty()
                && rule.domains().isEmpty()
                && rule.methods().isEmpty()
                && rule.claims().isEmpty()
                && !rule.mfa()
                && rule.sources().isEmpty()
                && rule.desktops().isEmpty();
        if (!rule.clientNames().isEmpty() && rule.allows() && nothingElse) {
            problems.warn(
                    path + ".client-names",
                    "the only condition about the client, and nobody verifies it: any client can call itself so (add users,"
                            + " groups or sources)");
        }
    }

    private void approval(RuleConfig rule, String path) {
        if (rule.approval().isEmpty()) {
            Map<String, Boolean> alone = new LinkedHashMap<>();
            alone.put("approval-lasts", rule.approvalLasts().isPresent());
            alone.put("approval-methods", !rule.approvalMethods().isEmpty());
            alone.put("approval-mfa", rule.approvalMfa());
            alone.put("approval-without-number", rule.approvalWithoutNumber().isPresent());
            boolean faulty = problems.isFaulty(path + ".approval");
            alone.forEach((key, isThere) -> {
                if (isThere && !faulty) {
                    problems.at(path + "." + key, "no approval (expected approval = \"self\" or no such key)");
                }
            });
        }
        if (rule.approval().filter(approvers -> approvers.groups().isEmpty()).isPresent()
                && !rule.approvalMfa()
                && rule.approvalMethods().isEmpty()) {
            problems.warn(
                    path + ".approval",
                    "\"self\", answered after any sign-in at the portal: whoever knows the password of a user may answer, too"
                            + " (set approval-mfa or approval-methods)");
        }
        if (rule.approvalWithoutNumber().equals(Optional.of(WithoutNumber.EXEMPT))) {
            problems.warn(
                    path + ".approval-without-number",
                    "\"exempt\": a client needs no approval when it says that it cannot show messages, and any client can say"
                            + " so");
        }
    }

    /** An approval is given at the portal, by somebody who signed in there. */
    void checkApprovals(GatewayConfig gateway) {
        List<RuleConfig> rules = gateway.policy().rule();
        for (int i = 0; i < rules.size(); i++) {
            String path = "policy.rule[" + i + "]";
            if (rules.get(i).approval().isPresent() && gateway.portal().isEmpty()) {
                problems.at(path + ".approval", "approvals are given at the portal, so it needs a table [portal]");
            }
            if (rules.get(i).approvalMfa() && isAnAppSetUpByPassword(gateway)) {
                problems.warn(
                        path + ".approval-mfa",
                        "with [portal.totp] enrolment = \"sign-in\": whoever knows the password of a user without an app"
                                + " may set one up and approve (expected enrolment = \"ticket\")");
            }
        }
        if (gateway.approval().answerWithin().compareTo(gateway.approval().clientWait()) < 0
                && !problems.isFaulty("approval.answer-within")) {
            problems.at(
                    "approval.answer-within",
                    Durations.format(gateway.approval().answerWithin())
                            + " is shorter than client-wait (expected at least "
                            + Durations.format(gateway.approval().clientWait()) + ")");
        }
    }

    private static boolean isAnAppSetUpByPassword(GatewayConfig gateway) {
        return gateway.portal()
                .flatMap(PortalConfig::totp)
                .filter(totp -> totp.enrolment() == EnrolmentMode.SIGN_IN)
                .isPresent();
    }

    private void domains(RuleConfig rule, String path) {
        for (int i = 0; i < rule.domains().size(); i++) {
            String domain = rule.domains().get(i);
            if (domain.isBlank() || !domain.equals(domain.strip())) {
                problems.at(
                        path + ".domains[" + i + "]",
                        Excerpt.of(domain) + " (expected the name of a domain, or \".\" for accounts without one)");
            }
        }
    }

    /** A rule that denies matches more when it says less, and nobody complains when it matches nobody. */
    private void denying(RuleConfig rule, String path) {
        Map<String, Boolean> meaningless = new LinkedHashMap<>();
        meaningless.put("disable", !rule.disable().isEmpty());
        meaningless.put("idle-timeout", rule.idleTimeout().isPresent());
        meaningless.put("session-timeout", rule.sessionTimeout().isPresent());
        meaningless.put("at-session-timeout", rule.atSessionTimeout() != AtSessionTimeout.DISCONNECT);
        meaningless.put("at-hours-end", rule.atHoursEnd() != AtHoursEnd.DISCONNECT);
        meaningless.put("channels-per-user", rule.channelsPerUser().isPresent());
        meaningless.put("wake", rule.wake());
        meaningless.put("approval", rule.approval().isPresent());
        meaningless.forEach((key, isThere) -> {
            if (isThere) {
                problems.at(path + "." + key, "in a rule that denies (expected no such key, or action = \"allow\")");
            }
        });
        if (!rule.clientNames().isEmpty()) {
            problems.warn(
                    path + ".client-names",
                    "a rule that denies by the name that the client says: any client can say another one");
        }
        if (!rule.desktops().isEmpty()) {
            problems.warn(
                    path + ".desktops",
                    "a rule that denies what was started from the portal: a client that signs in to the gateway itself is not"
                            + " denied");
        }
        if (rule.mfa()) {
            problems.warn(path + ".mfa", "denies those who used a second factor, not those who used none");
        }
    }

    /** Finds names of domains that no table has, and accounts of a domain that are written without it. */
    void checkDomains(List<RuleConfig> rules, Domains domains) {
        for (int i = 0; i < rules.size(); i++) {
            RuleConfig rule = rules.get(i);
            String path = "policy.rule[" + i + "]";
            for (int j = 0; j < rule.domains().size(); j++) {
                if (!rule.domains().get(j).equals(RuleConfig.NO_DOMAIN)) {
                    known(rule.domains().get(j), domains, path + ".domains[" + j + "]");
                }
            }
            for (int j = 0; j < rule.users().size(); j++) {
                String place = path + ".users[" + j + "]";
                switch (rule.users().get(j)) {
                    case AccountPattern.InDomain(String domain, var _) -> known(domain, domains, place);
                    case AccountPattern.Plain(String user) -> plain(rule, user, domains, place);
                    case AccountPattern.WithSuffix _ -> {} // any suffix of a principal name
                }
            }
            for (int j = 0; j < rule.groups().size(); j++) {
                String group = rule.groups().get(j).text();
                int backslash = group.indexOf('\\');
                if (backslash > 0) {
                    known(group.substring(0, backslash), domains, path + ".groups[" + j + "]");
                }
            }
        }
    }

    private void known(String name, Domains domains, String place) {
        if (domains.find(name).isEmpty()) {
            problems.warn(
                    place,
                    "no [[domain]] has the name " + Excerpt.of(name)
                            + Suggestion.hint(
                                    domains.all().stream().map(Domain::name).toList(), name));
        }
    }

    private void plain(RuleConfig rule, String user, Domains domains, String place) {
        if (!rule.allows()) {
            domains.own()
                    .ifPresent(own -> problems.warn(
                            place,
                            Excerpt.of(user) + ": denies the account without a domain only (expected '" + own.name()
                                    + "\\" + user + "' for the account of the domain)"));
        }
    }

    /** Finds desktops that rules name and the portal does not have. */
    void checkDesktops(List<RuleConfig> rules, List<DesktopConfig> desktops) {
        List<String> names = desktops.stream().map(DesktopConfig::name).toList();
        for (int i = 0; i < rules.size(); i++) {
            List<String> named = rules.get(i).desktops();
            for (int j = 0; j < named.size(); j++) {
                if (!names.contains(named.get(j))) {
                    problems.at(
                            "policy.rule[" + i + "].desktops[" + j + "]",
                            "no [[desktop]] has the name " + Excerpt.of(named.get(j))
                                    + Suggestion.hint(names, named.get(j)));
                }
            }
        }
    }

    /** Warns of methods by which nobody can sign in, in rules and for grants. */
    void checkMethods(GatewayConfig gateway) {
        Set<String> possible = new TreeSet<>(Set.of(TOKEN));
        gateway.portal().flatMap(PortalConfig::deviceTickets).ifPresent(_ -> possible.add(DeviceTicket.METHOD));
        gateway.auth().order().stream()
                .map(providers::get)
                .filter(Objects::nonNull)
                .forEach(provider -> possible.addAll(provider.methods()));
        List<RuleConfig> rules = gateway.policy().rule();
        for (int i = 0; i < rules.size(); i++) {
            RuleConfig rule = rules.get(i);
            check(rule.allows(), rule.methods(), possible, "policy.rule[" + i + "].methods");
            check(rule.allows(), rule.approvalMethods(), possible, "policy.rule[" + i + "].approval-methods");
        }
        gateway.portal()
                .flatMap(PortalConfig::deviceTickets)
                .ifPresent(tickets ->
                        check(true, tickets.approvalMethods(), possible, "portal.device-tickets.approval-methods"));
        gateway.portal()
                .flatMap(PortalConfig::grants)
                .ifPresent(grants -> check(true, grants.methods(), possible, "portal.grants.methods"));
    }

    private void check(boolean allows, List<SignInMethod> methods, Set<String> possible, String place) {
        for (int i = 0; i < methods.size(); i++) {
            check(allows, methods.get(i), possible, place + "[" + i + "]");
        }
    }

    private void check(boolean allows, SignInMethod method, Set<String> possible, String place) {
        String written = Excerpt.of(method.text());
        method.renamed().ifPresent(name -> problems.warn(place, written + ": called " + Excerpt.of(name) + " now"));
        if (possible.contains(method.name())) {
            return;
        }
        String expected = " (expected one of "
                + possible.stream().map(Excerpt::of).collect(Collectors.joining(", "))
                + "; leave methods out for all)";
        Optional<String> off = providers.entrySet().stream()
                .filter(provider -> provider.getValue().methods().contains(method.name()))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst();
        if (off.isPresent()) {
            problems.warn(
                    place,
                    written + ": the sign-in method of " + Excerpt.of(off.get()) + ", which is not in auth.order"
                            + expected);
        } else {
            matchesNobody(allows, place, written + ": no sign-in method has this name" + expected);
        }
    }

    private static boolean looksGeneral(String word) {
        return word.indexOf('*') >= 0 || EVERYTHING.contains(word);
    }

    private void general(RuleConfig rule, List<?> words, String place, Predicate<String> suspicious, String message) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).toString();
            if (suspicious.test(word.toLowerCase(Locale.ROOT))) {
                matchesNobody(rule.allows(), place + "[" + i + "]", Excerpt.of(word) + ": " + message);
            }
        }
    }

    /** Whoever is not let in complains; whoever is not kept out does not. */
    private void matchesNobody(boolean allows, String place, String message) {
        if (allows) {
            problems.warn(place, message);
        } else {
            problems.at(place, message);
        }
    }
}
