package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.provider.local.pam.PamServices;
import io.gatehouse.testkit.provider.Attempt;
import io.gatehouse.testkit.provider.ClientDialogue;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PamRealmTest {
    /** {@code htpasswd -nbB -C 5 bob 'correct horse'}. */
    private static final String HASH = "$2y$05$qd0Flw.pSWtvbuXq0ssNDuCh0x6qM712KBrpLS4K2yZVU4L2t5FAG";

    private final PamServices services = new PamServices();

    @AfterEach
    void removeServices() {
        services.close();
    }

    private static Outcome signIn(LocalConfig config, String user, String password) throws Exception {
        try (AuthProvider provider = Configurations.provider(config)) {
            TokenMechanism basic = (TokenMechanism) provider.mechanisms().getFirst();
            Peer peer = new Peer(InetAddress.ofLiteral("192.0.2.7"), true, false, List.of());
            Token token = Token.of((user + ":" + password).getBytes(StandardCharsets.UTF_8));
            return Attempt.play(basic.open(peer, Venue.HTTP_AUTHORIZATION), ClientDialogue.ofOneToken(token))
                    .outcome();
        }
    }

    private static Outcome accepted(String user) {
        return Outcome.Accepted.of(Identity.local("local", "basic", user, Set.of(), Set.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "ALICE", ".\\alice", "GW\\alice", "gw.example.com\\alice"})
    void namesOfThisMachineAreAccountsOfThisMachine(String name) throws Exception {
        services.withMatrix("gatehouse", "", "alice:pässword:gatehouse");

        assertThat(signIn(Configurations.pam(services.directory()), name, "pässword"))
                .isEqualTo(accepted("alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CORP\\alice", "alice@corp.example.com", "alice@example.org", "gw\\alice@corp.example.com"})
    void namesWithADomainAreNot(String name) throws Exception {
        services.with("gatehouse", "auth required pam_permit.so", "account required pam_permit.so");

        assertThat(signIn(Configurations.pam(services.directory()), name, "password"))
                .isEqualTo(new Outcome.Rejected(Reason.NOT_KNOWN, "no account of this machine: the name has a domain"));
    }

    @Test
    void modulesLearnTheAddressOfTheClient() throws Exception {
        services.withScript("gatehouse", "[ \"$PAM_RHOST\" = 192.0.2.7 ]");

        assertThat(signIn(Configurations.pam(services.directory()), "alice", "x"))
                .isEqualTo(accepted("alice"));
    }

    @ParameterizedTest
    @CsvSource({
        "map=alice@corp.example.com, corp.example.com, alice",
        "map=alice@example.org, example.org, alice",
        "[map=CORP\\alice], CORP, alice"
    })
    void aNameThatModulesGiveADomainBelongsToTheDomain(String mapping, String domain, String user) throws Exception {
        services.withModule("gatehouse", mapping);

        assertThat(signIn(Configurations.pam(services.directory()), "alice", "x"))
                .isEqualTo(Outcome.Accepted.of(new Identity(
                        "local", "basic", user, Optional.of(domain), Optional.empty(), Set.of(), Set.of(), Set.of())));
    }

    @Test
    void theAccountFileDecidesForAccountsThatItKnows() throws Exception {
        Path accounts = services.folder().path().resolve("accounts");
        Files.writeString(
                accounts,
                "bob:enabled::" + HASH + "\ndora:disabled::" + HASH
                        + "\nnina:enabled::$3$$0123456789abcdef0123456789abcdef\n");
        Files.setPosixFilePermissions(accounts, PosixFilePermissions.fromString("rw-------"));
        services.withMatrix(
                "gatehouse",
                "",
                "alice:pam:gatehouse",
                "bob:pam:gatehouse",
                "dora:pam:gatehouse",
                "nina:pam:gatehouse");
        LocalConfig both = Configurations.accountsAndPam(accounts, services.directory());

        assertThat(signIn(both, "bob", "correct horse")).isEqualTo(accepted("bob"));
        assertThat(signIn(both, "bob", "pam"))
                .isEqualTo(new Outcome.Rejected(Reason.BAD_CREDENTIALS, "wrong password"));
        assertThat(signIn(both, "dora", "pam")).isInstanceOf(Outcome.Rejected.class);
        assertThat(signIn(both, "alice", "pam")).isEqualTo(accepted("alice"));
        assertThat(signIn(both, "nina", "pam")).isEqualTo(accepted("nina"));
    }
}
