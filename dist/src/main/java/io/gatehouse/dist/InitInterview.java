package io.gatehouse.dist;

import static io.gatehouse.dist.draft.InitQuestion.ACCOUNT;
import static io.gatehouse.dist.draft.InitQuestion.ACCOUNT_GROUP;
import static io.gatehouse.dist.draft.InitQuestion.ACCOUNT_PASSWORD_FILE;
import static io.gatehouse.dist.draft.InitQuestion.ACME;
import static io.gatehouse.dist.draft.InitQuestion.ACME_CA;
import static io.gatehouse.dist.draft.InitQuestion.ACME_DIRECTORY;
import static io.gatehouse.dist.draft.InitQuestion.ACME_EMAIL;
import static io.gatehouse.dist.draft.InitQuestion.ACME_TERMS;
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
import static io.gatehouse.dist.draft.InitQuestion.PORTAL;
import static io.gatehouse.dist.draft.InitQuestion.PROXY;
import static io.gatehouse.dist.draft.InitQuestion.PROXY_ADDRESSES;
import static io.gatehouse.dist.draft.InitQuestion.REALM;
import static io.gatehouse.dist.draft.InitQuestion.SIGN_IN;

import io.gatehouse.api.Finding;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.HttpsUrl;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.dist.draft.DesktopList;
import io.gatehouse.dist.draft.InitAnswers;
import io.gatehouse.dist.draft.InitQuestion;
import io.gatehouse.dist.draft.PublicName;
import io.gatehouse.dist.draft.SignInKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The conversation of {@code gatehouse init}: asks what somebody has, in an order in which each answer can be tried at
 * once, and asks again what does not work.
 */
final class InitInterview {
    private static final String NONE = "none";
    private static final String NO = "no";
    private static final List<String> CHALLENGES = List.of("tls-alpn-01", "http-01", NO);
    private static final List<String> PROXIES = List.of(NONE, "tcp", "http");
    private static final List<String> SCHEMAS = List.of("active-directory", "group-of-names", "posix");
    private static final Set<SignInKind> OF_A_DOMAIN =
            EnumSet.of(SignInKind.AD, SignInKind.WINBIND, SignInKind.KERBEROS);
    private static final Set<SignInKind> MAYBE_OF_A_DOMAIN =
            EnumSet.of(SignInKind.LDAP, SignInKind.OIDC, SignInKind.HEADER);
    private static final Set<SignInKind> ONLY_AT_THE_PORTAL = EnumSet.of(SignInKind.OIDC, SignInKind.HEADER);

    private final InitAsker asker;
    private final InitDraft draft;
    private final InitTrial trial;

    InitInterview(InitAsker asker, InitDraft draft, InitTrial trial) {
        this.asker = asker;
        this.draft = draft;
        this.trial = trial;
    }

    /** Asks everything. */
    void run() throws CommandException, IOException, InterruptedException {
        asker.attempt(List.of(NAME), this::name, () -> trial.name(answers().text(NAME)));
        asker.attempt(List.of(PROXY, PROXY_ADDRESSES, LISTEN), this::address, this::tryAddress);
        if (!answers().proxyEndsTls()) {
            asker.attempt(List.of(ACME, ACME_DIRECTORY, ACME_CA, ACME_EMAIL, ACME_TERMS), this::acme, this::tryAcme);
        }
        if (!answers().proxyEndsTls() && !answers().acme()) {
            asker.attempt(List.of(CERTIFICATE, KEY), this::certificate, this::tryCertificate);
        }
        asker.attempt(List.of(SIGN_IN), this::signIn, () -> List.of());
        for (SignInKind kind : answers().signIn()) {
            asker.say("\n" + kind.word() + ": " + kind.meaning());
            asker.attempt(questions(kind), () -> ask(kind), () -> tryKind(kind));
        }
        asker.say("");
        asker.attempt(List.of(DESKTOPS, GROUPS), this::desktops, this::tryDesktops);
        asker.attempt(List.of(PORTAL), this::portal, () -> List.of());
    }

    private InitAnswers answers() {
        return asker.answers();
    }

    // ---- Name, address, certificate --------------------------------------------------------------------------------

    private void name() throws CommandException, IOException {
        asker.ask(NAME, ownName(), InitInterview::hostProblem);
    }

    private static Optional<String> hostProblem(String text) {
        return HostName.parse(text) instanceof Parsed.Faulty<HostName>(String problem)
                ? Optional.of(problem)
                : Optional.empty();
    }

