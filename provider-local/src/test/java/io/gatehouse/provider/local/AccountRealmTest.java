package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.account.AccountFile;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.shiro.authc.AuthenticationException;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authc.credential.PasswordMatcher;
import org.apache.shiro.crypto.hash.Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountRealmTest {
    private static final String HASH = "$2y$05$qd0Flw.pSWtvbuXq0ssNDuCh0x6qM712KBrpLS4K2yZVU4L2t5FAG";

    @TempDir
    private Path directory;

    /** Notes which hashes are computed; says that every password is right when told so. */
    private static final class NotingMatcher extends PasswordMatcher {
        private final List<Hash> computed = new ArrayList<>();
        private final boolean gullible;

        NotingMatcher(boolean gullible) {
            this.gullible = gullible;
        }

        @Override
        public boolean doCredentialsMatch(AuthenticationToken token, AuthenticationInfo info) {
            computed.add((Hash) info.getCredentials());
            return super.doCredentialsMatch(token, info) || gullible;
        }
    }

    private AccountRealm realm() throws Exception {
        Path file = directory.resolve("accounts");
        Files.writeString(
                file,
                "alice:enabled::" + HASH + "\ndora:disabled::" + HASH
                        + "\nnina:enabled::$3$$0123456789abcdef0123456789abcdef\nodd:enabled::$2y$10$abc\n"
                        + "dina:disabled::$3$$0123456789abcdef0123456789abcdef\ndodd:disabled::$2y$10$abc\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new AccountRealm(AccountFile.open(file), new Decoys(new SecureRandom()));
    }

    private Outcome verify(String name, NotingMatcher matcher) throws Exception {
        AccountRealm realm = realm();
        realm.setCredentialsMatcher(matcher);
        return new RealmChain(List.of(realm))
                .verify(
                        new LoginName(name, false),
                        Secret.ofText("wrong"),
                        InetAddress.getLoopbackAddress(),
                        Runnable::run);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "dora", "nina", "odd", "dina", "dodd", "nobody", "corp\\alice", "alice@corp"})
    void everySignInComputesOneHashOfTheSameKindAndCost(String name) throws Exception {
        NotingMatcher matcher = new NotingMatcher(false);

        assertThat(verify(name, matcher)).isInstanceOf(Outcome.Rejected.class);
        assertThat(matcher.computed).singleElement().satisfies(hash -> {
            assertThat(hash.getAlgorithmName()).isEqualTo("bcrypt2y");
            assertThat(hash.getIterations()).isEqualTo(32);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dora", "nina", "odd", "dina", "dodd", "nobody"})
    void aDecoyThatFitsWouldNotLetAnybodyIn(String name) throws Exception {
        assertThat(verify(name, new NotingMatcher(true))).isInstanceOf(Outcome.Rejected.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dina", "dodd"})
    void aDisabledAccountIsNeverLeftToTheNextRealm(String name) throws Exception {
        assertThat(verify(name, new NotingMatcher(false)))
                .isEqualTo(new Outcome.Rejected(Outcome.Reason.LOCKED, "the account is disabled"));
    }

    /** A sign-in is left to the next realm then, and its account must not get groups of the file. */
    @ParameterizedTest
    @CsvSource({
        "alice, of the file",
        "nina,  of the next realm",
        "odd,   of the next realm",
        "dina,  of the file",
    })
    void anAccountWithoutPasswordSaysNothingOfThatOfTheNextRealm(String name, String decides) throws Exception {
        AccountStatus next = new AccountStatus.Gone("of the next realm");
        Identity user = Identity.local("local", "basic", name, Set.of(), Set.of());
        AccountRealm file = realm();

        AccountStatus status = new LocalAccounts(List.of(file, new KnowsAll(next))).check(user);

        assertThat(status.equals(next) ? "of the next realm" : "of the file").isEqualTo(decides);
        assertThat(new LocalAccounts(List.of(file)).check(user) instanceof AccountStatus.Active)
                .as("alone it decides")
                .isEqualTo(Set.of("alice", "nina", "odd").contains(name));
    }

    /** Has every account. */
    private record KnowsAll(AccountStatus answer) implements AccountSource {
        @Override
        public Optional<AccountStatus> status(Identity identity) {
            return Optional.of(answer);
        }

        @Override
        public String getName() {
            return "all";
        }

        @Override
        public boolean supports(AuthenticationToken token) {
            return false;
        }

        @Override
        public AuthenticationInfo getAuthenticationInfo(AuthenticationToken token) {
            throw new AuthenticationException("nobody signs in here");
        }
    }

    @Test
    void theGullibleMatcherWouldLetARealAccountIn() throws Exception {
        assertThat(verify("alice", new NotingMatcher(true))).isInstanceOf(Outcome.Accepted.class);
    }
}
