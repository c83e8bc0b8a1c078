package io.gatehouse.dist.draft;

import static java.util.Objects.requireNonNull;

import io.gatehouse.api.Secret;
import io.gatehouse.core.config.TomlText;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.dist.draft.MigrationNote.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes a configuration that does what a file of rdpgw (github.com/bolkedebruin/rdpgw, its HEAD of April 2026) does,
 * as far as that can be said here. What would allow more than rdpgw does is not written.
 */
public final class RdpgwMigration {
    private static final int HTTPS = 443;
    private static final int RDP = 3389;
    /** How rdpgw's PAM helper calls its service. */
    private static final String PAM_SERVICE = "rdpgw";

    private static final String SECRET_FILE = "oidc-secret";
    private static final String USER_OF_RDPGW = "{{ preferred_username }}";
    private static final String PLACEHOLDER = "gw.example.com";

    private static final Map<String, List<String>> SECTIONS = sections();

    /** What rdpgw's {@code any} refuses unless it is told otherwise. */
    private static final List<String> PRIVATE = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/4",
            "::/128",
            "::1/128",
            "fc00::/7",
            "fe80::/10",
            "ff00::/8");

    private final Map<String, RdpgwSection> sections;
    private final RdpgwSection server;
    private final RdpgwSection openId;
    private final RdpgwSection kerberos;
    private final RdpgwSection header;
    private final RdpgwSection caps;
    private final RdpgwSection security;
    private final RdpgwSection client;
    private final String state;
    private final Optional<Krb5Conf> realms;

    private final List<MigrationNote> notes = new ArrayList<>();
    private final Map<String, Secret> secrets = new LinkedHashMap<>();
    private final TomlWriter out = new TomlWriter();
    private final Set<String> methods = new LinkedHashSet<>();
    private GatewayUrl url = new GatewayUrl(PLACEHOLDER, HTTPS);

    private RdpgwMigration(Map<String, RdpgwSection> sections, String state, Optional<Krb5Conf> realms) {
        this.sections = sections;
        this.server = section(sections, "Server");
        this.openId = section(sections, "OpenId");
        this.kerberos = section(sections, "Kerberos");
        this.header = section(sections, "Header");
        this.caps = section(sections, "Caps");
        this.security = section(sections, "Security");
        this.client = section(sections, "Client");
        this.state = state;
        this.realms = realms;
    }

    private static RdpgwSection section(Map<String, RdpgwSection> sections, String name) {
        return requireNonNull(sections.get(name), name);
    }

    private static Map<String, List<String>> sections() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put(
                "Server",
                List.of(
                        "GatewayAddress",
                        "Port",
                        "CertFile",
                        "KeyFile",
                        "Hosts",
                        "HostSelection",
                        "SessionKey",
                        "SessionEncryptionKey",
                        "SessionStore",
                        "MaxSessionLength",
                        "SendBuf",
                        "ReceiveBuf",
                        "Tls",
                        "Authentication",
                        "AuthSocket",
                        "BasicAuthTimeout",
                        "AllowedDestinationPorts",
                        "AllowPrivateDestinations",
                        "TrustedProxies"));
        all.put("OpenId", List.of("ProviderUrl", "ClientId", "ClientSecret"));
        all.put("Kerberos", List.of("Keytab", "Krb5Conf"));
        all.put("Header", List.of("UserHeader", "UserIdHeader", "EmailHeader", "DisplayNameHeader", "TrustedProxies"));
        all.put(
                "Caps",
                List.of(
                        "SmartCardAuth",
                        "TokenAuth",
                        "IdleTimeout",
                        "RedirectAll",
                        "DisableRedirect",
                        "EnableClipboard",
                        "EnablePrinter",
                        "EnablePort",
                        "EnablePnp",
                        "EnableDrive"));
        all.put(
                "Security",
                List.of(
                        "PAATokenEncryptionKey",
                        "PAATokenSigningKey",
                        "UserTokenEncryptionKey",
                        "UserTokenSigningKey",
                        "QueryTokenSigningKey",
                        "QueryTokenIssuer",
                        "VerifyClientIp",
                        "EnableUserToken"));
        all.put(
                "Client",
                List.of(
                        "Defaults",
                        "UsernameTemplate",
                        "SplitUserDomain",
                        "NoUsername",
                        "SigningCert",
                        "SigningKey",
                        "RdpOverridableKeys"));
        return all;
    }

    /**
     * Reads a file of rdpgw.
     *
     * @param state what stands before the names of files that the gateway makes: a folder with its slash, or nothing
     * @param files reads the {@code krb5.conf} that the file names
     */
    public static RdpgwMigration read(String yaml, String state, KerberosFiles files) throws ForeignFileException {
        Map<String, Object> root = YamlFile.read(yaml);
        Map<String, RdpgwSection> sections = new LinkedHashMap<>();
        for (String name : SECTIONS.keySet()) {
            Object value = root.getOrDefault(name, Map.of());
            if (!(value instanceof Map<?, ?> map)) {
                throw new ForeignFileException(name + " is no mapping (expected keys below it)");
            }
            sections.put(name, new RdpgwSection(name, YamlFile.named(map)));
        }
        Optional<Krb5Conf> realms =
                files.read(krb5Conf(section(sections, "Kerberos"))).map(Krb5Conf::parse);
        RdpgwMigration migration = new RdpgwMigration(sections, state, realms);
        root.keySet().stream()
                .filter(name -> !SECTIONS.containsKey(name))
                .forEach(name -> migration.note(
                        Kind.NO_COUNTERPART, name, "rdpgw knows no such section, and ignores it" + spelling(name)));
        return migration;
    }

    private static String spelling(String name) {
        return SECTIONS.keySet().stream()
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .map(right -> " (it expects " + right + "); its settings were not taken over")
                .orElse("");
    }

    /** Reads the file {@code krb5.conf} that a configuration names; empty when it cannot be read here. */
    @FunctionalInterface
    public interface KerberosFiles {
        Optional<String> read(String file);
    }

    /** Whether users sign in by NTLM, whose passwords are in a file of rdpgw-auth. */
    public boolean hasAccounts() {
        return server.texts("Authentication").contains("ntlm");
    }

    /** The configuration. */
    public Migration migrate() throws ForeignFileException {
        methods.addAll(server.texts("Authentication"));
        if (methods.isEmpty()) {
            methods.add("openid"); // as rdpgw does
        }
        boolean portal = methods.contains("openid") || methods.contains("header");
        out.comment("Made from a configuration of rdpgw by: gatehouse migrate rdpgw")
                .comment(
                        "Every key is explained in docs/configuration.md; what is different from rdpgw stands at the end.");
        url = gatewayUrl();
        out.blank().table("[server]").key("name", url.host());
        listener();
        domains();
        signIn(portal);
        if (portal) {
            portal();
        }
        desktops(portal);
        withoutCounterpart();
        appendNotes();
        return new Migration(out.text(), notes, secrets);
    }

    private void note(Kind kind, String key, String text) {
        notes.add(new MigrationNote(kind, key, text));
    }

    // ---- Address, TLS, proxies -------------------------------------------------------------------------------------

    private record GatewayUrl(String host, int port) {
        String text() {
            return "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + (port == HTTPS ? "" : ":" + port);
        }
    }

    private GatewayUrl gatewayUrl() throws ForeignFileException {
        String text = server.text("GatewayAddress");
        if (text.isEmpty()) {
            note(
                    Kind.TO_DO,
                    server.place("GatewayAddress"),
                    "is missing; write the name by which clients know the gateway instead of " + PLACEHOLDER);
            return new GatewayUrl(PLACEHOLDER, HTTPS);
        }
        try {
            URI uri = new URI(text.contains("//") ? text : "//" + text);
            String host = Optional.ofNullable(uri.getHost()).orElse("").replaceAll("[\\[\\]]", "");
            if (HostName.parse(host) instanceof Parsed.Valid<HostName>) {
                return new GatewayUrl(host, uri.getPort() > 0 ? uri.getPort() : HTTPS);
            }
        } catch (URISyntaxException exception) {
            // said below
        }
        throw new ForeignFileException(
                server.place("GatewayAddress") + " is no address (expected a host name, with :port if it is not 443)");
    }

    private void listener() throws ForeignFileException {
        int port = server.number("Port", HTTPS);
        if (port < 1 || port > 65535) {
            throw new ForeignFileException(server.place("Port") + " " + port + " (expected 1 to 65535)");
        }
        List<String> proxies = Stream.concat(
                        server.texts("TrustedProxies").stream(), header.texts("TrustedProxies").stream())
                .distinct()
                .toList();
        boolean encrypted = !server.text("Tls").equals("disable");
        out.blank().table("[[listener]]");
        if (encrypted) {
            out.key("address", ":" + port);
            tls();
        } else if (proxies.isEmpty()) {
            note(
                    Kind.TO_DO,
                    server.place("Tls"),
                    "disable: rdpgw takes such connections from anybody. Here the reverse proxy that ends TLS must be"
                            + " named in trusted-proxies, and set X-Forwarded-Proto; the file has one on this machine");
            out.key("address", "127.0.0.1:" + port);
            proxies = List.of("127.0.0.1");
        } else {
            out.key("address", ":" + port);
        }
        out.keyUnlessEmpty("trusted-proxies", proxies);
        if (encrypted && asksLetsEncrypt()) {
            acme();
        }
        String place = server.names("TrustedProxies") ? server.place("TrustedProxies") : header.place("TrustedProxies");
        for (String proxy : proxies) {
            if (Cidr.parse(proxy) instanceof Parsed.Faulty<Cidr>(String problem)) {
                note(Kind.TO_DO, place, problem + "; trusted-proxies takes no names, and each address by itself");
            }
        }
        if (!proxies.isEmpty()) {
            note(
                    Kind.CHANGED,
                    place,
                    "one list for client addresses and for the headers of signed-in users; the client's address is the"
                            + " last one in X-Forwarded-For that is none of these proxies (rdpgw: the first one)");
        }
    }

    private void tls() {
        String certificate = server.text("CertFile");
        String key = server.text("KeyFile");
        if (hasFiles()) {
            out.raw(
                    "tls",
                    "{ certificate = %s, key = %s }".formatted(TomlText.quoted(certificate), TomlText.quoted(key)));
            note(
                    Kind.CHANGED,
                    server.place("KeyFile"),
                    "must be PKCS #8 (BEGIN PRIVATE KEY: openssl pkey -in OLD -out NEW) with mode 600 or 640; a pair that"
                            + " cannot be used keeps the gateway from starting (rdpgw goes on with Let's Encrypt)");
            return;
        }
        String place = server.names("Tls") ? server.place("Tls") : server.place("CertFile");
        if (asksLetsEncrypt()) {
            out.raw("tls", "{ acme = true }");
            note(
                    Kind.TO_DO,
                    place,
                    "rdpgw asks Let's Encrypt for a certificate, and so does the file, by http-01: port 80 of the name"
                            + " must lead to the gateway. agree-to-terms says that you agree to the terms of service"
                            + " of Let's Encrypt. See docs/tls-certificates.md");
            return;
        }
        out.raw(
                "tls",
                "{ certificate = %s, key = %s, self-signed = true }"
                        .formatted(TomlText.quoted(made("tls/certificate.pem")), TomlText.quoted(made("tls/key.pem"))));
        note(
                Kind.TO_DO,
                place,
                "rdpgw asks Let's Encrypt for a certificate, which issues none for " + url.host()
                        + ": it is not a name of the public DNS. The file has a self-signed one, which RDP clients refuse: see docs/tls-certificates.md");
    }

    private boolean hasFiles() {
        return !server.text("CertFile").isEmpty() && !server.text("KeyFile").isEmpty();
    }

    private boolean asksLetsEncrypt() {
        return !hasFiles() && !url.host().equals(PLACEHOLDER) && PublicName.isPossible(url.host());
    }

    private void acme() {
        out.blank()
                .table("[acme]")
                .key("agree-to-terms", true)
                .key("challenge", "http-01")
                .key("state", made("acme"));
    }

    /** A file that the gateway makes. */
    private String made(String name) {
        return state + name;
    }

    // ---- Sign-in ---------------------------------------------------------------------------------------------------

    private void domains() {
        if (!methods.contains("kerberos")) {
            return;
        }
        if (realms.isEmpty()) {
            note(
                    Kind.TO_DO,
                    kerberos.place("Krb5Conf"),
                    krb5Conf(kerberos)
                            + " cannot be read on this machine, so there is no KDC proxy and no [[domain]]: add both, if clients outside the"
                            + " network need tickets (docs/kdc-proxy.md)");
            return;
        }
        Krb5Conf conf = realms.get();
        if (conf.defaultRealm().isEmpty()) {
            note(
                    Kind.TO_DO,
                    kerberos.place("Krb5Conf"),
                    "%s on this machine names no default_realm: put the [[domain]] and the [kdc-proxy] of your realm into force"
                            .formatted(krb5Conf(kerberos)));
        } else {
            note(
                    Kind.CHANGED,
                    kerberos.place("Krb5Conf"),
                    "the KDC proxy serves %s, the default realm of %s on this machine, and limits requests (rdpgw: whatever"
                                    .formatted(conf.defaultRealm(), krb5Conf(kerberos))
                            + " krb5.conf has); other realms of the file are comments");
            out.blank()
                    .comment("In rules and audit lines, users of the realm have the name of this table.")
                    .append(domain(conf.defaultRealm(), conf.kdcs().getOrDefault(conf.defaultRealm(), List.of())));
        }
        conf.kdcs().forEach((realm, kdcs) -> {
            if (!realm.equals(conf.defaultRealm())) {
                out.blank().disabled(domain(realm, kdcs));
            }
        });
    }

    private static TomlWriter domain(String realm, List<String> kdcs) {
        return new TomlWriter()
                .table("[[domain]]")
                .key("name", realm)
                .key("realm", realm)
                .keyUnlessEmpty("kdcs", kdcs);
    }

    /** The file that rdpgw reads. */
    private static String krb5Conf(RdpgwSection kerberos) {
        return kerberos.has("Krb5Conf") ? kerberos.text("Krb5Conf") : "/etc/krb5.conf";
    }

    private void signIn(boolean portal) throws ForeignFileException {
        Map<String, String> providers = new LinkedHashMap<>();
        providers.put("kerberos", "kerberos");
        providers.put("ntlm", "ntlm");
        providers.put("local", "local");
        providers.put("basic", "local");
        providers.put("openid", "oidc");
        providers.put("header", "header");
        for (String method : methods) {
            if (!providers.containsKey(method)) {
                note(
                        Kind.NO_COUNTERPART,
                        server.place("Authentication"),
                        "\"" + method + "\" is no method that rdpgw knows (expected "
                                + String.join(", ", providers.keySet()) + ")");
            }
        }
        List<String> order = providers.keySet().stream()
                .filter(methods::contains)
                .map(providers::get)
                .distinct()
                .toList();
        if (order.isEmpty()) {
            throw new ForeignFileException(server.place("Authentication") + " names no method that rdpgw knows");
        }
        out.blank().table("[auth]").key("order", order);
        for (String provider : order) {
            switch (provider) {
                case "kerberos" -> kerberosTable();
                case "ntlm" -> ntlmTable();
                case "local" -> pamTables();
                case "oidc" -> oidcTable();
                default -> headerTable();
            }
        }
        tokens(portal);
    }

    private void kerberosTable() throws ForeignFileException {
        String keytab = kerberos.text("Keytab");
        if (keytab.isEmpty()) {
            throw new ForeignFileException(kerberos.place("Keytab") + " is missing (rdpgw does not start without it)");
        }
        out.blank().table("[auth.kerberos]").key("keytab", keytab);
        realms.map(Krb5Conf::defaultRealm)
                .filter(realm -> !realm.isEmpty())
                .ifPresent(realm -> out.blank()
                        .comment("Clients outside the network get their tickets through the gateway, at /KdcProxy.")
                        .table("[kdc-proxy]")
                        .key("realms", List.of(realm)));
    }

    private void ntlmTable() {
        out.blank()
                .comment("Add accounts with: gatehouse user add NAME")
                .table("[auth.ntlm]")
                .key("accounts", "accounts");
        note(
                Kind.CHANGED,
                server.place("Authentication"),
                "ntlm: users are in the account file, which has no clear passwords. The passwords of rdpgw-auth's file are"
                        + " taken over with --auth-file FILE");
    }

    private void pamTables() throws ForeignFileException {
        out.blank()
                .table("[auth.local]")
                .key("realms", List.of("pam"))
                .blank()
                .comment("The file of the service is /etc/pam.d/" + PAM_SERVICE
                        + "; it must be there. See docs/auth-pam.md")
                .table("[auth.local.pam]")
                .key("service", PAM_SERVICE);
        int timeout = server.number("BasicAuthTimeout", 5);
        if (timeout > 15) {
            out.key("timeout", Math.min(timeout, 120) + "s");
        }
        note(
                Kind.CHANGED,
                server.place("Authentication"),
                "local: the gateway asks PAM itself, so rdpgw-auth is not needed. Name another service than "
                        + PAM_SERVICE + " if rdpgw-auth runs with -n. Accounts with a user id below 1000 are refused");
    }

    private void oidcTable() throws ForeignFileException {
        for (String key : List.of("ProviderUrl", "ClientId")) {
            if (!openId.has(key)) {
                throw new ForeignFileException(openId.place(key) + " is missing");
            }
        }
        out.blank()
                .table("[[auth.oidc.provider]]")
                .key("id", "openid")
                .key("label", "Sign in")
                .key("issuer", openId.text("ProviderUrl"))
                .key("client-id", openId.text("ClientId"));
        String secret = openId.textAsItIs("ClientSecret");
        if (!secret.isEmpty()) {
            out.secret("client-secret", SECRET_FILE);
            secrets.put(SECRET_FILE, Secret.ofText(secret));
        }
        out.comment("Users without a domain, as in rdpgw. For names such as alice@example.com, write domains instead.")
                .key("local-users", true);
        note(
                Kind.TO_DO,
                openId.place("ProviderUrl"),
                "register the redirect URI " + url.text() + "/signin/openid/callback (rdpgw's is /callback)");
        note(
                Kind.CHANGED,
                openId.place("ProviderUrl"),
                "the user's name is the claim preferred_username (rdpgw also tries unique_name, upn and username: set"
                        + " user-claim), and names with a domain need domains; issuer must be exactly what the identity"
                        + " provider says, with https");
    }

    private void headerTable() throws ForeignFileException {
        if (!header.has("UserHeader")) {
            throw new ForeignFileException(
                    header.place("UserHeader") + " is missing (rdpgw does not start without it)");
        }
        out.blank()
                .comment("Believed from trusted-proxies of the listener only. See docs/auth-header.md")
                .table("[auth.header.plain]")
                .key("user", header.text("UserHeader"))
                .keyUnlessEmpty("email", header.text("EmailHeader"))
                .key("local-users", true);
        note(
                Kind.CHANGED,
                header.place("UserHeader"),
                "the proxy must name the user in every request of the portal, and must let RDP clients reach"
                        + " /remoteDesktopGateway/ without its sign-in. Names with a domain need domains instead of local-users."
                        + " Signed assertions of Cloudflare, Google, AWS and Pomerium can be verified: docs/auth-header.md");
        for (String key : List.of("UserIdHeader", "DisplayNameHeader")) {
            if (header.has(key)) {
                note(Kind.NO_COUNTERPART, header.place(key), "users are known by one name");
            }
        }
    }

    private void tokens(boolean portal) throws ForeignFileException {
        boolean tokens = caps.flag("TokenAuth", true);
        if (!portal) {
            if (tokens && caps.names("TokenAuth")) {
                note(
                        Kind.NO_COUNTERPART,
                        caps.place("TokenAuth"),
                        "without openid or header nobody gets a token; gatehouse rdp make needs a table [auth.paa]");
            }
            return;
        }
        out.blank()
                .comment("Tokens in the .rdp files of the portal. See docs/auth-paa.md")
                .table("[auth.paa]")
                .key("keys", made("paa-keys.json"));
        boolean verify = security.flag("VerifyClientIp", true);
        if (verify) {
            out.key("client-address", "enforce");
        }
        note(
                Kind.CHANGED,
                security.place("VerifyClientIp"),
                verify
                        ? "client-address = \"enforce\": browser and RDP client must come from one address. It is off by default"
                                + " here, since the two often use different ones (IPv4 and IPv6)"
                        : "off, the default here; a token that was used belongs to the address of its first use in any case");
        note(
                Kind.CHANGED,
                security.place("PAATokenSigningKey"),
                "the gateway makes its own keys in " + made("paa-keys.json")
                        + "; .rdp files of rdpgw do not open it: users" + " take new ones from the portal");
    }

    // ---- Portal and desktops ---------------------------------------------------------------------------------------

    private void portal() {
        out.blank()
                .comment("The pages on which users sign in and get .rdp files. See docs/portal.md")
                .table("[portal]")
                .key("url", url.text())
                .keyUnlessEmpty("template", client.text("Defaults"));
        note(
                Kind.CHANGED,
                server.place("GatewayAddress"),
                "users open " + url.text()
                        + "/ and choose a desktop; a link to one is /connect/NAME.rdp (rdpgw: /connect)");
        String certificate = client.text("SigningCert");
        String key = client.text("SigningKey");
        out.blank().table("[portal.signing]");
        if (certificate.isEmpty() || key.isEmpty()) {
            out.key("certificate", made("rdp-signing.pem")).key("key", made("rdp-signing.key"));
        } else {
            out.key("certificate", certificate).key("key", key).key("self-signed", false);
            note(Kind.CHANGED, client.place("SigningKey"), "must be PKCS #8 with mode 600 or 640; RSA or EC");
        }
    }

    private void desktops(boolean portal) throws ForeignFileException {
        List<String> hosts = server.texts("Hosts").stream()
                .map(host -> host.replace(USER_OF_RDPGW, "{user}"))
                .toList();
        DesktopList list = switch (DesktopList.parse(hosts)) {
            case Parsed.Valid<DesktopList>(DesktopList good) -> good;
            case Parsed.Faulty<DesktopList>(String problem) ->
                throw new ForeignFileException(server.place("Hosts") + ": " + problem);
        };
        if (portal) {
            list.writeDesktops(out);
        }
        String selection = server.has("HostSelection") ? server.text("HostSelection") : "roundrobin";
        DesktopList.RuleKeys keys = new DesktopList.RuleKeys(List.of(), disabled(), idleTimeout());
        if (selection.equals("any")) {
            any(keys);
        } else if (list.entries().isEmpty()) {
            note(
                    Kind.TO_DO,
                    server.place("Hosts"),
                    "is missing, without which rdpgw does not start: add a [[policy.rule]], or nobody may connect to anything");
        } else {
            list.writeRules(out.blank(), "hosts of rdpgw", keys);
            selection(selection, portal);
        }
        note(
                Kind.CHANGED,
                server.place("Hosts"),
                "access rules apply to every sign-in and to the names and addresses that clients ask for (rdpgw compares text;"
                        + " with local, ntlm or kerberos and any it allows everything). For users and groups: docs/rules.md");
    }

    private void selection(String selection, boolean portal) {
        switch (selection) {
            case "unsigned" -> {}
            case "signed" ->
                note(
                        Kind.NO_COUNTERPART,
                        server.place("HostSelection"),
                        "signed: links with a token for a host; users choose a desktop in the portal, or another program"
                                + " makes .rdp files with gatehouse rdp make");
            default -> {
                if (portal) {
                    note(
                            Kind.CHANGED,
                            server.place("HostSelection"),
                            "roundrobin: rdpgw chooses a host at random; here users choose one in the portal");
                }
            }
        }
    }

    private void any(DesktopList.RuleKeys keys) throws ForeignFileException {
        boolean withPrivate = server.flag("AllowPrivateDestinations", false);
        if (!withPrivate) {
            out.blank()
                    .table("[[policy.rule]]")
                    .key("name", "no private addresses")
                    .key("action", "deny")
                    .key("targets", PRIVATE);
        }
        List<String> ports = server.texts("AllowedDestinationPorts");
        out.blank()
                .table("[[policy.rule]]")
                .key("name", "any host")
                .key("targets", List.of("*"))
                .key("ports", ports.isEmpty() ? List.of(Integer.toString(RDP)) : ports)
                .keyUnlessEmpty("disable", keys.disable())
                .keyUnlessEmpty("idle-timeout", keys.idleTimeout());
        note(
                Kind.TO_DO,
                server.place("HostSelection"),
                "any: whoever signs in may connect to every host at these ports"
                        + (withPrivate ? "" : " outside private networks")
                        + ". Write the hosts that users need instead of \"*\". The portal has no field for a host: it shows"
                        + " the desktops of the file, and other hosts are typed into the RDP client, which then needs a"
                        + " password or ticket");
    }

    private List<String> disabled() throws ForeignFileException {
        if (caps.flag("DisableRedirect", false)) {
            return List.of("all");
        }
        if (caps.flag("RedirectAll", false)) {
            return List.of();
        }
        Map<String, String> enabling = new LinkedHashMap<>();
        enabling.put("drive", "EnableDrive");
        enabling.put("printer", "EnablePrinter");
        enabling.put("port", "EnablePort");
        enabling.put("clipboard", "EnableClipboard");
        enabling.put("pnp", "EnablePnp");
        List<String> disabled = new ArrayList<>();
        for (Map.Entry<String, String> each : enabling.entrySet()) {
            if (!caps.flag(each.getValue(), false)) {
                disabled.add(each.getKey());
            }
        }
        return List.copyOf(disabled);
    }

    private String idleTimeout() throws ForeignFileException {
        int minutes = caps.number("IdleTimeout", 0);
        if (minutes <= 0) {
            return "";
        }
        note(
                Kind.CHANGED,
                caps.place("IdleTimeout"),
                "the gateway itself closes an idle connection (rdpgw only tells the client)");
        return minutes + "m";
    }

    // ---- The rest --------------------------------------------------------------------------------------------------

    private void withoutCounterpart() {
        String keys = "the gateway makes what it needs for itself; sessions are in its memory";
        for (String key : List.of("SessionKey", "SessionEncryptionKey", "SessionStore", "MaxSessionLength")) {
            gone(server, key, keys);
        }
        for (String key : List.of("SendBuf", "ReceiveBuf")) {
            gone(server, key, "the system adapts the buffers of sockets");
        }
        gone(server, "AuthSocket", "there is no helper process");
        gone(caps, "SmartCardAuth", "rdpgw verifies nothing by it; smart cards: docs/auth-certificate.md");
        gone(security, "PAATokenEncryptionKey", "rdpgw does not use it");
        for (String key : List.of("UserTokenEncryptionKey", "UserTokenSigningKey", "EnableUserToken")) {
            gone(security, key, "no token is put into the user name of the desktop");
        }
        for (String key : List.of("QueryTokenSigningKey", "QueryTokenIssuer")) {
            gone(security, key, "there are no signed links to a host");
        }
        for (String key : List.of("UsernameTemplate", "SplitUserDomain", "NoUsername")) {
            gone(client, key, "what the desktop's user is called belongs into the template of [portal] or [[desktop]]");
        }
        gone(
                client,
                "RdpOverridableKeys",
                "users choose display, sound and clipboard on the page of a desktop; the rest is in its template");
        SECTIONS.forEach((name, known) -> section(sections, name)
                .others(known)
                .forEach(place -> note(Kind.NO_COUNTERPART, place, "rdpgw knows no such key, and ignores it")));
    }

    private void gone(RdpgwSection section, String key, String why) {
        if (section.names(key)) {
            note(Kind.NO_COUNTERPART, section.place(key), why);
        }
    }

    private void appendNotes() {
        if (notes.isEmpty()) {
            return;
        }
        out.blank().comment("What is different from rdpgw:");
        for (Kind kind : Kind.values()) {
            notes.stream().filter(note -> note.kind() == kind).forEach(note -> out.comment("- " + note));
        }
    }
}
