package io.gatehouse.dist.draft;

import static io.gatehouse.dist.draft.InitQuestion.ACCOUNT;
import static io.gatehouse.dist.draft.InitQuestion.ACME;
import static io.gatehouse.dist.draft.InitQuestion.ACME_CA;
import static io.gatehouse.dist.draft.InitQuestion.ACME_DIRECTORY;
import static io.gatehouse.dist.draft.InitQuestion.ACME_EMAIL;
import static io.gatehouse.dist.draft.InitQuestion.CERTIFICATE;
import static io.gatehouse.dist.draft.InitQuestion.COMPUTER;
import static io.gatehouse.dist.draft.InitQuestion.COMPUTER_PASSWORD_FILE;
import static io.gatehouse.dist.draft.InitQuestion.CONTROLLERS;
import static io.gatehouse.dist.draft.InitQuestion.DESKTOPS;
import static io.gatehouse.dist.draft.InitQuestion.DOMAIN;
import static io.gatehouse.dist.draft.InitQuestion.GROUPS;
import static io.gatehouse.dist.draft.InitQuestion.HEADER_GROUPS;
import static io.gatehouse.dist.draft.InitQuestion.HEADER_USER;
import static io.gatehouse.dist.draft.InitQuestion.KDCS;
import static io.gatehouse.dist.draft.InitQuestion.KEY;
import static io.gatehouse.dist.draft.InitQuestion.KEYTAB;
import static io.gatehouse.dist.draft.InitQuestion.LDAP_BASE;
import static io.gatehouse.dist.draft.InitQuestion.LDAP_BIND_DN;
import static io.gatehouse.dist.draft.InitQuestion.LDAP_CA;
import static io.gatehouse.dist.draft.InitQuestion.LDAP_PASSWORD_FILE;
import static io.gatehouse.dist.draft.InitQuestion.LDAP_SCHEMA;
import static io.gatehouse.dist.draft.InitQuestion.LDAP_URLS;
import static io.gatehouse.dist.draft.InitQuestion.LISTEN;
import static io.gatehouse.dist.draft.InitQuestion.NAME;
import static io.gatehouse.dist.draft.InitQuestion.OIDC_CA;
import static io.gatehouse.dist.draft.InitQuestion.OIDC_CLIENT;
import static io.gatehouse.dist.draft.InitQuestion.OIDC_GROUPS;
import static io.gatehouse.dist.draft.InitQuestion.OIDC_ISSUER;
import static io.gatehouse.dist.draft.InitQuestion.OIDC_SECRET_FILE;
import static io.gatehouse.dist.draft.InitQuestion.PAM_SERVICE;
import static io.gatehouse.dist.draft.InitQuestion.PROXY;
import static io.gatehouse.dist.draft.InitQuestion.PROXY_ADDRESSES;
import static io.gatehouse.dist.draft.InitQuestion.REALM;

import io.gatehouse.core.config.TomlText;
import io.gatehouse.core.text.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes the configuration that answers ask for: short, each table with a comment that says where to read on. */
public final class FirstConfiguration {
    /** The account file, beside the configuration. */
    public static final String ACCOUNTS = "accounts";
    /** The id of the identity provider, which stands in its redirect URI. */
    public static final String OIDC_ID = "sso";

    private static final String HTTPS_PORT = "443";

    private final InitAnswers answers;
    private final Places places;
    private final Set<SignInKind> kinds;
    private final TomlWriter out = new TomlWriter();

    /**
     * Where files are.
     *
     * @param state what stands before the names of files that the gateway makes: a folder with its slash, or nothing
     * @param secrets the files of secrets, by the question that asks for them; without one there is no secret
     * @param adminSocket the socket of the admin API; none when empty
     * @param auditFile the audit log; standard output when empty
     */
    public record Places(
            String state, Map<InitQuestion, String> secrets, Optional<String> adminSocket, Optional<String> auditFile) {
        public Places {
            secrets = Map.copyOf(secrets);
        }

        Optional<String> secret(InitQuestion question) {
            return Optional.ofNullable(secrets.get(question));
        }
    }

