package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.CredentialEncoder;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.testkit.provider.Attempt;
import io.gatehouse.testkit.provider.ClientDialogue;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicSignInTest {
    /** {@code htpasswd -nbB -C 10 alice Canary-7:Zürich}. */
    private static final String HTPASSWD = "$2y$10$B506eXZpsB5kquZoM2uwYewQ3V4kDctSUDDjYWqJK5zXr2/i6H1UC";
    /** {@code htpasswd -nbB -C 5 bob 'correct horse'}. */
    private static final String QUICK = "$2y$05$qd0Flw.pSWtvbuXq0ssNDuCh0x6qM712KBrpLS4K2yZVU4L2t5FAG";
    /** {@code printf Canary-7:Zürich | argon2 gatehousesalt421 -id -t 1 -m 16 -p 4 -e}. */
    private static final String ARGON2 =
            "$argon2id$v=19$m=65536,t=1,p=4$Z2F0ZWhvdXNlc2FsdDQyMQ$ztZIvz/OfqvkHUamQPi4YSDtr0cQRtppy8qVexZz3NI";
    /** {@code printf 'correct horse' | argon2 anothersalt42421 -id -t 3 -m 12 -p 1 -e}. */
    private static final String SMALL_ARGON2 =
            "$argon2id$v=19$m=4096,t=3,p=1$YW5vdGhlcnNhbHQ0MjQyMQ$a6P+JXBomJ9uM/yZmAR/coxu8aSYkTBnU6nIiiwbJOM";

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void writeAccounts() throws Exception {
        file = directory.resolve("accounts");
        write("alice:enabled:staff:" + HTPASSWD + "\nbob:enabled::$3$$00:" + ARGON2 + "\ncarl:enabled:lab:"
                + SMALL_ARGON2
                + "\niris:enabled::" + QUICK + "\nmüller:enabled::" + QUICK + "\ndora:disabled::" + QUICK
                + "\nnina:enabled::$3$$0123456789abcdef0123456789abcdef\nodd:enabled::$2y$10$abc\n");
    }

    private void write(String text) throws Exception {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private TokenMechanism basic() throws Exception {
        AuthProvider provider = new LocalProviderFactory()
                .create(
                        Configurations.accounts(file),
                        new ProviderContext(Clock.systemUTC(), new SecureRandom(), "GW.example.com"));
        return (TokenMechanism) provider.mechanisms().getFirst();
    }

    private static Attempt attempt(TokenMechanism mechanism, byte[] token) {
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), true, false, List.of());
        return Attempt.play(mechanism.open(peer, Venue.HTTP_AUTHORIZATION), ClientDialogue.ofOneToken(Token.of(token)));
    }

    private Outcome signIn(String token) throws Exception {
        return attempt(basic(), token.getBytes(StandardCharsets.UTF_8)).outcome();
    }

    private static Outcome accepted(String user, Set<String> groups) {
        return Outcome.Accepted.of(Identity.local("local", "basic", user, groups, Set.of()));
    }

    @Test
    void theProviderAndItsEncoderAreFound() {
        assertThat(ServiceLoader.load(AuthProviderFactory.class))
                .anyMatch(factory -> factory.name().equals("local"));
        assertThat(ServiceLoader.load(CredentialEncoder.class))
                .anyMatch(encoder -> encoder.purpose().equals("Basic"));
    }

    @Test
    void hashesOfHtpasswdAndArgon2Verify() throws Exception {
        assertThat(signIn("alice:Canary-7:Zürich")).isEqualTo(accepted("alice", Set.of("staff")));
        assertThat(signIn("bob:Canary-7:Zürich")).isEqualTo(accepted("bob", Set.of()));
        assertThat(signIn("carl:correct horse")).isEqualTo(accepted("carl", Set.of("lab")));
        assertThat(signIn("carl:correct horsf"))
                .isEqualTo(new Outcome.Rejected(Reason.BAD_CREDENTIALS, "wrong password"));
    }

    @Test
    void whatOlderClientsSendInLatin1IsUnderstood() throws Exception {
        assertThat(attempt(basic(), "alice:Canary-7:Zürich".getBytes(StandardCharsets.ISO_8859_1))
                        .outcome())
                .isEqualTo(accepted("alice", Set.of("staff")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iris", "IRIS", ".\\iris", "GW\\Iris", "gw\\iris", "gw.EXAMPLE.com\\iris"})
    void formsOfALocalNameAreOneAccount(String name) throws Exception {
        Attempt attempt = attempt(basic(), (name + ":correct horse").getBytes(StandardCharsets.UTF_8));

        assertThat(attempt.claim().orElseThrow().account()).isEqualTo("iris");
        assertThat(attempt.outcome()).isEqualTo(accepted("iris", Set.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "CORP\\iris, corp\\iris",
        "iris@corp.example.com, iris@corp.example.com",
        "\\iris, \\iris",
        "gw\\.\\iris, .\\iris",
        "nobody, nobody"
    })
    void otherNamesAreNotKnown(String name, String claimed) throws Exception {
        Attempt attempt = attempt(basic(), (name + ":correct horse").getBytes(StandardCharsets.UTF_8));

        assertThat(attempt.claim().orElseThrow().account()).isEqualTo(claimed);
        assertThat(attempt.outcome()).isEqualTo(new Outcome.Rejected(Reason.NOT_KNOWN, "no such account"));
    }

    @Test
    void decomposedNamesAreTheComposedAccount() throws Exception {
        assertThat(signIn("mu\u0308ller:correct horse")).isEqualTo(accepted("müller", Set.of()));
    }

    @Test
    void theMachinesLanguageDoesNotMatter() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.of("tr", "TR"));
        try {
            assertThat(signIn("IRIS:correct horse")).isEqualTo(accepted("iris", Set.of()));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void accountsThatCannotSignInSayWhyToTheAuditLogOnly() throws Exception {
        assertThat(signIn("dora:correct horse"))
                .isEqualTo(new Outcome.Rejected(Reason.LOCKED, "the account is disabled"));
        assertThat(signIn("dora:wrong")).isEqualTo(new Outcome.Rejected(Reason.BAD_CREDENTIALS, "wrong password"));
        assertThat(signIn("nina:correct horse"))
                .isEqualTo(new Outcome.Rejected(Reason.NOT_KNOWN, "the account has no credential for Basic"));
        assertThat(signIn("odd:correct horse"))
                .isEqualTo(new Outcome.Rejected(Reason.NOT_KNOWN, "the account's credential for Basic is unreadable"));
    }

    @Test
    void emptyAndOverlongPasswordsAreWrongPasswords() throws Exception {
        for (String name : List.of("iris", "carl", "bob", "nobody")) {
            assertThat(signIn(name + ":")).isInstanceOf(Outcome.Rejected.class);
            assertThat(signIn(name + ":" + "x".repeat(200)))
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected -> assertThat(rejected.reason()).matches(Reason::isGuess));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", ":password", "alice", "al\u0000ice:x", "alice:pass\nword", "gw\\:x", "a\u0085b:x", " :x"
            })
    void tokensOutsideTheFormatAreMalformedWithoutAClaim(String token) throws Exception {
        Attempt attempt = attempt(basic(), token.getBytes(StandardCharsets.UTF_8));

        assertThat(attempt.claim()).isEmpty();
        assertThat(((Outcome.Rejected) attempt.outcome()).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void theClaimComesBeforeAnyHash() throws Exception {
        TokenMechanism basic = basic();
        Files.delete(file);
        Step step = basic.open(new Peer(InetAddress.getLoopbackAddress(), true, false, List.of()), Venue.PORTAL_FORM)
                .next(Token.of("alice:x".getBytes(StandardCharsets.UTF_8)));

        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.Claim.class, claim -> assertThat(claim.account()).isEqualTo("alice"));
    }

    @Test
    void changesOfTheFileCountAtOnceAndABrokenFileChangesNothing() throws Exception {
        TokenMechanism basic = basic();
        byte[] token = "iris:correct horse".getBytes(StandardCharsets.UTF_8);
        assertThat(attempt(basic, token).outcome()).isEqualTo(accepted("iris", Set.of()));

        write("iris:nonsense\n");
        assertThat(attempt(basic, token).outcome()).isEqualTo(accepted("iris", Set.of()));
        write("iris:disabled::" + QUICK + "\n");
        assertThat(attempt(basic, token).outcome())
                .isEqualTo(new Outcome.Rejected(Reason.LOCKED, "the account is disabled"));
        write("# nobody\n");
        assertThat(attempt(basic, token).outcome())
                .isEqualTo(new Outcome.Rejected(Reason.NOT_KNOWN, "no such account"));
    }

    @Test
    void aConfigurationThatCannotWorkIsRefused() throws Exception {
        ProviderContext context = new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw");
        LocalProviderFactory factory = new LocalProviderFactory();

        assertThatThrownBy(() -> factory.create(Configurations.accounts(directory.resolve("none")), context))
                .hasMessageContaining("does not exist");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> factory.create(Configurations.accounts(file), context))
                .hasMessageContaining("chmod");
    }
}
