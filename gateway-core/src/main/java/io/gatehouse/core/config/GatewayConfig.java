package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import io.gatehouse.core.forwarding.ForwardingHeader;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.policy.DnsSuffix;
import io.gatehouse.core.token.AddressCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The configuration file. Every component is a key, in kebab-case; a key that is not here is an error.
 *
 * @param server {@code [server]}
 * @param listener {@code [[listener]]}
 * @param acme {@code [acme]}; without it the gateway asks for no certificate
 * @param domain {@code [[domain]]}
 * @param auth {@code [auth]}; the providers' own tables {@code [auth.<name>]} are bound to the providers' records
 * @param kdcProxy {@code [kdc-proxy]}; without it there is no KDC proxy
 * @param tunnel {@code [tunnel]}
 * @param limits {@code [limits]}
 * @param audit {@code [audit]}
 * @param log {@code [log]}
 * @param webhook {@code [[webhook]]}, URLs that are told of events
 * @param metrics {@code [metrics]}; without it nothing is shown
 * @param admin {@code [admin]}; without it there is no admin API
 * @param policy {@code [policy]}
 * @param approval {@code [approval]}, for rules that ask for one
 * @param portal {@code [portal]}; without it there is none
 * @param desktop {@code [[desktop]]}, what the portal shows
 */
