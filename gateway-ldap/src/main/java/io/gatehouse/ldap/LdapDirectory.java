package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import com.unboundid.ldap.sdk.experimental.DraftBeheraLDAPPasswordPolicy10RequestControl;
import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A directory: finds a user, checks the password by binding as them, and says which groups they are in. Nothing is
 * connected before the first question. Safe for use by many threads; each question takes a bounded time.
 */
public final class LdapDirectory implements SidNames, AutoCloseable {
    private final LdapConfig config;
    private final Domains domains;
    private final Clock clock;
    private final Optional<Domain> domain;
    private final LdapConnections connections;
    private final UserSchema schema;
    private final Groups groups;
    private final Semaphore passwords;

    private LdapDirectory(
            LdapConfig config,
            Domains domains,
            Clock clock,
            Optional<Domain> domain,
            LdapConnections connections,
            UserSchema schema,
            Groups groups) {
        this.config = config;
        this.domains = domains;
        this.clock = clock;
        this.domain = domain;
        this.connections = connections;
        this.schema = schema;
        this.groups = groups;
        this.passwords = new Semaphore(config.connections(), true);
    }

    /**
     * A directory, without connecting to it.
     *
     * @throws ProviderException when the configuration cannot work
     */
    public static LdapDirectory open(LdapConfig config, Domains domains, Clock clock) throws ProviderException {
        Optional<Domain> domain = domain(config, domains);
        UserSchema schema = UserSchema.of(config);
        LdapConnections connections = LdapConnections.open(config);
        return new LdapDirectory(config, domains, clock, domain, connections, schema, Groups.of(config, connections));
    }

    private static Optional<Domain> domain(LdapConfig config, Domains domains) throws ProviderException {
        if (config.domain().isEmpty()) {
            return domains.only();
        }
        String name = config.domain().get();
        return Optional.of(domains.find(name)
                .orElseThrow(() -> new ProviderException("domain \"" + name + "\": no [[domain]] has this name")));
    }

    /**
     * Checks a password: searches the user, then binds as them. Users that do not exist cost the same: a search and a
     * bind.
     *
     * @param login as the client gave it
     */
    public LdapLogin authenticate(String login, Secret password) {
        Optional<LoginForm> form = LoginForm.read(login, domain);
        if (form.isEmpty()) {
            return new LdapLogin.Refused(Reason.NOT_KNOWN, "the name belongs to another domain than the directory's");
        }
        if (password.bytes().length == 0) {
            // RFC 4513 section 5.1.2: a bind without a password succeeds, as nobody.
            return new LdapLogin.Refused(Reason.BAD_CREDENTIALS, "empty password");
        }
        boolean admitted = false;
        try {
            admitted = passwords.tryAcquire(connections.millis(), TimeUnit.MILLISECONDS);
            return admitted
                    ? check(form.get(), password)
                    : new LdapLogin.Refused(
                            Reason.UNAVAILABLE, "more than " + config.connections() + " LDAP binds at once");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new LdapLogin.Refused(Reason.UNAVAILABLE, "interrupted while waiting for LDAP");
        } catch (LDAPException e) {
            return unavailable(e);
        } finally {
            if (admitted) {
                passwords.release();
            }
        }
    }

    private LdapLogin check(LoginForm form, Secret password) throws LDAPException {
        List<SearchResultEntry> found = search(form);
        if (found.size() > 1) {
            bind(nobody(), password);
            return new LdapLogin.Refused(Reason.NOT_KNOWN, "the name is not unique in the directory");
        }
        if (found.isEmpty()) {
            bind(nobody(), password);
            return new LdapLogin.Refused(Reason.NOT_KNOWN, "no such user in the directory");
        }
        SearchResultEntry entry = found.getFirst();
        Optional<LdapLogin.Refused> refusal = bind(entry.getDN(), password);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        // Some servers let users bind whom the entry says to be disabled, or whose account has expired.
        Optional<String> problem = AccountFlags.problem(entry, clock.instant());
        if (problem.isPresent()) {
            return new LdapLogin.Refused(Reason.LOCKED, problem.get());
        }
        Optional<String> name = name(entry);
        if (name.isEmpty()) {
            return new LdapLogin.Refused(
                    Reason.REFUSED, "the user has not just one " + schema.nameAttribute() + " in the directory");
        }
        Membership membership = groups.of(entry, name.get());
        return new LdapLogin.Confirmed(new DirectoryUser(
                name.get(), domain.map(Domain::name), upn(entry, name.get()), membership.groups(), membership.sids()));
    }

