package io.gatehouse.dist;

import io.gatehouse.api.AccountDirectory;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Identity;
import io.gatehouse.api.ProviderException;
import io.gatehouse.client.Transport;
import io.gatehouse.client.ntlm.NtlmClient;
import io.gatehouse.core.config.AcmeChallenge;
import io.gatehouse.core.config.AcmeConfig;
import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.Conditions;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.RuleAction;
import io.gatehouse.core.ticket.DeviceTickets;
import io.gatehouse.dist.doctor.AcmeExamination;
import io.gatehouse.dist.doctor.DeviceTicketsExamination;
import io.gatehouse.dist.doctor.Examiner;
import io.gatehouse.dist.doctor.FileAccessExamination;
import io.gatehouse.dist.doctor.FrontClockExamination;
import io.gatehouse.dist.doctor.FrontExamination;
import io.gatehouse.dist.doctor.IdleExamination;
import io.gatehouse.dist.doctor.ListenerExamination;
import io.gatehouse.dist.doctor.NameExamination;
import io.gatehouse.dist.doctor.PublicAddress;
import io.gatehouse.dist.doctor.RedirectExamination;
import io.gatehouse.dist.doctor.ServedCertificateExamination;
import io.gatehouse.dist.doctor.ServiceExamination;
import io.gatehouse.dist.doctor.ServiceFacts;
import io.gatehouse.dist.doctor.SignInExamination;
import io.gatehouse.dist.doctor.SocketUnitExamination;
import io.gatehouse.dist.doctor.TargetExamination;
import io.gatehouse.dist.doctor.TimeServerExamination;
import io.gatehouse.dist.doctor.WakeExamination;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.jetty.edge.ListenAddresses;
import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.TlsTrust;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which examinations a configuration asks for. */
final class DoctorPlan {
    private static final int HTTPS = 443;
    private static final int NTP = 123;
    private static final String LOCALHOST = "localhost";
    /** The gateway ends connections without a sign-in itself; this much earlier the doctor stops waiting. */
    private static final Duration BEFORE_THE_DEADLINE = Duration.ofSeconds(3);

    private final Configuration configuration;
    private final Clock clock;
    private final Resolver resolver;
    private final PrintWriter err;
    private final List<Examiner.Planned> all = new ArrayList<>();

    DoctorPlan(Configuration configuration, Clock clock, Resolver resolver, PrintWriter err) {
        this.configuration = configuration;
        this.clock = clock;
        this.resolver = resolver;
        this.err = err;
    }

    /** All that was planned. */
    List<Examiner.Planned> all() {
        return List.copyOf(all);
    }

    private void add(String area, Examination examination) {
        all.add(new Examiner.Planned(area, examination));
    }

    /** Files, limits and ports. */
    void machine(Optional<String> runAs) throws InterruptedException {
        GatewayConfig gateway = configuration.gateway();
        ServiceFacts service = ServiceFacts.ofThisMachine();
        if (!service.properties().isEmpty()) {
            add("Machine", new ServiceExamination(service, gateway.limits().connections()));
        }
        List<InetSocketAddress> sockets = ServiceFacts.socketsInUse();
        if (!sockets.isEmpty()) {
            add("Machine", new SocketUnitExamination(sockets, listeners(gateway)));
        }
        Optional<String> user = runAs.or(service::user);
        if (user.isPresent()) {
            Set<Path> files = new LinkedHashSet<>(FileAccessExamination.paths(gateway));
            configuration.providers().values().forEach(table -> files.addAll(FileAccessExamination.paths(table)));
            Set<Path> programs = configuration.wakeables().stream()
                    .flatMap(wakeable -> wakeable.command().stream())
                    .map(command -> Path.of(command.program()))
                    .collect(Collectors.toSet());
            add("Machine", new FileAccessExamination(files, programs, user.get()));
        }
        gateway.listener()
                .forEach(listener -> listener(
                        "[[listener]]", listener.address(), listener.tls().isPresent(), true));
        gateway.acme().ifPresent(acme -> acme(gateway, acme));
        gateway.metrics().ifPresent(metrics -> listener("[metrics]", metrics.address(), false, false));
        gateway.admin().flatMap(AdminConfig::address).ifPresent(address -> listener("[admin]", address, false, false));
    }

    private void acme(GatewayConfig gateway, AcmeConfig acme) {
        if (acme.challenge() == AcmeChallenge.HTTP_01) {
            listener("[acme] http-address", acme.httpAddress(), false, false);
        }
        List<String> names = gateway.acmeNames().stream().map(HostName::host).toList();
        add(
                "Certificates",
                new AcmeExamination(acme.directory().uri(), () -> TlsTrust.of("[acme]", acme.ca()), names, resolver));
    }

