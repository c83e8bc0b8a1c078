package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
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
 * @param portal {@code [portal]}; without it there is none
 * @param desktop {@code [[desktop]]}, what the portal shows
 */
public record GatewayConfig(
        @ConfigDefault("{}") Server server,
        @NotEmpty("expected at least one [[listener]]") List<Listener> listener,
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
        Optional<PortalConfig> portal,
        @ConfigDefault("[]") List<DesktopConfig> desktop) {
    public GatewayConfig {
        listener = List.copyOf(listener);
        domain = List.copyOf(domain);
        webhook = List.copyOf(webhook);
        desktop = List.copyOf(desktop);
    }

    /** The same, with the files that {@code gatehouse run} makes when they are not there in other places. */
    GatewayConfig relocated(UnaryOperator<Path> place) {
        return new GatewayConfig(
                server,
                listener.stream().map(each -> each.relocated(place)).toList(),
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
                portal.map(each -> each.relocated(place)),
                desktop);
    }

    /**
     * {@code [server]}.
     *
     * @param name the name under which clients know the gateway, for NTLM's target names; the machine's host name when
     *     absent
     * @param aliases further names and addresses under which clients know it, beside those of its certificates
     * @param drainLimit how long open sessions may go on after the gateway was told to end
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
     * @param address {@code host:port}, {@code [v6]:port} or {@code :port} for all addresses
     * @param tls certificate and key; without it the listener speaks plain HTTP, which only trusted proxies may use
     * @param trustedProxies addresses and CIDR blocks of proxies whose headers about clients are believed
     * @param forwardingHeader where these proxies write who came to them; the other header is not looked at
     * @param proxyProtocol whether every connection begins with a PROXY header
     * @param proxyProtocolFrom addresses and CIDR blocks of the proxies that write PROXY headers
     * @param healthChecks whether it answers the health checks of load balancers
     * @param clientCertificate whether clients are asked for a certificate
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
     * @param certificate PEM file with the certificate and its chain
     * @param key PEM file with the PKCS #8 private key
     * @param selfSigned when neither file exists, {@code gatehouse run} makes a self-signed pair there; for trying out
     * @param channelBindingCertificates PEM files of certificates that proxies in front show to clients
     */
    public record Tls(
            Path certificate,
            Path key,
            @ConfigDefault("false") boolean selfSigned,
            @ConfigDefault("[]") List<Path> channelBindingCertificates) {
        public Tls {
            channelBindingCertificates = List.copyOf(channelBindingCertificates);
        }

        private Tls relocated(UnaryOperator<Path> place) {
            return new Tls(place.apply(certificate), place.apply(key), selfSigned, channelBindingCertificates);
        }
    }

    /**
     * {@code [[domain]]}: a Windows domain or Kerberos realm, and the names it goes by.
     *
     * @param name the name in rules, audit lines and sessions; for a Windows domain its NetBIOS name
     * @param realm the Kerberos realm; for a Windows domain its DNS name
     * @param aliases further names that clients may use, for example alternative UPN suffixes
     * @param controllers host names or addresses of domain controllers; looked up in DNS when absent
     * @param kdcs KDCs, {@code host} or {@code host:port}; the controllers when absent
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
     * @param order the providers that are on, in the order in which their schemes are offered
     * @param accountCheckInterval how often it is asked whether users with a session or a tunnel still have their
     *     accounts
     * @param uncheckedSessionTimeout the longest portal session of users about whom nothing can be asked without a
     *     credential
     * @param paa {@code [auth.paa]}; without it no tokens are taken
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
     * @param keys the keys, a JWK set; made when the file is not there
     * @param hosts names of the gateway under which clients bring tokens only, since some do not say so beforehand
     * @param lifetime from minting to the first use
     * @param reuseWindow how long after its first use a token opens further tunnels
     * @param reconnectWindow how long after its last tunnel ended a token may come back
     * @param reconnects how often it may come back
     * @param reconnectFor how long after its first use it may come back at all
     * @param clientAddress what is done when a token comes from another address than the one it was made for
     * @param roaming whether a used token may come back from another source (IPv4 address or IPv6 /64) than that of its
     *     first use
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
     * @param realms realms of {@code [[domain]]} whose KDCs clients may ask through the gateway
     * @param timeout for one request, all KDCs together; connections without a byte for 30 seconds are closed, so it is
     *     shorter
     * @param kpasswd whether passwords may be changed too
     * @param requestsPerSource requests a minute from one IPv4 address or IPv6 /64
     * @param concurrentRequests requests at once, of which one source may have a quarter
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
     * @param consentMessage text that users must agree to before they are connected
     * @param consentRequired whether clients that cannot show the text are refused
     * @param consentTimeout how long a user may think about it
     * @param keepalive after how much silence towards the client a KEEPALIVE is sent
     * @param writeTimeout how long a client or target may take nothing of what waits for it
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
     *     head
     * @param pairingTimeout how long an OUT channel waits for its IN channel
     * @param connections connections at once, all together
     * @param connectionsBeforeLogin connections at once whose user has not signed in yet
     * @param connectionsBeforeLoginPerSource the same for one IPv4 address or IPv6 /64
     * @param bytesBeforeLogin bytes that a connection may send before its channel is open
     * @param channels open channels of all users at once
     * @param tunnelsPerUser open channels of one user at once
     * @param failedChannelsPerUser how many of the {@code failedChannelsBurst} grow back in a minute
     * @param failedChannelsBurst targets that one user may fail to reach in a row before further ones are refused
     * @param channelsPerTunnel channels that one tunnel may open in a minute
     * @param guessesPerAccount failed sign-ins for one account, until there was none for {@code guessWindow}
     * @param guessesPerSource failed sign-ins from one source in {@code guessWindow}
     * @param guessWindow the time in which failed sign-ins are counted
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
     * @param address as that of a listener
     * @param allowRemote whether the address may be another than a loopback address
     */
    public record MetricsListener(
            ListenAddress address, @ConfigDefault("false") boolean allowRemote) {}

    /**
     * {@code [policy]}.
     *
     * @param dnsSuffix the domain of hosts that rules and clients call by one label
     * @param endOnReload whether open channels that the rules of a reload do not allow any more are closed
     * @param rule {@code [[policy.rule]]}, in the order in which they are tried
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