public record GatewayConfig(
        @ConfigDefault("{}") Server server,
        @NotEmpty("expected at least one [[listener]]") List<Listener> listener,
        Optional<AcmeConfig> acme,
        @ConfigDefault("[]") List<DomainConfig> domain,
        Auth auth,
        Optional<KdcProxy> kdcProxy,
        @ConfigDefault("{}") Tunnel tunnel,
        @ConfigDefault("{}") Limits limits,
        @ConfigDefault("{}") AuditConfig audit,
        @ConfigDefault("{}") LogConfig log,
        @ConfigDefault("[]") List<WebhookConfig> webhook,
        Optional<MetricsListener> metrics,
        Optional<AdminConfig> admin,
        @ConfigDefault("{}") Policy policy,
        @ConfigDefault("{}") ApprovalConfig approval,
        Optional<PortalConfig> portal,
        @ConfigDefault("[]") List<DesktopConfig> desktop) {
    public GatewayConfig {
        listener = List.copyOf(listener);
        domain = List.copyOf(domain);
        webhook = List.copyOf(webhook);
        desktop = List.copyOf(desktop);
    }

    /** Whether users may connect, and wake desktops, by grants that are no rules of the file. */
    boolean givesGrants() {
        return portal.flatMap(PortalConfig::grants).isPresent();
    }

    /** The same, with the files that {@code gatehouse run} makes when they are not there in other places. */
    GatewayConfig relocated(UnaryOperator<Path> place) {
        return new GatewayConfig(
                server,
                listener.stream().map(each -> each.relocated(place)).toList(),
                acme,
                domain,
                auth.relocated(place),
                kdcProxy,
                tunnel,
                limits,
                audit,
                log,
                webhook,
                metrics,
                admin,
                policy,
                approval,
                portal.map(each -> each.relocated(place)),
                desktop);
    }

    /** Where the certificate of a listener is. */
    public CertificatePaths paths(Tls tls) {
        return tls.acme()
                ? acme.map(AcmeConfig::certificate)
                        .map(file -> CertificatePaths.ofPem(file, file))
                        .orElseThrow(() -> new IllegalStateException("acme = true without [acme]"))
                : tls.paths();
    }

    /** The DNS names of a certificate from the ACME server. */
    public List<HostName> acmeNames() {
        List<HostName> names = acme.map(AcmeConfig::names).orElse(List.of());
        return names.isEmpty() ? server.name().stream().toList() : names;
    }

    /**
     * {@code [server]}.
     *
     * @param name the name under which clients know the gateway; also in NTLM's challenge. Default: the host name of
     *     the machine.
     * @param aliases further host names and addresses under which clients know the gateway. The names of its
     *     certificates, {@code [auth.paa] hosts} and the portal's are known without being listed. NTLM clients sign the
     *     name of the server that they connect to, and <a href="auth-ntlm.md#channel-binding-and-target-name">any other
     *     name is refused</a>
     * @param drainLimit how long open sessions may go on after SIGTERM ({@code systemctl stop} or {@code restart})
     *     before they are <a href="upgrading.md#what-users-notice-of-a-restart">cut</a>
     */
    public record Server(
            Optional<HostName> name,
            @ConfigDefault("[]") List<HostName> aliases,

            @ConfigDefault("10s") @Range(min = "0s", max = "24h")
            Duration drainLimit) {
        public Server {
            aliases = List.copyOf(aliases);
        }
    }

    /**
     * {@code [[listener]]}: one address to listen on.
     *
     * @param address {@code ":443"} for all addresses, {@code "192.0.2.1:443"}, {@code "[2001:db8::1]:443"}
     * @param tls {@code [listener.tls]}, the certificate. Without it the listener speaks plain HTTP, which is for
     *     trusted reverse proxies only
     * @param trustedProxies addresses and CIDR blocks of <a href="reverse-proxy.md">reverse proxies</a> that are
     *     trusted to report the client's address. {@code check} warns of blocks as large as {@code 0.0.0.0/0}: any
     *     machine in them can pretend to be any client
     * @param forwardingHeader the header in which these proxies report it: {@code "x-forwarded-for"} (with {@code
     *     X-Forwarded-Proto}) or {@code "forwarded"} (RFC 7239). The other header is ignored; see <a
     *     href="reverse-proxy.md#how-the-gateway-finds-the-clients-address">how the gateway finds the client's
     *     address</a>
     * @param proxyProtocol {@code true}: connections from any address that is not in {@code proxy-protocol-from} are
     *     closed. Without {@code proxy-protocol-from}, {@code trusted-proxies} are the proxies that write PROXY headers
     * @param proxyProtocolFrom addresses and CIDR blocks of TCP proxies: each of their connections must begin with a
     *     PROXY header, version 1 or 2, before TLS. It trusts them with nothing else: their HTTP headers count only if
     *     they are in {@code trusted-proxies}, too. See <a href="reverse-proxy.md#proxy-protocol">PROXY protocol</a>
     * @param healthChecks {@code true}: the listener answers {@code GET /livez} and {@code GET /readyz} of load
     *     balancers with 200 or 503 and no body. See <a href="metrics.md#health-checks">health checks</a>
     * @param clientCertificate whether clients are asked for a <a
     *     href="auth-certificate.md#ask-for-a-certificate">certificate</a>: {@code "none"}, {@code "optional"} or
     *     {@code "required"}. Needs {@code tls}
     */
    public record Listener(
            ListenAddress address,
            Optional<Tls> tls,
            @ConfigDefault("[]") List<Cidr> trustedProxies,
            @ConfigDefault("x-forwarded-for") ForwardingHeader forwardingHeader,
            @ConfigDefault("false") boolean proxyProtocol,
            @ConfigDefault("[]") List<Cidr> proxyProtocolFrom,
            @ConfigDefault("false") boolean healthChecks,
            @ConfigDefault("none") ClientCertificate clientCertificate) {
        public Listener {
            trustedProxies = List.copyOf(trustedProxies);
            proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
        }

        /** The proxies whose connections begin with a PROXY header. */
        public List<Cidr> proxyHeaderSenders() {
            return proxyProtocol && proxyProtocolFrom.isEmpty() ? trustedProxies : proxyProtocolFrom;
        }

        private Listener relocated(UnaryOperator<Path> place) {
            return new Listener(
                    address,
                    tls.map(each -> each.relocated(place)),
                    trustedProxies,
                    forwardingHeader,
                    proxyProtocol,
                    proxyProtocolFrom,
                    healthChecks,
                    clientCertificate);
        }
    }

    /**
     * {@code [listener.tls]}.
     *
     * @param certificate PEM: the certificate, then the intermediate certificates, without the root. Or, with {@code
     *     password}, <a href="tls-certificates.md#pkcs-12">PKCS #12</a>. Needed without {@code acme}
     * @param key PEM: its private key, RSA or EC, not encrypted; mode 600, or 640 with the group of the gateway. Needed
     *     with PEM
     * @param password the password of the PKCS #12 file, which has the key in it
     * @param acme {@code true}: the certificate comes from the server of <a href="configuration.md#acme">{@code
     *     [acme]}</a>, instead of files
     * @param selfSigned when <em>neither</em> file exists, {@code gatehouse run} makes a self-signed pair there
     *     (RSA-2048, SHA-256). For trying out
     * @param channelBindingCertificates PEM: certificates that <a
     *     href="reverse-proxy.md#ntlm-and-kerberos-behind-a-reverse-proxy">reverse proxies</a> show to clients, for the
     *     channel binding of NTLM and Kerberos
     */
    public record Tls(
            Optional<Path> certificate,
            Optional<Path> key,
            Optional<Secret> password,
            @ConfigDefault("false") boolean acme,
            @ConfigDefault("false") boolean selfSigned,
            @ConfigDefault("[]") List<Path> channelBindingCertificates) {
        public Tls {
            channelBindingCertificates = List.copyOf(channelBindingCertificates);
        }

        private CertificatePaths paths() {
            Path file = certificate.orElseThrow(() -> new IllegalStateException("neither certificate nor acme"));
            return new CertificatePaths(file, key.orElse(file), password);
        }

        private Tls relocated(UnaryOperator<Path> place) {
            return new Tls(
                    certificate.map(place), key.map(place), password, acme, selfSigned, channelBindingCertificates);
        }
    }

    /**
     * {@code [[domain]]}: a Windows domain or Kerberos realm, and the names it goes by.
     *
     * @param name the name to use; for a Windows domain its NetBIOS name, {@code "CORP"}
     * @param realm the Kerberos realm; for a Windows domain its DNS name, {@code "corp.example.com"}
     * @param aliases further names that users may type, such as alternative UPN suffixes
     * @param controllers domain controllers, best first: host names or addresses. Default: looked up in DNS.
     * @param kdcs KDCs, best first: {@code "host"} or {@code "host:port"}. The KDC proxy and <a
     *     href="account-checks.md#what-the-kdc-says">account checks</a> ask them. Default: the controllers.
     */
    public record DomainConfig(
            String name,
            Optional<String> realm,
            @ConfigDefault("[]") List<String> aliases,
            @ConfigDefault("[]") List<HostName> controllers,
            @ConfigDefault("[]") List<ServerAddress> kdcs) {
        public DomainConfig {
            aliases = List.copyOf(aliases);
            controllers = List.copyOf(controllers);
            kdcs = List.copyOf(kdcs);
        }
    }

    /**
     * {@code [auth]}.
     *
     * @param order the providers that are on, in the order in which the gateway offers their methods
     * @param accountCheckInterval how long after a user's sign-in, or after the last check, the gateway checks whether
     *     a user with a session or a tunnel <a href="account-checks.md">still has the account</a>. The check may be
     *     later by a tenth of it
     * @param uncheckedSessionTimeout the longest portal session of a user whose account <a
     *     href="account-checks.md#what-each-method-can-check">cannot be checked</a>. Then the browser must sign in
     *     again. {@code session-timeout} of {@code [portal]} applies if it is shorter. A rule with {@code
     *     at-session-timeout = "reauthorise"} <a
     *     href="rules.md#let-long-sessions-go-on-while-the-account-is-good">renews</a> sessions of such a user for this
     *     time at most
     * @param paa {@code [auth.paa]}, <a href="auth-paa.md">tokens</a>. Without it the gateway accepts no tokens
     */
    public record Auth(
            List<String> order,
            @ConfigDefault("15m") @Range(min = "1s") Duration accountCheckInterval,
            @ConfigDefault("4h") @Positive Duration uncheckedSessionTimeout,
            Optional<Paa> paa) {
        public Auth {
            order = List.copyOf(order);
        }

        private Auth relocated(UnaryOperator<Path> place) {
            return new Auth(
                    order, accountCheckInterval, uncheckedSessionTimeout, paa.map(each -> each.relocated(place)));
        }
    }

    /**
     * {@code [auth.paa]}: tokens that the gateway mints and that {@code .rdp} files carry.
     *
     * @param keys the keys, a JWK set, mode 600. {@code gatehouse run} makes one if it does not exist
     * @param hosts names of the gateway for clients that <a
     *     href="auth-paa.md#token-clients-and-password-clients-on-one-gateway">bring tokens only</a>
     * @param lifetime from making a token to its first use
     * @param reuseWindow how long after its first use a token opens further tunnels: clients open two or three for one
     *     connection
     * @param reconnectWindow how long after its last tunnel ended a token may reconnect
     * @param reconnects how often it may reconnect
     * @param reconnectFor how long after its first use it may reconnect at all
     * @param clientAddress what happens to a token that comes from another address than it was made for: {@code "off"}
     *     (nothing), {@code "log"} or {@code "enforce"}. {@code "log"} writes a remark into the line {@code
     *     sign-in.accepted} of the audit log. Browser and RDP client often use different addresses, IPv4 and IPv6 for
     *     example
     * @param roaming whether a used token may reconnect from another source (IPv4 address or IPv6 /64) than that of its
     *     first use. {@code true} is for users who change networks while they work, and for clients that change between
     *     IPv4 and IPv6; the audit log says where the token was used first. It also accepts a copy of the token from
     *     anywhere while its owner's session lives
     */
    public record Paa(
            @ConfigDefault("paa-keys.json") Path keys,
            @ConfigDefault("[]") List<HostName> hosts,
            @ConfigDefault("5m") @Positive Duration lifetime,
            @ConfigDefault("10s") @Positive Duration reuseWindow,
            @ConfigDefault("5m") @Positive Duration reconnectWindow,
            @ConfigDefault("50") @Range(min = "0") int reconnects,
            @ConfigDefault("12h") @Positive Duration reconnectFor,
            @ConfigDefault("off") AddressCheck clientAddress,
            @ConfigDefault("false") boolean roaming) {
        public Paa {
            hosts = List.copyOf(hosts);
        }

        private Paa relocated(UnaryOperator<Path> place) {
            return new Paa(
                    place.apply(keys),
                    hosts,
                    lifetime,
                    reuseWindow,
                    reconnectWindow,
                    reconnects,
                    reconnectFor,
                    clientAddress,
                    roaming);
        }
    }

    /**
     * {@code [kdc-proxy]}.
     *
     * @param realms realms of {@code [[domain]]} whose KDCs may be asked
     * @param timeout for one request, all KDCs together. It is shorter than the 30 seconds after which the gateway
     *     closes a connection without a byte
     * @param kpasswd whether passwords may be changed
     * @param requestsPerSource requests a minute from one IPv4 address or IPv6 /64
     * @param concurrentRequests requests at one time. One source may have a quarter of them
     */
    public record KdcProxy(
            @NotEmpty("expected at least one realm of a [[domain]]") List<String> realms,

            @ConfigDefault("10s") @Range(min = "1s", max = "20s")
            Duration timeout,

            @ConfigDefault("true") boolean kpasswd,
            @ConfigDefault("300") @Positive int requestsPerSource,
            @ConfigDefault("100") @Positive int concurrentRequests) {
        public KdcProxy {
            realms = List.copyOf(realms);
        }
    }

    /**
     * {@code [tunnel]}.
     *
     * @param consentMessage a text that users must agree to before they are connected
     * @param consentRequired whether clients that cannot show the text are refused
     * @param consentTimeout how long a user may take to agree
     * @param keepalive after this time without data for the client, the gateway sends a KEEPALIVE packet
     * @param writeTimeout the gateway ends a tunnel whose client takes none of the bytes that wait for it for this
     *     time, and a channel whose target takes none. Clients and targets that <a
     *     href="load-tests.md#known-limits">vanished without a word</a> are found so
     * @param connectTimeout for connecting to a target, all its names and addresses together
     * @param readSize bytes read from a target at once
     */
    public record Tunnel(
            Optional<String> consentMessage,
            @ConfigDefault("false") boolean consentRequired,
            @ConfigDefault("10m") @Positive Duration consentTimeout,
            @ConfigDefault("30s") @Positive Duration keepalive,
            @ConfigDefault("2m") @Positive Duration writeTimeout,
            @ConfigDefault("15s") @Positive Duration connectTimeout,

            @ConfigDefault("65480") @Range(min = "4096", max = "65535")
            int readSize) {}

    /**
     * {@code [limits]}.
     *
     * @param loginDeadline from accepting a connection to an open channel
     * @param firstRequestDeadline from accepting a connection to the end of its TLS handshake and its first request
     *     head. A connection that a trusted proxy keeps open is exempt
     * @param pairingTimeout how long an OUT channel waits for its IN channel
     * @param connections connections at one time; see <a href="rate-limits.md#connections-and-open-files">open
     *     files</a>
     * @param connectionsBeforeLogin connections at one time whose user has not signed in yet; see <a
     *     href="rate-limits.md#too-many-connections-before-sign-in">too many connections</a>
     * @param connectionsBeforeLoginPerSource the same for one <a
     *     href="rate-limits.md#what-counts-as-a-source">source</a>, an IPv4 address or IPv6 /64; for a client behind a
     *     proxy its half-done sign-ins, too
     * @param bytesBeforeLogin bytes that a connection may send before its channel is open, its requests with their
     *     tokens included
     * @param channels open channels of all users at one time
     * @param tunnelsPerUser open channels of one user at one time
     * @param failedChannelsPerUser how many attempts of {@code failed-channels-burst} come back in a minute
     * @param failedChannelsBurst targets that one user may fail to reach in a row, refused by the rules or unreachable.
     *     After that, no channel is opened until some attempts have come back. When half of them are used, failures are
     *     answered only when {@code connect-timeout} has passed, so that the time does not show what is wrong with a
     *     target
     * @param channelsPerTunnel channels that one tunnel may open in a minute
     * @param guessesPerAccount failed sign-ins for one account that reach a back end, until there was none for {@code
     *     guess-window}; see <a href="rate-limits.md#brute-force-protection-and-account-lockout">brute-force
     *     protection</a>
     * @param guessesPerSource failed sign-ins from one source within {@code guess-window}
     * @param guessWindow how long failed sign-ins count
     */
    public record Limits(
            @ConfigDefault("60s") @Positive Duration loginDeadline,
            @ConfigDefault("10s") @Positive Duration firstRequestDeadline,
            @ConfigDefault("30s") @Positive Duration pairingTimeout,
            @ConfigDefault("20000") @Positive int connections,
            @ConfigDefault("2000") @Positive int connectionsBeforeLogin,
            @ConfigDefault("100") @Positive int connectionsBeforeLoginPerSource,
            @ConfigDefault("1048576") @Positive long bytesBeforeLogin,
            @Positive Optional<Integer> channels,
            @ConfigDefault("100") @Positive int tunnelsPerUser,
            @ConfigDefault("10") @Positive int failedChannelsPerUser,
            @ConfigDefault("20") @Positive int failedChannelsBurst,
            @ConfigDefault("30") @Positive int channelsPerTunnel,
            @ConfigDefault("8") @Positive int guessesPerAccount,
            @ConfigDefault("50") @Positive int guessesPerSource,
            @ConfigDefault("10m") @Positive Duration guessWindow) {}

    /**
     * {@code [metrics]}: where Prometheus reads what is counted, over plain HTTP and without sign-in.
     *
     * @param address where Prometheus reads {@code /metrics}: plain HTTP, without sign-in. {@code "127.0.0.1:9115"}
     * @param allowRemote whether {@code address} may be another address than a loopback one. Protect it with a firewall
     *     then
     */
    public record MetricsListener(
            ListenAddress address, @ConfigDefault("false") boolean allowRemote) {}

    /**
     * {@code [policy]}.
     *
     * @param dnsSuffix the domain of hosts that have <a href="rules.md#short-names-and-full-names">one label</a>
     * @param endOnReload whether a <a href="rules.md#reload-the-rules">reload</a> closes open channels that the new
     *     rules do not allow
     * @param rule {@code [[policy.rule]]}, the <a href="rules.md">access rules</a> in the order in which they are tried
     */
    public record Policy(
            Optional<DnsSuffix> dnsSuffix,
            @ConfigDefault("true") boolean endOnReload,
            @ConfigDefault("[]") List<RuleConfig> rule) {
        public Policy {
            rule = List.copyOf(rule);
        }
    }
}
