package io.gatehouse.core.config;

import io.gatehouse.api.Domains;
import io.gatehouse.core.config.GatewayConfig.Auth;
import io.gatehouse.core.config.GatewayConfig.DomainConfig;
import io.gatehouse.core.config.GatewayConfig.KdcProxy;
import io.gatehouse.core.config.GatewayConfig.Limits;
import io.gatehouse.core.config.GatewayConfig.Listener;
import io.gatehouse.core.config.GatewayConfig.MetricsListener;
import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.config.GatewayConfig.Policy;
import io.gatehouse.core.config.GatewayConfig.RuleConfig;
import io.gatehouse.core.config.GatewayConfig.Server;
import io.gatehouse.core.config.GatewayConfig.Tunnel;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks what the types of the records cannot say. Sees every record of a file as soon as it is bound. */
final class Checks {
    private static final int LONGEST_NAME = 256;
    /** {@code 10.0.0.0/8} and {@code fc00::/7} are private networks; what is larger holds other people's addresses. */
    private static final int SMALLEST_PREFIX_OF_PROXIES = 7;

    private static final Pattern DOMAIN_NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,254}");

    private final Problems problems;
    private final KdcProxyChecks kdcProxy;
    private final RuleWords ruleWords;
    private final Map<String, String> ruleNames = new HashMap<>();
    private final Map<String, String> domainNames = new HashMap<>();
    private final Map<ListenAddress, String> addresses = new HashMap<>();

    private final PortalChecks portal;

    /**
     * Checks.
     *
     * @param providers names of the installed providers
     */
    Checks(Problems problems, Set<String> providers) {
        this.problems = problems;
        this.ruleWords = new RuleWords(problems, providers);
        this.portal = new PortalChecks(problems);
        this.kdcProxy = new KdcProxyChecks(problems);
    }

    /** Checks {@code record}, which stands at {@code path}; records of providers are their own business. */
    void check(Record record, String path) {
        switch (record) {
            case GatewayConfig gateway -> {
                nonEmpty(gateway.listener(), "listener", "expected at least one [[listener]]");
                portal.check(gateway);
                gateway.kdcProxy().ifPresent(proxy -> kdcProxy.checkRealms(proxy, gateway.domain()));
            }
            case PortalConfig config -> portal.check(config, path);
            case DesktopConfig desktop -> portal.check(desktop, path);
            case Server server -> server(server, path);
            case Listener listener -> listener(listener, path);
            case MetricsListener metrics -> metrics(metrics, path);
            case DomainConfig domain -> domain(domain, path);
            case Auth auth -> {
                if (auth.paa().isEmpty()) {
                    nonEmpty(auth.order(), path + ".order", "expected at least one provider, or a table [auth.paa]");
                }
            }
            case Paa paa -> paa(paa, path);
            case KdcProxy proxy -> kdcProxy.check(proxy, path);
            case Tunnel tunnel -> tunnel(tunnel, path);
            case Limits limits -> limits(limits, path);
            case RuleConfig rule -> rule(rule, path);
            case Policy policy -> policy(policy, path);
            default -> {} // nothing to check
        }
    }

    private void server(Server server, String path) {
        server.name().ifPresent(name -> {
            if (TargetName.parse(name) instanceof Parsed.Faulty<TargetName>(String problem)) {
                problems.at(path + ".name", Display.of(name) + ": " + problem);
            }
        });
        hostNames(server.aliases(), path + ".aliases");
    }

    private void hostNames(List<String> names, String path) {
        for (int i = 0; i < names.size(); i++) {
            if (TargetName.parse(names.get(i)) instanceof Parsed.Faulty<TargetName>(String problem)) {
                problems.at(path + "[" + i + "]", Display.of(names.get(i)) + ": " + problem);
            }
        }
    }

    private void listener(Listener listener, String path) {
        for (int i = 0; i < listener.trustedProxies().size(); i++) {
            String place = path + ".trusted-proxies[" + i + "]";
            switch (Cidr.parse(listener.trustedProxies().get(i))) {
                case Parsed.Faulty<Cidr>(String problem) -> problems.at(place, problem);
                case Parsed.Valid<Cidr>(Cidr block) -> trustedProxies(block, place);
            }
        }
        switch (ListenAddress.parse(listener.address())) {
            case Parsed.Faulty<ListenAddress>(String problem) -> problems.at(path + ".address", problem);
            case Parsed.Valid<ListenAddress>(ListenAddress address) -> {
                unique(address, listener.address(), path);
                if (listener.tls().isEmpty() && listener.trustedProxies().isEmpty() && !address.isLoopback()) {
                    problems.at(
                            path + ".tls",
                            "missing: without it everything but a loopback address needs trusted-proxies, or passwords"
                                    + " cross the network in clear");
                }
            }
        }
    }

    /** Whoever is a trusted proxy says who a client is, and with plain headers who has signed in. */
    private void trustedProxies(Cidr block, String place) {
        if (block.prefix() < SMALLEST_PREFIX_OF_PROXIES) {
            problems.warn(
                    place,
                    Display.of(block.toString()) + ": any machine in it can pretend to be any client"
                            + " (expected the addresses of your reverse proxies)");
        }
    }

    /** An address that no other table has. */
    private void unique(ListenAddress address, String text, String path) {
        String other = addresses.putIfAbsent(address, path);
        if (other != null && address.port() != 0) {
            problems.at(path + ".address", Display.of(text) + " is the address of " + other + " too");
        }
    }

    private void metrics(MetricsListener metrics, String path) {
        switch (ListenAddress.parse(metrics.address())) {
            case Parsed.Faulty<ListenAddress>(String problem) -> problems.at(path + ".address", problem);
            case Parsed.Valid<ListenAddress>(ListenAddress address) -> {
                unique(address, metrics.address(), path);
                if (!address.isLoopback() && !metrics.allowRemote()) {
                    problems.at(
                            path + ".address",
                            Display.of(metrics.address())
                                    + " (expected a loopback address, or allow-remote = true: nobody has to sign in there)");
                }
            }
        }
    }

    private void domain(DomainConfig domain, String path) {
        domainName(domain.name(), path + ".name");
        domain.realm()
                .filter(realm -> !realm.equalsIgnoreCase(domain.name()))
                .ifPresent(realm -> domainName(realm, path + ".realm"));
        for (int i = 0; i < domain.aliases().size(); i++) {
            domainName(domain.aliases().get(i), path + ".aliases[" + i + "]");
        }
        for (int i = 0; i < domain.controllers().size(); i++) {
            if (TargetName.parse(domain.controllers().get(i)) instanceof Parsed.Faulty<TargetName>(String problem)) {
                problems.at(path + ".controllers[" + i + "]", problem);
            }
        }
        for (int i = 0; i < domain.kdcs().size(); i++) {
            if (ServerAddress.parse(domain.kdcs().get(i), Configuration.KDC_PORT)
                    instanceof Parsed.Faulty<InetSocketAddress>(String problem)) {
                problems.at(path + ".kdcs[" + i + "]", problem);
            }
        }
    }

    /** A name that no other domain has. */
    private void domainName(String name, String path) {
        if (!DOMAIN_NAME.matcher(name).matches()) {
            problems.at(path, Display.of(name) + " (expected letters, digits, dots, - and _)");
        }
        String other = domainNames.putIfAbsent(name.toLowerCase(Locale.ROOT), path);
        if (other != null) {
            problems.at(path, Display.of(name) + " is a name of " + other + " too");
        }
    }

    private void paa(Paa paa, String path) {
        hostNames(paa.hosts(), path + ".hosts");
        positive(paa.lifetime(), path + ".lifetime");
        positive(paa.reuseWindow(), path + ".reuse-window");
        positive(paa.reconnectWindow(), path + ".reconnect-window");
        positive(paa.reconnectFor(), path + ".reconnect-for");
        if (paa.reconnects() < 0) {
            problems.at(path + ".reconnects", paa.reconnects() + " (expected 0 or more)");
        }
    }

    private void tunnel(Tunnel tunnel, String path) {
        positive(tunnel.consentTimeout(), path + ".consent-timeout");
        positive(tunnel.keepalive(), path + ".keepalive");
        positive(tunnel.connectTimeout(), path + ".connect-timeout");
        if (tunnel.readSize() < 4096 || tunnel.readSize() > 65535) {
            problems.at(path + ".read-size", tunnel.readSize() + " (expected 4096 to 65535)");
        }
        if (tunnel.consentMessage().map(String::isBlank).orElse(false)) {
            problems.at(path + ".consent-message", "empty (leave the key out for no message)");
        }
        if (tunnel.consentRequired() && tunnel.consentMessage().isEmpty()) {
            problems.at(path + ".consent-required", "true, but there is no consent-message");
        }
    }

    private void limits(Limits limits, String path) {
        positive(limits.loginDeadline(), path + ".login-deadline");
        positive(limits.firstRequestDeadline(), path + ".first-request-deadline");
        positive(limits.pairingTimeout(), path + ".pairing-timeout");
        positive(limits.guessWindow(), path + ".guess-window");
        positive(limits.connections(), path + ".connections");
        positive(limits.connectionsBeforeLogin(), path + ".connections-before-login");
        positive(limits.connectionsBeforeLoginPerSource(), path + ".connections-before-login-per-source");
        positive(limits.bytesBeforeLogin(), path + ".bytes-before-login");
        positive(limits.tunnelsPerUser(), path + ".tunnels-per-user");
        positive(limits.failedChannelsPerUser(), path + ".failed-channels-per-user");
        positive(limits.failedChannelsBurst(), path + ".failed-channels-burst");
        positive(limits.channelsPerTunnel(), path + ".channels-per-tunnel");
        positive(limits.guessesPerAccount(), path + ".guesses-per-account");
        positive(limits.guessesPerSource(), path + ".guesses-per-source");
    }

    private void policy(Policy policy, String path) {
        if (policy.rule().isEmpty()) {
            problems.warn(path, "no [[policy.rule]]: nobody can reach anything");
        }
    }

    private void rule(RuleConfig rule, String path) {
        if (rule.name().isBlank() || rule.name().length() > LONGEST_NAME) {
            problems.at(path + ".name", Display.of(rule.name()) + " (expected 1 to " + LONGEST_NAME + " characters)");
        }
        String other = ruleNames.putIfAbsent(rule.name(), path);
        if (other != null) {
            problems.at(path + ".name", Display.of(rule.name()) + " is the name of " + other + " too");
        }
        new RuleCompiler(Domains.NONE, (key, problem) -> problems.at(path + "." + key, problem)).compile(rule);
        ruleWords.check(rule, path);
        nonEmpty(rule.targets(), path + ".targets", "expected at least one target");
        nonEmpty(rule.ports(), path + ".ports", "expected at least one port");
        rule.idleTimeout().ifPresent(timeout -> positive(timeout, path + ".idle-timeout"));
        rule.sessionTimeout().ifPresent(timeout -> positive(timeout, path + ".session-timeout"));
    }

    private void nonEmpty(List<?> list, String path, String expected) {
        if (list.isEmpty()) {
            problems.at(path, "empty (" + expected + ")");
        }
    }

    private void positive(long number, String path) {
        if (number <= 0) {
            problems.at(path, number + " (expected at least 1)");
        }
    }

    private void positive(Duration duration, String path) {
        if (!duration.isPositive()) {
            problems.at(path, Display.of(Durations.format(duration)) + " (expected more than nothing)");
        }
    }
}
