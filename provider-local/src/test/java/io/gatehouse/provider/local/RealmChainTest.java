package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.shiro.authc.AuthenticationException;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authc.IncorrectCredentialsException;
import org.apache.shiro.authc.SimpleAuthenticationInfo;
import org.apache.shiro.authc.UnknownAccountException;
import org.apache.shiro.realm.Realm;
import org.junit.jupiter.api.Test;

class RealmChainTest {
    private static final Outcome ACCEPTED =
            Outcome.Accepted.of(Identity.local("local", "basic", "alice", Set.of("lab"), Set.of()));

    private record FixedRealm(Supplier<AuthenticationInfo> answer) implements Realm {
        @Override
        public String getName() {
            return "fixed";
        }

        @Override
        public boolean supports(AuthenticationToken token) {
            return true;
        }

        @Override
        public AuthenticationInfo getAuthenticationInfo(AuthenticationToken token) {
            return answer.get();
        }
    }

    private static Realm accepting() {
        return new FixedRealm(
                () -> new SimpleAuthenticationInfo(new VerifiedUser("alice", Set.of("lab")), "", "fixed"));
    }

    private static Realm refusing(AuthenticationException exception) {
        return new FixedRealm(() -> {
            throw exception;
        });
    }

    private static Outcome verify(Realm... realms) {
        return new RealmChain(List.of(realms))
                .verify(
                        new LoginName("alice", false),
                        Secret.ofText("x"),
                        InetAddress.getLoopbackAddress(),
                        Runnable::run);
    }

    @Test
    void theNextRealmIsAskedForAnAccountThatTheFirstDoesNotKnow() {
        assertThat(verify(refusing(new UnknownAccountException()), accepting())).isEqualTo(ACCEPTED);
    }

    @Test
    void theRealmThatKnowsTheAccountHasTheLastWord() {
        assertThat(verify(refusing(new IncorrectCredentialsException()), accepting()))
                .isEqualTo(new Outcome.Rejected(Reason.BAD_CREDENTIALS, "wrong password"));
    }

    @Test
    void aRealmThatFailsIsNotPassedOverAndItsMessageIsNotRepeated() {
        assertThat(verify(refusing(new AuthenticationException("password x is bad")), accepting()))
                .isEqualTo(new Outcome.Rejected(Reason.UNAVAILABLE, "the realm failed: AuthenticationException"));
        assertThat(verify(refusing(new RealmRefusal(Reason.UNAVAILABLE, "many")), accepting()))
                .isEqualTo(new Outcome.Rejected(Reason.UNAVAILABLE, "many"));
    }

    @Test
    void nobodyIsKnownWhereAllRealmsShrug() {
        assertThat(verify(refusing(new UnknownAccountException()), refusing(new UnknownAccountException())))
                .isEqualTo(new Outcome.Rejected(Reason.NOT_KNOWN, "no such account"));
    }

    @Test
    void whatEveryRealmSaysOfAnUnknownAccountIsTold() {
        assertThat(verify(
                        refusing(new RealmRefusal(Reason.NOT_KNOWN, "the account has no credential for Basic")),
                        refusing(new UnknownAccountException())))
                .isEqualTo(new Outcome.Rejected(
                        Reason.NOT_KNOWN, "the account has no credential for Basic; no such account"));
    }
}
