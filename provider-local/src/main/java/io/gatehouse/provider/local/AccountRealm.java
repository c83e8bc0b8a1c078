package io.gatehouse.provider.local;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountFile;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.shiro.authc.AuthenticationException;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authc.DisabledAccountException;
import org.apache.shiro.authc.IncorrectCredentialsException;
import org.apache.shiro.authc.SimpleAuthenticationInfo;
import org.apache.shiro.authc.UnknownAccountException;
import org.apache.shiro.authc.credential.PasswordMatcher;
import org.apache.shiro.realm.AuthenticatingRealm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts of the account file as a Shiro realm. Every sign-in computes one password hash, whether the account
 * exists or not. Safe for use by many threads; nothing is cached, so a change of the file counts at once.
 */
final class AccountRealm extends AuthenticatingRealm implements AccountSource {
    private static final Logger LOG = LoggerFactory.getLogger(AccountRealm.class);

    private final AccountFile accounts;
    private final Decoys decoys;
    private final AtomicReference<Optional<String>> reported = new AtomicReference<>(Optional.empty());

    AccountRealm(AccountFile accounts, Decoys decoys) {
        super(new PasswordMatcher());
        this.accounts = accounts;
        this.decoys = decoys;
        setAuthenticationTokenClass(PasswordToken.class);
        setName(LocalProviderFactory.NAME);
    }

    /** What the account file says of a name, before the password is looked at. */
    private enum Standing {
        ENABLED,
        DISABLED,
        UNKNOWN,
        WITHOUT_PASSWORD,
        UNREADABLE_PASSWORD,
        DISABLED_WITHOUT_PASSWORD
    }

    /** An answer of the account file with the hash that is to be computed, perhaps a decoy. */
    private static final class Candidate extends SimpleAuthenticationInfo {
        private static final long serialVersionUID = 1L;

        private final Standing standing;

        Candidate(VerifiedUser user, Object hash, String realm, Standing standing) {
            super(user, hash, realm);
            this.standing = standing;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    @Override
    protected AuthenticationInfo doGetAuthenticationInfo(AuthenticationToken token) throws AuthenticationException {
        String name = ((PasswordToken) token).getUsername();
        Optional<Account> account = accounts.find(name);
        report(accounts.problem());
        String decoy = decoys.decoy(name, accounts.accounts());
        Standing standing = account.map(AccountRealm::standing).orElse(Standing.UNKNOWN);
        String credential = switch (standing) {
            case ENABLED, DISABLED -> account.flatMap(PasswordHashes::of).orElseThrow();
            case UNKNOWN, WITHOUT_PASSWORD, UNREADABLE_PASSWORD, DISABLED_WITHOUT_PASSWORD -> decoy;
        };
        VerifiedUser user = account.map(found -> new VerifiedUser(found.name(), found.groups()))
                .orElseGet(() -> new VerifiedUser(name, Set.of()));
        return new Candidate(user, PasswordHashes.parse(credential).orElseThrow(), getName(), standing);
    }

    private static Standing standing(Account account) {
        Optional<String> credential = PasswordHashes.of(account);
        if (credential.isEmpty() || !PasswordHashes.isReadable(credential.get())) {
            if (!account.enabled()) {
                return Standing.DISABLED_WITHOUT_PASSWORD;
            }
            return credential.isEmpty() ? Standing.WITHOUT_PASSWORD : Standing.UNREADABLE_PASSWORD;
        }
        return account.enabled() ? Standing.ENABLED : Standing.DISABLED;
    }

    /** Computes the hash in any case, and only then looks at the account's standing. */
    @Override
    protected void assertCredentialsMatch(AuthenticationToken token, AuthenticationInfo info)
            throws AuthenticationException {
        boolean matches = ((PasswordToken) token)
                .cpu()
                .compute(() -> getCredentialsMatcher().doCredentialsMatch(token, info));
        switch (((Candidate) info).standing) {
            case UNKNOWN -> throw new UnknownAccountException();
            case WITHOUT_PASSWORD ->
                throw new RealmRefusal(Reason.NOT_KNOWN, "the account has no credential for Basic");
            case UNREADABLE_PASSWORD ->
                throw new RealmRefusal(Reason.NOT_KNOWN, "the account's credential for Basic is unreadable");
            case ENABLED -> require(matches);
            case DISABLED -> {
                require(matches);
                throw new DisabledAccountException();
            }
            // Final, so that the account of that name in another realm does not get in instead.
            case DISABLED_WITHOUT_PASSWORD -> throw new DisabledAccountException();
        }
    }

    private static void require(boolean matches) {
        if (!matches) {
            throw new IncorrectCredentialsException();
        }
    }

    /** Accounts of the file have no domain. */
    @Override
    public Optional<AccountStatus> status(Identity identity) {
        Optional<AccountStatus> status =
                identity.domain().isPresent() ? Optional.empty() : accounts.status(identity.user());
        report(accounts.problem());
        return status;
    }

    @Override
    public boolean leavesToNext(Identity identity) {
        return accounts.find(identity.user())
                .map(AccountRealm::standing)
                .filter(standing -> standing == Standing.WITHOUT_PASSWORD || standing == Standing.UNREADABLE_PASSWORD)
                .isPresent();
    }

    @Override
    public List<Examination> examinations() {
        return List.of(Examination.of("account file", this::emptiness));
    }

    private List<Finding> emptiness() {
        List<Account> all = accounts.accounts();
        if (all.stream().anyMatch(account -> standing(account) == Standing.ENABLED)) {
            return List.of();
        }
        return List.of(Finding.warning(
                "accounts.empty",
                all.isEmpty()
                        ? "the account file has no account, so nobody can sign in with one"
                        : "no account of the account file is enabled and has a password",
                "gatehouse user add NAME; or take accounts out of realms in [auth.local]"));
    }

    /** Warns once of each new problem of the file, and tells when it is over. */
    private void report(Optional<String> problem) {
        Optional<String> before = reported.getAndSet(problem);
        if (before.equals(problem)) {
            return;
        }
        problem.ifPresentOrElse(
                text -> LOG.atWarn()
                        .addKeyValue("problem", text)
                        .log("account file cannot be loaded; still using the accounts read before"),
                () -> LOG.atInfo().log("account file can be loaded again"));
    }
}