    private FirstConfiguration(InitAnswers answers, Set<SignInKind> kinds, Places places) {
        this.answers = answers;
        this.kinds = kinds;
        this.places = places;
    }

    /**
     * The whole file.
     *
     * @param rules tables that stand in the place of a rule for the desktops, if there are any
     */
    public static String write(InitAnswers answers, Places places, Optional<String> rules) {
        FirstConfiguration file = new FirstConfiguration(answers, answers.signIn(), places);
        file.head();
        file.listener();
        file.acme();
        file.domain();
        file.signIn();
        file.portal();
        file.operation();
        if (rules.isPresent()) {
            return file.out.blank().text() + rules.get().strip() + "\n";
        }
        file.rules();
        return file.out.text();
    }

    /** What is needed to try one way to sign in, and nothing else. */
    public static String trial(InitAnswers answers, SignInKind kind, Places places) {
        FirstConfiguration file = new FirstConfiguration(answers, Set.of(kind), places);
        file.head();
        file.out.blank().table("[[listener]]").key("address", "127.0.0.1:0");
        file.domain();
        file.signIn();
        return file.out.text();
    }

    private void head() {
        out.comment("Made by gatehouse init. docs/configuration.md explains every key.")
                .comment("After a change: gatehouse check, then restart the gateway.")
                .blank()
                .table("[server]")
                .key("name", answers.text(NAME));
    }

    private void listener() {
        out.blank().table("[[listener]]").key("address", answers.text(LISTEN));
        if (!answers.proxyEndsTls()) {
            tls();
        }
        switch (answers.text(PROXY)) {
            case "http" ->
                out.comment("The reverse proxy, which ends TLS and names the client. See docs/reverse-proxy.md")
                        .key("trusted-proxies", answers.list(PROXY_ADDRESSES));
            case "tcp" ->
                out.comment(
                                "The TCP proxy, which says by the PROXY protocol who the client is. See docs/reverse-proxy.md")
                        .key("proxy-protocol-from", answers.list(PROXY_ADDRESSES));
            default -> {}
        }
    }

    private void tls() {
        if (answers.acme()) {
            out.raw("tls", "{ acme = true }");
        } else if (answers.has(CERTIFICATE)) {
            out.raw(
                    "tls",
                    "{ certificate = %s, key = %s }"
                            .formatted(TomlText.quoted(answers.text(CERTIFICATE)), TomlText.quoted(answers.text(KEY))));
        } else {
            out.comment(
                            "A self-signed pair is made at the first start, for a try: RDP clients want a certificate that they"
                                    + " trust. See docs/tls-certificates.md")
                    .raw(
                            "tls",
                            "{ certificate = %s, key = %s, self-signed = true }"
                                    .formatted(
                                            TomlText.quoted(places.state() + "tls/certificate.pem"),
                                            TomlText.quoted(places.state() + "tls/key.pem")));
        }
    }

    private void acme() {
        if (!answers.acme() || answers.proxyEndsTls()) {
            return;
        }
        out.blank()
                .comment("Certificates from an ACME server, to whose terms of service you agree. See"
                        + " docs/tls-certificates.md")
                .table("[acme]")
                .key("agree-to-terms", true)
                .keyUnlessEmpty("directory", answers.text(ACME_DIRECTORY))
                .keyUnlessEmpty("ca", answers.text(ACME_CA))
                .keyUnlessEmpty("email", answers.text(ACME_EMAIL))
                .key("challenge", answers.text(ACME))
                .key("state", places.state() + "acme");
    }

