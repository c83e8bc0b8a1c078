package io.gatehouse.provider.local;

import io.gatehouse.api.CpuWork;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.shiro.authc.AuthenticationException;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.DisabledAccountException;
import org.apache.shiro.authc.ExpiredCredentialsException;
import org.apache.shiro.authc.IncorrectCredentialsException;
import org.apache.shiro.authc.UnknownAccountException;
import org.apache.shiro.realm.Realm;

/**
 * Asks Shiro realms in order. The first realm that knows the account decides: its "wrong password" or "disabled" is
 * final, and a realm that cannot be asked ends the search too, lest an account of the same name in a later realm takes
 * its place. (Shiro's own authenticator for many realms forgets why each of them refused.)
 */
final class RealmChain {
    static final String METHOD = "basic";

    private final List<Realm> realms;

    RealmChain(List<? extends Realm> realms) {
        this.realms = List.copyOf(realms);
    }

    /**
     * Checks one password for a client at {@code client}; blocks as long as the realms do, and computes in {@code cpu}.
     */
    Outcome verify(LoginName name, Secret password, InetAddress client, CpuWork cpu) {
        PasswordToken token = new PasswordToken(name, password.text().toCharArray(), client, cpu);
        try {
            Set<String> details = new LinkedHashSet<>();
            for (Realm realm : realms) {
                switch (ask(realm, token)) {
                    case Outcome.Rejected(Reason reason, String detail)
                    when reason == Reason.NOT_KNOWN -> details.add(detail);
                    case Outcome outcome -> {
                        return outcome;
                    }
                }
            }
            return new Outcome.Rejected(Reason.NOT_KNOWN, String.join("; ", details));
        } finally {
            token.clear();
        }
    }

    private static Outcome ask(Realm realm, PasswordToken token) {
        try {
            AuthenticationInfo info = realm.getAuthenticationInfo(token);
            if (info == null) {
                return new Outcome.Rejected(Reason.NOT_KNOWN, "no such account");
            }
            VerifiedUser user = info.getPrincipals().oneByType(VerifiedUser.class);
            return Outcome.Accepted.of(new Identity(
                            LocalProviderFactory.NAME,
                            METHOD,
                            user.name(),
                            user.domain(),
                            user.upn(),
                            Set.of(),
                            Set.of(),
                            Set.of())
                    .with(new Membership(user.groups(), user.groupNames(), user.sids())));
        } catch (AuthenticationException e) {
            return rejected(e);
        }
    }

    /** Details are our own words: Shiro's messages quote the token. */
    private static Outcome.Rejected rejected(AuthenticationException e) {
        return switch (e) {
            case RealmRefusal refusal -> new Outcome.Rejected(refusal.reason(), refusal.detail());
            case UnknownAccountException _ -> new Outcome.Rejected(Reason.NOT_KNOWN, "no such account");
            case IncorrectCredentialsException _ -> new Outcome.Rejected(Reason.BAD_CREDENTIALS, "wrong password");
            case ExpiredCredentialsException _ -> new Outcome.Rejected(Reason.EXPIRED, "the password has expired");
            case DisabledAccountException _ -> new Outcome.Rejected(Reason.LOCKED, "the account is disabled");
            default ->
                new Outcome.Rejected(
                        Reason.UNAVAILABLE, "the realm failed: " + e.getClass().getSimpleName());
        };
    }
}