    /** What {@code gatehouse doctor} looks at. */
    public Examination examination() {
        return new DirectoryExamination(config, connections, schema);
    }

    /** Whether users of the identity's domain are those of this directory. */
    public boolean covers(Identity identity) {
        return identity.domain()
                .map(name -> domain.filter(known -> known.isNamed(name)).isPresent())
                .orElse(domain.isEmpty());
    }

    /**
     * Asks without a password what became of a user who signed in before: with the rights of bind-dn, by the entry, and
     * by its groups now.
     *
     * @return empty when there is no such user, or the user belongs to another domain
     */
    public Optional<AccountStatus> status(Identity identity) {
        if (!covers(identity)) {
            return Optional.empty();
        }
        try {
            List<SearchResultEntry> found = search(new LoginForm(Optional.of(identity.user()), Optional.empty()));
            if (found.isEmpty()) {
                return Optional.empty();
            }
            // Whoever may write a name attribute must not end somebody else's work.
            if (found.size() > 1) {
                return Optional.of(new AccountStatus.Unavailable("several entries have the name of the user"));
            }
            SearchResultEntry entry = found.getFirst();
            Optional<String> problem = AccountFlags.problem(entry, clock.instant());
            if (problem.isPresent()) {
                return Optional.of(new AccountStatus.Gone(problem.get()));
            }
            return Optional.of(AccountStatus.Active.in(groups.of(entry, identity.user())));
        } catch (LDAPException e) {
            return Optional.of(new AccountStatus.Unavailable(text(e)));
        }
    }

    /** The account name; empty when the directory has several, any of which could be somebody else's. */
    private Optional<String> name(SearchResultEntry entry) {
        String[] values = entry.getAttributeValues(schema.nameAttribute());
        return values == null || values.length != 1 || values[0].isBlank() ? Optional.empty() : Optional.of(values[0]);
    }

    private Optional<String> upn(SearchResultEntry entry, String name) {
        return schema.upnAttribute()
                .map(entry::getAttributeValue)
                .filter(text -> !text.isBlank())
                .or(() -> domain.flatMap(Domain::realm).map(realm -> name + "@" + realm));
    }

    private List<SearchResultEntry> search(LoginForm form) throws LDAPException {
        return Searches.some(
                connections.searches(),
                Searches.limited(
                        config.base(), SearchScope.SUB, schema.filter(form), 2, connections, schema.attributes()));
    }

    /** A name below the base that nobody has, to bind as when there is nobody. */
    private String nobody() throws LDAPException {
        return new DN(new RDN("cn", UUID.randomUUID().toString()), new DN(config.base())).toString();
    }

    private Optional<LdapLogin.Refused> bind(String dn, Secret password) throws LDAPException {
        try (LDAPConnection connection = connections.fresh()) {
            SimpleBindRequest request =
                    new SimpleBindRequest(dn, password.bytes(), new DraftBeheraLDAPPasswordPolicy10RequestControl());
            try {
                return BindVerdict.ofSuccess(connection.bind(request));
            } catch (LDAPException e) {
                if (e.getResultCode().isClientSideResultCode()) {
                    // The server was asked, and may count the password whatever becomes of its answer.
                    return Optional.of(new LdapLogin.Refused(Reason.UNANSWERED, text(e)));
                }
                return Optional.of(BindVerdict.ofFailure(e).orElseThrow(() -> e));
            }
        }
    }

    private LdapLogin.Refused unavailable(LDAPException failure) {
        return new LdapLogin.Refused(Reason.UNAVAILABLE, text(failure));
    }

    private String text(LDAPException failure) {
        return "LDAP " + String.join(", ", config.urls()) + ": " + Failures.text(failure);
    }

    @Override
    public Answer namesOf(Set<String> sids) {
        try {
            Map<String, String> names = new HashMap<>(groups.namesOf(sids));
            // They are the directory's groups, whatever domain the user is of.
            names.replaceAll((_, name) -> domains.groupName(domain.map(Domain::name), name));
            return new Answer.Known(names);
        } catch (LDAPException e) {
            return new Answer.Unavailable(text(e));
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