    private void domain() {
        if (!answers.has(DOMAIN)) {
            return;
        }
        out.blank()
                .comment("Its users are " + answers.text(DOMAIN) + "\\alice in rules and in the audit log.")
                .table("[[domain]]")
                .key("name", answers.text(DOMAIN))
                .keyUnlessEmpty("realm", answers.text(REALM))
                .keyUnlessEmpty("controllers", answers.list(CONTROLLERS))
                .keyUnlessEmpty("kdcs", answers.list(KDCS));
    }

    // ---- Sign-in ---------------------------------------------------------------------------------------------------

    private void signIn() {
        List<String> realms = new ArrayList<>();
        if (kinds.contains(SignInKind.ACCOUNTS)) {
            realms.add("accounts");
        }
        if (kinds.contains(SignInKind.PAM)) {
            realms.add("pam");
        }
        if (kinds.contains(SignInKind.LDAP)) {
            realms.add("ldap");
        }
        String validator = kinds.contains(SignInKind.AD)
                ? "netlogon"
                : kinds.contains(SignInKind.WINBIND)
                        ? "winbind"
                        : kinds.contains(SignInKind.ACCOUNTS) ? "accounts" : "";
        List<String> order = new ArrayList<>();
        addIf(order, "kerberos", kinds.contains(SignInKind.KERBEROS));
        addIf(order, "ntlm", !validator.isEmpty());
        addIf(order, "local", !realms.isEmpty());
        addIf(order, "oidc", kinds.contains(SignInKind.OIDC));
        addIf(order, "header", kinds.contains(SignInKind.HEADER));
        out.blank()
                .comment("How users sign in: docs/authentication.md")
                .table("[auth]")
                .key("order", order);
        if (kinds.contains(SignInKind.KERBEROS)) {
            kerberos();
        }
        if (!validator.isEmpty()) {
            ntlm(validator);
        }
        if (!realms.isEmpty()) {
            local(realms);
        }
        if (kinds.contains(SignInKind.OIDC)) {
            oidc();
        }
        if (kinds.contains(SignInKind.HEADER)) {
            header();
        }
    }

    private static void addIf(List<String> list, String element, boolean condition) {
        if (condition) {
            list.add(element);
        }
    }

    private void kerberos() {
        out.blank().table("[auth.kerberos]").key("keytab", answers.text(KEYTAB));
        if (kinds.contains(SignInKind.LDAP) && answers.text(LDAP_SCHEMA).equals("active-directory")) {
            out.blank()
                    .comment("The names of groups, which tickets do not have.")
                    .table("[auth.kerberos.ldap]");
            ldap();
        }
    }

    private void ntlm(String validator) {
        out.blank().table("[auth.ntlm]");
        switch (validator) {
            case "netlogon" -> {
                out.key("validator", validator)
                        .blank()
                        .table("[auth.ntlm.netlogon]")
                        .key("computer", answers.text(COMPUTER));
                places.secret(COMPUTER_PASSWORD_FILE).ifPresent(file -> out.secret("password", file));
            }
            case "winbind" -> out.key("validator", validator);
            default -> {
                accountsComment();
                out.key("accounts", ACCOUNTS);
            }
        }
    }

    private void accountsComment() {
        out.comment("Add an account: gatehouse user add " + (answers.has(ACCOUNT) ? "bob" : "alice"));
    }

    private void local(List<String> realms) {
        out.blank().table("[auth.local]");
        if (!realms.equals(List.of("accounts"))) {
            out.key("realms", realms);
        }
        if (realms.contains("accounts")) {
            out.key("accounts", ACCOUNTS);
        }
        if (realms.contains("pam")) {
            out.blank().table("[auth.local.pam]").key("service", answers.text(PAM_SERVICE));
        }
        if (realms.contains("ldap")) {
            out.blank().table("[auth.local.ldap]");
            ldap();
        }
    }