    private static Optional<String> ownName() {
        try {
            return Optional.of(InetAddress.getLocalHost().getCanonicalHostName().toLowerCase(Locale.ROOT))
                    .filter(name -> name.matches("[a-z0-9-]+(\\.[a-z0-9-]*[a-z][a-z0-9-]*)+"));
        } catch (UnknownHostException exception) {
            return Optional.empty();
        }
    }

    private void address() throws CommandException, IOException {
        asker.ask(PROXY, Optional.of(NONE), text -> oneOf(text, PROXIES));
        boolean proxy = !answers().text(PROXY).equals(NONE);
        if (proxy) {
            asker.ask(PROXY_ADDRESSES, Optional.of("127.0.0.1"), text -> {
                for (String each : answers().with(PROXY_ADDRESSES, text).list(PROXY_ADDRESSES)) {
                    if (Cidr.parse(each) instanceof Parsed.Faulty<Cidr>(String problem)) {
                        return Optional.of(problem);
                    }
                }
                return Optional.empty();
            });
        }
        String usual = answers().proxyEndsTls() ? "127.0.0.1:8080" : proxy ? ":8443" : ":443";
        asker.ask(
                LISTEN,
                Optional.of(usual),
                text -> ListenAddress.parse(text) instanceof Parsed.Faulty<ListenAddress>(String problem)
                        ? Optional.of(problem)
                        : Optional.empty());
    }

    private List<Finding> tryAddress() throws InterruptedException {
        return ListenAddress.parse(answers().text(LISTEN)) instanceof Parsed.Valid<ListenAddress>(ListenAddress address)
                ? trial.listener(address, !answers().proxyEndsTls())
                : List.of();
    }

    /** Not asked where no public authority can issue a certificate, or there is one. */
    private void acme() throws CommandException, IOException {
        if (!answers().has(ACME)
                && (answers().has(CERTIFICATE)
                        || !PublicName.isPossible(answers().text(NAME).toLowerCase(Locale.ROOT)))) {
            asker.put(ACME, NO);
            return;
        }
        if (answers().acme() && answers().has(CERTIFICATE)) {
            throw CommandException.wrong("--acme and --certificate exclude each other (expected one of them)");
        }
        asker.ask(ACME, Optional.of(NO), this::acmeProblem);
        if (!answers().acme()) {
            return;
        }
        asker.ask(
                ACME_DIRECTORY,
                Optional.of(""),
                text -> HttpsUrl.parse(text) instanceof Parsed.Faulty<HttpsUrl>(String problem) && !text.isEmpty()
                        ? Optional.of(problem)
                        : Optional.empty());
        if (answers().has(ACME_DIRECTORY)) {
            asker.ask(ACME_CA, Optional.of(""), InitInterview::anything);
            asker.put(ACME_CA, absolute(ACME_CA));
        }
        asker.ask(ACME_EMAIL, Optional.of(""), InitInterview::anything);
        asker.ask(
                ACME_TERMS,
                Optional.empty(),
                text -> text.equals("yes")
                        ? Optional.empty()
                        : Optional.of(Excerpt.of(text) + " (expected yes; there is no certificate by ACME otherwise)"));
    }

    private Optional<String> acmeProblem(String text) {
        String name = answers().text(NAME);
        return text.equals(NO) || name.indexOf('.') > 0
                ? oneOf(text, CHALLENGES)
                : Optional.of(Excerpt.of(text) + " (expected no, since " + name + " is no full DNS name)");
    }

    private List<Finding> tryAcme() throws CommandException, InterruptedException {
        if (!answers().acme()) {
            return List.of();
        }
        asker.say("trying …");
        return trial.acme(answers());
    }

    private void certificate() throws CommandException, IOException {
        asker.ask(CERTIFICATE, Optional.of(""), InitInterview::anything);
        if (answers().has(CERTIFICATE)) {
            asker.ask(KEY, Optional.empty(), InitInterview::anything);
            asker.put(CERTIFICATE, absolute(CERTIFICATE));
            asker.put(KEY, absolute(KEY));
        }
    }

    private List<Finding> tryCertificate() {
        return answers().has(CERTIFICATE)
                ? trial.certificate(
                        Path.of(answers().text(CERTIFICATE)),
                        Path.of(answers().text(KEY)),
                        answers().text(NAME))
                : List.of();
    }

    /** The configuration may be in another folder than the one in which the command runs. */
    private String absolute(InitQuestion question) {
        String text = answers().text(question);
        return text.isEmpty() ? "" : Path.of(text).toAbsolutePath().normalize().toString();
    }