    /**
     * Device tickets, where there are any.
     *
     * @param directories say what became of accounts, by the names of their providers
     */
    void deviceTickets(Map<String, AccountDirectory> directories) {
        configuration
                .gateway()
                .portal()
                .flatMap(PortalConfig::deviceTickets)
                .ifPresent(config -> add(
                        "Portal",
                        new DeviceTicketsExamination(
                                config.file(),
                                new DeviceTickets(
                                        config.settings(), configuration.domains(), clock, new SecureRandom()),
                                directories)));
    }

    /** Desktops that can be woken. */
    void wakes() {
        configuration.wakeables().forEach(wakeable -> add("Targets", new WakeExamination(wakeable)));
    }

    private static List<InetSocketAddress> listeners(GatewayConfig gateway) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (GatewayConfig.Listener listener : gateway.listener()) {
            try {
                addresses.add(ListenAddresses.resolve("[[listener]]", listener.address()));
            } catch (GatewayStartException exception) {
                // It is a finding of the configuration.
            }
        }
        return addresses;
    }

    private void listener(String table, ListenAddress address, boolean encrypted, boolean forClients) {
        try {
            add(
                    "Machine",
                    new ListenerExamination(table, ListenAddresses.resolve(table, address), encrypted, forClients));
        } catch (GatewayStartException exception) {
            // It is a finding of the configuration.
        }
    }

    /** The clock of this machine against a time server, where one is named. */
    void clock(Optional<String> server) throws CommandException {
        if (server.isPresent()) {
            PublicAddress address = named("--ntp", server.get(), NTP);
            add("Machine", new TimeServerExamination(address.host(), address.port(), clock));
        }
    }

    /** Names, certificates, and what stands in front of the gateway. */
    void front(
            Optional<String> publicName,
            Optional<Path> authorities,
            Duration idle,
            Optional<NtlmClient.Account> account)
            throws CommandException {
        Optional<PublicAddress> address =
                publicName.isPresent() ? Optional.of(named("--public-name", publicName.get(), HTTPS)) : configured();
        if (address.isEmpty()) {
            if (account.isPresent()) {
                throw CommandException.wrong("--sign-in needs the public name of the gateway (use --public-name)");
            }
            return;
        }
        PublicAddress known = address.get();
        List<X509Certificate> trusted = authorities.isPresent() ? certificates(authorities.get()) : List.of();
        boolean behindProxies = configuration.gateway().listener().stream().anyMatch(DoctorPlan::isBehindProxies);
        Set<X509Certificate> own = ownCertificates();
        Set<String> names = names(known.host());
        for (String name : names) {
            if (AddressLiteral.parse(name).isEmpty() && !name.equals(LOCALHOST)) {
                add(
                        "Names",
                        new NameExamination(
                                name,
                                known.port(),
                                resolver,
                                behindProxies,
                                names,
                                InetAddress::getCanonicalHostName,
                                NameExamination.Dialler::tcp));
            }
            add(
                    "Certificates",
                    new ServedCertificateExamination(name, known.port(), trusted, own, behindProxies, clock));
        }
        add("Reverse proxy", new FrontExamination(known));
        add("Reverse proxy", new FrontClockExamination(known, clock));
        configuration
                .gateway()
                .portal()
                .ifPresent(portal -> add("Portal", new RedirectExamination(portal.address(), trusted)));
        account.ifPresent(signingIn -> add(
                "Sign-in",
                new SignInExamination(
                        known,
                        signingIn,
                        trusted,
                        configuration.gateway().audit().file())));
        if (idle.isPositive()) {
            Duration deadline = configuration.gateway().limits().loginDeadline().minus(BEFORE_THE_DEADLINE);
            Duration silence = idle.compareTo(deadline) < 0 ? idle : deadline;
            for (Transport transport : Transport.values()) {
                add("Reverse proxy", new IdleExamination(known, transport, silence));
            }
        }
    }

    /** Whether the public name may be that of a proxy, which speaks HTTP or passes on TCP. */
    private static boolean isBehindProxies(GatewayConfig.Listener listener) {
        return !listener.trustedProxies().isEmpty()
                || !listener.proxyProtocolFrom().isEmpty();
    }

    private static PublicAddress named(String option, String text, int standard) throws CommandException {
        int colon = text.lastIndexOf(':');
        boolean withPort = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        Target target = AccountOptions.target(option, withPort ? text : text + ":" + standard);
        return new PublicAddress(target.host(), target.port());
    }

    private Optional<PublicAddress> configured() {
        GatewayConfig gateway = configuration.gateway();
        Optional<PublicAddress> portal = gateway.portal()
                .map(PortalConfig::address)
                .filter(url -> url.getHost() != null)
                .map(url -> new PublicAddress(url.getHost(), url.getPort() > 0 ? url.getPort() : HTTPS));
        return portal.or(() -> gateway.server().name().map(name -> new PublicAddress(name.text(), port())));
    }

    /** 443 behind a proxy, and where a listener has it; otherwise the port of the first listener with TLS. */
    private int port() {
        List<GatewayConfig.Listener> listeners = configuration.gateway().listener();
        boolean standard = listeners.stream()
                .anyMatch(listener -> listener.address().port() == HTTPS || isBehindProxies(listener));
        return standard
                ? HTTPS
                : listeners.stream()
                        .filter(listener -> listener.tls().isPresent())
                        .map(listener -> listener.address().port())
                        .findFirst()
                        .orElse(HTTPS);
    }

    private Set<String> names(String host) {
        Set<String> names = new LinkedHashSet<>(List.of(host.toLowerCase(Locale.ROOT)));
        GatewayConfig gateway = configuration.gateway();
        Stream.concat(
                        gateway.server().name().stream(),
                        Stream.concat(
                                gateway.server().aliases().stream(),
                                gateway.auth().paa().stream().flatMap(paa -> paa.hosts().stream())))
                .map(HostName::text)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> name.contains(".") && AddressLiteral.parse(name).isEmpty())
                .forEach(names::add);
        return names;
    }

    private Set<X509Certificate> ownCertificates() {
        Set<X509Certificate> own = new HashSet<>();
        for (GatewayConfig.Listener listener : configuration.gateway().listener()) {
            listener.tls().ifPresent(tls -> {
                leaf(configuration.gateway().paths(tls)).ifPresent(own::add);
                tls.channelBindingCertificates().forEach(file -> leaf(file).ifPresent(own::add));
            });
        }
        return own;
    }

    private static Optional<X509Certificate> leaf(CertificatePaths paths) {
        try {
            return TlsFiles.chain(paths).stream().findFirst();
        } catch (GatewayStartException exception) {
            return Optional.empty(); // a finding of the configuration
        }
    }

    private static Optional<X509Certificate> leaf(Path file) {
        try {
            return CertificateFile.read(file).stream().findFirst();
        } catch (ProviderException exception) {
            return Optional.empty(); // a finding of the configuration
        }
    }

    private static List<X509Certificate> certificates(Path file) throws CommandException {
        try {
            return CertificateFile.read(file);
        } catch (ProviderException exception) {
            throw CommandException.wrong("--ca: " + exception.getMessage());
        }
    }

    /** One target. */
    void target(String text, Optional<String> user, List<String> groups) throws CommandException {
        Target target = AccountOptions.target("--target", text);
        AccessPolicy policy = user.isPresent()
                ? configuration.policy(ExplainCommand.listeners(configuration))
                : new AccessPolicy(forAnybody(), configuration.dnsSuffix(), ExplainCommand.listeners(configuration));
        Identity identity = user.isPresent()
                ? AccountOptions.of(user.get(), groups)
                        .identity(configuration, Optional.empty(), clock, err)
                        .identity()
                : AccountOptions.of("anybody", List.of()).given("none", "none");
        Requester requester = new Requester(
                identity, Optional.empty(), Optional.empty(), Optional.empty(), clock.instant(), Optional.empty());
        add(
                "Targets",
                new TargetExamination(
                        target,
                        user.isPresent(),
                        () -> policy.decide(requester, target.host(), target.port(), resolver),
                        configuration.gateway().tunnel().connectTimeout(),
                        clock));
    }

    /** The rules that allow something, as if each were for everybody and always. */
    private List<PolicyRule> forAnybody() {
        return configuration.policyRules().stream()
                .filter(rule -> rule.action() == RuleAction.ALLOW)
                .map(rule -> new PolicyRule(
                        rule.rule(),
                        RuleAction.ALLOW,
                        List.of(),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        Conditions.NONE,
                        rule.targets(),
                        rule.ports(),
                        rule.redirectionFlags()))
                .toList();
    }

    /** What a provider wants to look at. */
    void provider(String name, List<Examination> examinations) {
        examinations.forEach(examination -> add("Sign-in: " + name, examination));
    }
}