    private void ldap() {
        out.key("urls", answers.list(LDAP_URLS));
        if (answers.list(LDAP_URLS).stream().anyMatch(url -> url.startsWith("ldap:"))) {
            out.key("start-tls", true);
        }
        out.keyUnlessEmpty("ca", answers.text(LDAP_CA)).keyUnlessEmpty("bind-dn", answers.text(LDAP_BIND_DN));
        places.secret(LDAP_PASSWORD_FILE).ifPresent(file -> out.secret("bind-password", file));
        out.key("base", answers.text(LDAP_BASE)).key("schema", answers.text(LDAP_SCHEMA));
    }

    private void oidc() {
        out.blank()
                .comment("Redirect URI to register there: https://" + answers.text(NAME) + portOfPortal() + "/signin/"
                        + OIDC_ID + "/callback")
                .table("[[auth.oidc.provider]]")
                .key("id", OIDC_ID)
                .key("label", "Sign in")
                .key("issuer", answers.text(OIDC_ISSUER))
                .key("client-id", answers.text(OIDC_CLIENT));
        places.secret(OIDC_SECRET_FILE).ifPresent(file -> out.secret("client-secret", file));
        out.keyUnlessEmpty("groups-claim", answers.text(OIDC_GROUPS)).keyUnlessEmpty("ca", answers.text(OIDC_CA));
        whose();
    }

    /** Users belong to the domain, if there is one. */
    private void whose() {
        if (answers.has(DOMAIN)) {
            out.key("domains", List.of(answers.text(DOMAIN)));
        } else {
            out.key("local-users", true);
        }
    }

    private void header() {
        out.blank()
                .comment("Believed from trusted-proxies only, which must delete these headers of clients. See"
                        + " docs/auth-header.md")
                .table("[auth.header.plain]")
                .key("user", answers.text(HEADER_USER))
                .keyUnlessEmpty("groups", answers.text(HEADER_GROUPS));
        whose();
    }

    // ---- Portal, desktops, operation -------------------------------------------------------------------------------

    private String portOfPortal() {
        String listen = answers.text(LISTEN);
        String port = listen.substring(listen.lastIndexOf(':') + 1);
        boolean behindProxy = !answers.text(PROXY).equals("none") && answers.has(PROXY);
        return behindProxy || port.equals(HTTPS_PORT) ? "" : ":" + port;
    }

    private void portal() {
        if (!answers.portal()) {
            return;
        }
        out.blank()
                .comment("Tokens in the .rdp files of the portal. See docs/auth-paa.md")
                .table("[auth.paa]")
                .key("keys", places.state() + "paa-keys.json")
                .blank()
                .comment("The pages on which users sign in and open their desktops. See docs/portal.md")
                .table("[portal]")
                .key("url", "https://" + answers.text(NAME) + portOfPortal())
                .blank()
                .table("[portal.signing]")
                .key("certificate", places.state() + "rdp-signing.pem")
                .key("key", places.state() + "rdp-signing.key");
        desktops().writeDesktops(out);
    }

    private DesktopList desktops() {
        return switch (DesktopList.parse(answers.list(DESKTOPS))) {
            case Parsed.Valid<DesktopList>(DesktopList list) -> list;
            case Parsed.Faulty<DesktopList>(String problem) -> throw new IllegalArgumentException(problem);
        };
    }

    private void operation() {
        places.auditFile()
                .ifPresent(file -> out.blank()
                        .comment("Who did what. See docs/audit.md")
                        .table("[audit]")
                        .key("file", file));
        places.adminSocket()
                .ifPresent(socket -> out.blank()
                        .comment("For gatehouse status, sessions and reload. See docs/sessions.md")
                        .table("[admin]")
                        .key("socket", socket));
    }

    private void rules() {
        out.blank().comment("Who may connect where; without a rule nobody may. See docs/rules.md");
        DesktopList.RuleKeys keys = new DesktopList.RuleKeys(answers.names(GROUPS), List.of(), "");
        desktops().writeRules(out, "desktops", keys);
    }
}
