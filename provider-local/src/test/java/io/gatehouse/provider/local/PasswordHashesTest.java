package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.account.Account;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.shiro.lang.util.ByteSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashesTest {
    private static final String BCRYPT = "$2y$05$qd0Flw.pSWtvbuXq0ssNDuCh0x6qM712KBrpLS4K2yZVU4L2t5FAG";
    private static final String ARGON2 =
            "$argon2id$v=19$m=4096,t=3,p=1$YW5vdGhlcnNhbHQ0MjQyMQ$a6P+JXBomJ9uM/yZmAR/coxu8aSYkTBnU6nIiiwbJOM";

    private static Account account(String name, String credential) {
        return new Account(name, true, Set.of(), List.of(Secret.ofText(credential)));
    }

    @Test
    void theEncoderWritesWhatOtherToolsRead() {
        String credential =
                new Argon2CredentialEncoder().encode("correct horse").text();

        assertThat(credential).matches("\\$argon2id\\$v=19\\$m=65536,t=1,p=4\\$[A-Za-z0-9+/]+\\$[A-Za-z0-9+/]{43}");
        assertThat(PasswordHashes.parse(credential)
                        .orElseThrow()
                        .matchesPassword(ByteSource.Util.bytes("correct horse")))
                .isTrue();
        assertThat(new Argon2CredentialEncoder().encode("correct horse").text()).isNotEqualTo(credential);
    }

    @Test
    void passwordsThatNoClientCouldSendAreNotEncoded() {
        assertThatThrownBy(() -> new Argon2CredentialEncoder().encode("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Argon2CredentialEncoder().encode("a\u0000b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the password is empty or holds a control character");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=4194304,t=1,p=4$YW5vdGhlcnNhbHQ0MjQyMQ$a6P+JXBomJ9uM/yZmAR/coxu8aSYkTBnU6nIiiwbJOM",
                "$argon2id$v=19$m=4096,t=999,p=4$YW5vdGhlcnNhbHQ0MjQyMQ$a6P+JXBomJ9uM/yZmAR/coxu8aSYkTBnU6nIiiwbJOM",
                "$argon2id$v=19$m=4096,t=3$YW5vdGhlcnNhbHQ0MjQyMQ$a6P+JXBomJ9uM/yZmAR/coxu8aSYkTBnU6nIiiwbJOM",
                "$argon2id$v=19$m=4096,t=3,p=1$YW5vdGhlcnNhbHQ0MjQyMQ$",
                "$argon2id$v=19$m=4096,t=3,p=1$YW5vdGhlcnNhbHQ0MjQy$+zzFZomoBn/jnBJzgmFro8kdmkqGPShJttHgrPazlW0",
                "$2y$31$qd0Flw.pSWtvbuXq0ssNDuCh0x6qM712KBrpLS4K2yZVU4L2t5FAG",
                "$2y$03$qd0Flw.pSWtvbuXq0ssNDuCh0x6qM712KBrpLS4K2yZVU4L2t5FAG",
                "$2y$10$short",
                "$2y$"
            })
    void brokenOrExcessiveHashesAreUnreadable(String credential) {
        assertThat(PasswordHashes.isReadable(credential)).isFalse();
    }

    @Test
    void readableHashesAreReadable() {
        assertThat(PasswordHashes.isReadable(BCRYPT)).isTrue();
        assertThat(PasswordHashes.isReadable(ARGON2)).isTrue();
        assertThat(PasswordHashes.isReadable(ARGON2.replace("m=4096,t=3,p=1", "t=3,m=4096,p=1")))
                .isTrue();
    }

    @Test
    void decoysLookLikeTheFilesHashesAndFitNoPassword() {
        Decoys decoys = new Decoys(new SecureRandom());
        List<Account> accounts = List.of(account("alice", BCRYPT), account("carl", ARGON2), account("odd", "$2y$1"));
        List<String> made = IntStream.range(0, 64)
                .mapToObj(number -> decoys.decoy("name" + number, accounts))
                .toList();

        assertThat(made).allMatch(PasswordHashes::isReadable).doesNotContain(BCRYPT, ARGON2);
        assertThat(made).anyMatch(decoy -> decoy.startsWith("$2y$05$qd0Flw.pSWtvbuXq0ssNDu"));
        assertThat(made).anyMatch(decoy -> decoy.startsWith("$argon2id$v=19$m=4096,t=3,p=1$YW5vdGhlcnNhbHQ0MjQyMQ$"));
        assertThat(PasswordHashes.parse(made.getFirst())
                        .orElseThrow()
                        .matchesPassword(ByteSource.Util.bytes("correct horse")))
                .isFalse();
        assertThat(decoys.decoy("Bob", accounts).substring(0, 12))
                .isEqualTo(decoys.decoy("bob", accounts).substring(0, 12));
    }

    @Test
    void aFileWithoutHashesHasDecoysLikeTheEncoders() {
        assertThat(new Decoys(new SecureRandom()).decoy("bob", List.of()))
                .startsWith("$argon2id$v=19$m=65536,t=1,p=4$")
                .matches(PasswordHashes::isReadable);
    }
}