    // ---- Sign-in ---------------------------------------------------------------------------------------------------

    private void signIn() throws CommandException, IOException {
        asker.say("\nHow users sign in; several with commas between them:");
        for (SignInKind kind : SignInKind.values()) {
            asker.say("  " + kind.word() + " ".repeat(10 - kind.word().length()) + kind.meaning());
        }
        asker.ask(SIGN_IN, Optional.of("accounts"), text -> {
            List<String> words = answers().with(SIGN_IN, text).list(SIGN_IN);
            Optional<String> unknown =
                    words.stream().filter(word -> SignInKind.of(word).isEmpty()).findFirst();
            if (words.isEmpty() || unknown.isPresent()) {
                return Optional.of(Excerpt.of(unknown.orElse("")) + " (expected some of "
                        + String.join(", ", SignInKind.words()) + ")");
            }
            Set<SignInKind> kinds = answers().with(SIGN_IN, text).signIn();
            if (kinds.contains(SignInKind.AD) && kinds.contains(SignInKind.WINBIND)) {
                return Optional.of("ad and winbind check the same passwords (expected one of them)");
            }
            return kinds.contains(SignInKind.HEADER) && !answers().proxyEndsTls()
                    ? Optional.of("header needs a reverse proxy that ends TLS (expected --proxy http)")
                    : Optional.empty();
        });
    }

    private static List<InitQuestion> questions(SignInKind kind) {
        List<InitQuestion> all = new ArrayList<>(
                switch (kind) {
                    case ACCOUNTS -> List.of(ACCOUNT, ACCOUNT_GROUP, ACCOUNT_PASSWORD_FILE);
                    case AD -> List.of(CONTROLLERS, COMPUTER, COMPUTER_PASSWORD_FILE);
                    case WINBIND -> List.of();
                    case KERBEROS -> List.of(KEYTAB, KDCS);
                    case LDAP -> List.of(LDAP_URLS, LDAP_CA, LDAP_BIND_DN, LDAP_PASSWORD_FILE, LDAP_BASE, LDAP_SCHEMA);
                    case PAM -> List.of(PAM_SERVICE);
                    case OIDC -> List.of(OIDC_ISSUER, OIDC_CA, OIDC_CLIENT, OIDC_SECRET_FILE, OIDC_GROUPS);
                    case HEADER -> List.of(HEADER_USER, HEADER_GROUPS);
                });
        if (OF_A_DOMAIN.contains(kind) || MAYBE_OF_A_DOMAIN.contains(kind)) {
            all.addAll(List.of(DOMAIN, REALM));
        }
        return all;
    }

    private void ask(SignInKind kind) throws CommandException, IOException {
        if (OF_A_DOMAIN.contains(kind)) {
            asker.ask(DOMAIN, Optional.empty(), InitInterview::domainProblem);
            asker.ask(REALM, Optional.empty(), InitInterview::domainProblem);
        }
        if (MAYBE_OF_A_DOMAIN.contains(kind)) {
            asker.ask(DOMAIN, Optional.of(""), text -> text.isEmpty() ? Optional.empty() : domainProblem(text));
        }
        switch (kind) {
            case ACCOUNTS -> account();
            case AD -> machineAccount();
            case WINBIND -> {}
            case KERBEROS -> {
                asker.ask(KEYTAB, Optional.of("/etc/krb5.keytab"), InitInterview::anything);
                asker.put(KEYTAB, absolute(KEYTAB));
                asker.ask(KDCS, Optional.of(""), InitInterview::anything);
            }
            case LDAP -> ldap();
            case PAM -> asker.ask(PAM_SERVICE, Optional.of("gatehouse"), InitInterview::anything);
            case OIDC -> oidc();
            case HEADER -> {
                asker.ask(HEADER_USER, Optional.of("Remote-User"), InitInterview::anything);
                asker.ask(HEADER_GROUPS, Optional.of(""), InitInterview::anything);
            }
        }
    }

    private static Optional<String> domainProblem(String text) {
        return text.matches("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,254}")
                ? Optional.empty()
                : Optional.of(Excerpt.of(text) + " (expected letters, digits, dots, - and _)");
    }

