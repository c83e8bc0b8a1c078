package io.gatehouse.provider.local;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.ldap.DirectoryUser;
import io.gatehouse.ldap.LdapDirectory;
import io.gatehouse.ldap.LdapLogin;
import java.util.List;
import java.util.Optional;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authc.SimpleAuthenticationInfo;
import org.apache.shiro.lang.util.Destroyable;

/** The users of a directory as a Shiro realm. Safe for use by many threads. */
final class LdapRealm implements AccountSource, Destroyable {
    private static final String NAME = "ldap";

    private final LdapDirectory directory;

    LdapRealm(LdapDirectory directory) {
        this.directory = directory;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean supports(AuthenticationToken token) {
        return token instanceof PasswordToken;
    }

    @Override
    public AuthenticationInfo getAuthenticationInfo(AuthenticationToken token) {
        PasswordToken given = (PasswordToken) token;
        if (given.name().own()) {
            throw new RealmRefusal(Reason.NOT_KNOWN, "no user of the directory: the name is one of this machine");
        }
        Secret password = Secret.ofText(new String(given.getPassword()));
        return switch (directory.authenticate(given.name().text(), password)) {
            case LdapLogin.Refused(Reason reason, String detail) -> throw new RealmRefusal(reason, detail);
            case LdapLogin.Confirmed(DirectoryUser user) ->
                new SimpleAuthenticationInfo(
                        new VerifiedUser(
                                user.name(),
                                user.domain(),
                                user.upn(),
                                user.groups(),
                                Identity.GroupNames.OF_THE_DOMAIN,
                                user.sids()),
                        "",
                        NAME);
        };
    }

    /** Asks for the users of this directory only: those of its domain, or without one where it has none. */
    @Override
    public Optional<AccountStatus> status(Identity identity) {
        return directory.status(identity);
    }

    @Override
    public List<Examination> examinations() {
        return List.of(directory.examination());
    }

    @Override
    public void destroy() {
        directory.close();
    }
}
