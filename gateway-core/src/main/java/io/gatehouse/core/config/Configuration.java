package io.gatehouse.core.config;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.core.config.GatewayConfig.DomainConfig;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.DnsSuffix;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.wake.Wakeable;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A configuration without known problems.
 *
 * @param gateway everything but the providers' tables
 * @param providers the providers that are on, by name, in {@code auth.order}; each with its table bound to its record
 * @param directory the file's directory, absolute; paths are resolved against it already
 * @param digest SHA-256 of the file, in hexadecimal
 */
public record Configuration(GatewayConfig gateway, Map<String, Record> providers, Path directory, String digest) {
    private static final int KDC_PORT = 88;

    public Configuration {
        providers = Collections.unmodifiableMap(new LinkedHashMap<>(providers));
    }

    /**
     * The same, with the files that {@code gatehouse run} makes when they are not there in other places: self-signed
     * pairs of listeners, the publisher's pair and the keys of tokens.
     */
    public Configuration relocated(UnaryOperator<Path> place) {
        return new Configuration(gateway.relocated(place), providers, directory, digest);
    }

    /** The rules of {@code [[policy.rule]]}, ready to be applied. */
    public List<PolicyRule> policyRules() {
        Domains domains = domains();
        return gateway.policy().rule().stream()
                .map(rule -> rule.rule(domains, dnsSuffix()))
                .toList();
    }

    /** The desktops whose machines can be woken. */
    public List<Wakeable> wakeables() {
        return gateway.desktop().stream()
                .flatMap(desktop -> desktop.wakeable(dnsSuffix()).stream())
                .toList();
    }

    /** The desktops that somebody may be granted. */
    public List<GrantableDesktop> grantableDesktops() {
        return gateway.desktop().stream()
                .map(desktop -> new GrantableDesktop(
                        desktop.name(),
                        desktop.title().orElse(desktop.name()),
                        desktop.host().completed(dnsSuffix()),
                        desktop.port()))
                .toList();
    }

    /** What completes names of hosts that have one label. */
    public DnsSuffix dnsSuffix() {
        return gateway.policy().dnsSuffix().orElse(DnsSuffix.NONE);
    }

    /** The policy of a gateway whose own listeners {@code ownListener} knows. */
    public AccessPolicy policy(Predicate<InetSocketAddress> ownListener) {
        return new AccessPolicy(policyRules(), dnsSuffix(), ownListener);
    }

    /** The domains of {@code [[domain]]}; realms in upper case, as Kerberos has them. */
    public Domains domains() {
        return domains(gateway);
    }

    static Domains domains(GatewayConfig gateway) {
        return new Domains(gateway.domain().stream().map(Configuration::domain).toList());
    }

    /** The domains whose realms {@code [kdc-proxy]} names; none without it. */
    public List<Domain> kdcProxyDomains() {
        List<String> realms =
                gateway.kdcProxy().map(GatewayConfig.KdcProxy::realms).orElse(List.of());
        return domains().all().stream()
                .filter(domain -> domain.realm().stream()
                        .anyMatch(realm -> realms.stream().anyMatch(realm::equalsIgnoreCase)))
                .toList();
    }

    /**
     * The names and addresses under which clients know the gateway, as far as the file says: in its tables and in the
     * files it makes.
     */
    public Set<String> serverNames() {
        Set<String> names = new HashSet<>();
        gateway.server().aliases().forEach(alias -> names.add(alias.text()));
        gateway.server().name().ifPresent(name -> names.add(name.text()));
        gateway.auth().paa().ifPresent(paa -> paa.hosts().forEach(host -> names.add(host.text())));
        gateway.portal()
                .map(portal -> portal.gateway().map(ServerAddress::host).orElseGet(portal.url()::host))
                .ifPresent(names::add);
        return names;
    }

    private static Domain domain(DomainConfig config) {
        List<ServerAddress> kdcs = config.kdcs().isEmpty()
                ? config.controllers().stream().map(ServerAddress::of).toList()
                : config.kdcs();
        return new Domain(
                config.name(),
                config.realm().map(realm -> realm.toUpperCase(Locale.ROOT)),
                config.aliases(),
                config.controllers().stream().map(HostName::text).toList(),
                kdcs.stream().map(kdc -> kdc.unresolved(KDC_PORT)).toList());
    }
}