    private void account() throws CommandException, IOException {
        asker.ask(
                ACCOUNT,
                Optional.of(""),
                text -> text.matches("[A-Za-z0-9._-]{0,64}")
                        ? draft.accountProblem(text)
                        : Optional.of(Excerpt.of(text) + " (expected letters, digits, '.', '_' and '-')"));
        if (answers().has(ACCOUNT)) {
            asker.ask(ACCOUNT_GROUP, Optional.of(""), InitInterview::anything);
            asker.newPassword(ACCOUNT_PASSWORD_FILE);
        }
    }

    private void machineAccount() throws CommandException, IOException {
        asker.ask(CONTROLLERS, Optional.of(""), InitInterview::anything);
        asker.ask(COMPUTER, Optional.empty(), InitInterview::anything);
        asker.secret(COMPUTER_PASSWORD_FILE);
    }

    private void ldap() throws CommandException, IOException {
        asker.ask(
                LDAP_URLS,
                Optional.empty(),
                text -> text.matches("ldaps?://\\S+")
                        ? Optional.empty()
                        : Optional.of(Excerpt.of(text) + " (expected ldaps://HOST or ldap://HOST)"));
        asker.ask(LDAP_CA, Optional.of(""), InitInterview::anything);
        asker.put(LDAP_CA, absolute(LDAP_CA));
        asker.ask(LDAP_BIND_DN, Optional.of(""), InitInterview::anything);
        if (answers().has(LDAP_BIND_DN)) {
            asker.secret(LDAP_PASSWORD_FILE);
        }
        asker.ask(LDAP_BASE, Optional.empty(), InitInterview::anything);
        asker.ask(LDAP_SCHEMA, Optional.of(SCHEMAS.getFirst()), text -> oneOf(text, SCHEMAS));
    }

    private void oidc() throws CommandException, IOException {
        asker.ask(
                OIDC_ISSUER,
                Optional.empty(),
                text -> text.matches("https?://\\S+")
                        ? Optional.empty()
                        : Optional.of(Excerpt.of(text) + " (expected https://…)"));
        asker.ask(OIDC_CA, Optional.of(""), InitInterview::anything);
        asker.put(OIDC_CA, absolute(OIDC_CA));
        asker.ask(OIDC_CLIENT, Optional.of("gatehouse"), InitInterview::anything);
        asker.optionalSecret(OIDC_SECRET_FILE);
        asker.ask(OIDC_GROUPS, Optional.of(""), InitInterview::anything);
    }

    private List<Finding> tryKind(SignInKind kind) throws CommandException, IOException, InterruptedException {
        if (kind == SignInKind.HEADER) {
            return List.of(); // there is nothing to ask
        }
        asker.say("trying …");
        return trial.signIn(draft.trial(answers(), kind));
    }

    // ---- Portal and desktops ---------------------------------------------------------------------------------------

    private void portal() throws CommandException, IOException {
        if (answers().signIn().stream().anyMatch(ONLY_AT_THE_PORTAL::contains)) {
            asker.put(PORTAL, "yes");
        } else {
            String usual = listed().entries().stream().anyMatch(DesktopList.Entry::isDesktop) ? "yes" : NO;
            asker.ask(PORTAL, Optional.of(usual), text -> oneOf(text, List.of("yes", NO)));
        }
    }

    private void desktops() throws CommandException, IOException {
        asker.ask(
                DESKTOPS,
                draft.rules().map(_ -> ""),
                text -> DesktopList.parse(answers().with(DESKTOPS, text).list(DESKTOPS))
                                instanceof Parsed.Faulty<DesktopList>(String problem)
                        ? Optional.of(problem)
                        : Optional.empty());
        if (draft.rules().isEmpty()) {
            asker.ask(GROUPS, Optional.of(""), InitInterview::anything);
        }
    }

    private DesktopList listed() {
        return DesktopList.parse(answers().list(DESKTOPS)) instanceof Parsed.Valid<DesktopList>(DesktopList desktops)
                ? desktops
                : new DesktopList(List.of());
    }

    private List<Finding> tryDesktops() throws CommandException, IOException, InterruptedException {
        asker.say("trying …");
        return trial.desktops(draft.whole(answers()), listed());
    }

    private static Optional<String> oneOf(String text, List<String> expected) {
        return expected.contains(text)
                ? Optional.empty()
                : Optional.of(Excerpt.of(text) + " (expected one of " + String.join(", ", expected) + ")");
    }

    private static Optional<String> anything(String text) {
        return text.codePoints().anyMatch(Character::isISOControl)
                ? Optional.of(Excerpt.of(text) + " (expected text without control characters)")
                : Optional.empty();
    }
}
