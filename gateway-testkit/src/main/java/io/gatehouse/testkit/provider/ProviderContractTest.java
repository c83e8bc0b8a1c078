package io.gatehouse.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.CredentialEncoder;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of {@link Conversation} for providers that check passwords, for every mechanism at each of its venues. A
 * provider's own test extends this class, makes the provider for {@link #writeAccounts the accounts} and speaks the
 * client's half.
 */
public abstract class ProviderContractTest extends MechanismContractTest {
    /** An account that may sign in with {@link #PASSWORD}. */
    protected static final String USER = "alice";

    /** The password of both accounts; it must not turn up in any text. */
    protected static final String PASSWORD = "Canary-7:Zürich";

    /** The groups of {@link #USER}. */
    protected static final Set<String> GROUPS = Set.of("staff", "lab");

    /** An account with the same password that is switched off. */
    protected static final String DISABLED = "carol";

    private static final String UNKNOWN = "nobody-here";
    private static final String WRONG_PASSWORD = "Canary-8:Zürich";

    /**
     * The provider, with accounts as {@link #writeAccounts} writes them; {@code directory} is empty and the test's own.
     */
    @Override
    protected abstract AuthProvider provider(Path directory) throws Exception;

    /** The client's half of a sign-in with {@code mechanism}. */
    protected abstract ClientDialogue client(TokenMechanism mechanism, String user, String password);

    /**
     * The groups that the provider gives {@link #USER}; a source of accounts that the test does not fill may know none.
     */
    protected Set<String> groups() {
        return GROUPS;
    }

    @Override
    protected final ClientDialogue rightClient(TokenMechanism mechanism) {
        return client(mechanism, USER, PASSWORD);
    }

    @Override
    protected final ClientDialogue wrongClient(TokenMechanism mechanism) {
        return client(mechanism, USER, WRONG_PASSWORD);
    }

    @Override
    protected final Set<Reason> refusals() {
        return Set.of(Reason.BAD_CREDENTIALS);
    }

    @Override
    protected final String canary() {
        return "Canary";
    }

    /** Writes {@link #USER} and {@link #DISABLED} into a new account file, with one credential of each encoder. */
    protected static Path writeAccounts(Path directory, CredentialEncoder... encoders) throws Exception {
        Path file = directory.resolve("accounts");
        var credentials =
                Arrays.stream(encoders).map(encoder -> encoder.encode(PASSWORD)).toList();
        AccountEditor.add(file, new Account(USER, true, GROUPS, credentials));
        AccountEditor.add(file, new Account(DISABLED, false, GROUPS, credentials));
        return file;
    }

    private Attempt attempt(Door door, String user, String password) {
        return Attempt.play(door.open(), client(door.mechanism(), user, password));
    }

    @ParameterizedTest
    @MethodSource("doors")
    void rightCredentialsAreAcceptedUnderTheCanonicalName(Door door) {
        Attempt attempt = attempt(door, "ALICE", PASSWORD);

        assertThat(attempt.outcome()).isInstanceOf(Outcome.Accepted.class);
        Identity identity = ((Outcome.Accepted) attempt.outcome()).identity();
        assertThat(identity.user()).isEqualTo("alice");
        assertThat(identity.groups()).isEqualTo(groups());
        assertThat(identity.provider()).isNotBlank();
        assertThat(identity.method()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("doors")
    void nothingIsDecidedBeforeThereIsAClaim(Door door) {
        try (Conversation conversation = door.open()) {
            assertThat(conversation.next(rightClient(door.mechanism()).first())).isNotInstanceOf(Outcome.class);
        }
    }

    @ParameterizedTest
    @MethodSource("doors")
    void noTextHoldsThePasswordOfAnyAccount(Door door) {
        List<String> texts = new ArrayList<>();
        for (String user : List.of(USER, DISABLED, UNKNOWN)) {
            for (String password : List.of(PASSWORD, WRONG_PASSWORD)) {
                texts.addAll(attempt(door, user, password).texts());
            }
        }
        assertThat(texts).hasSizeGreaterThan(12).noneMatch(text -> text.contains(canary()));
    }

    @ParameterizedTest
    @MethodSource("doors")
    void everySpellingOfAnAccountIsOneClaim(Door door) {
        assertThat(attempt(door, "ALICE", WRONG_PASSWORD).claim().orElseThrow().account())
                .isEqualTo(attempt(door, "alice", WRONG_PASSWORD)
                        .claim()
                        .orElseThrow()
                        .account());
    }

    @ParameterizedTest
    @MethodSource("doors")
    void aWrongPasswordIsAClaimAndThenAGuess(Door door) {
        Attempt attempt = attempt(door, USER, WRONG_PASSWORD);

        assertThat(attempt.claim()).isPresent();
        assertThat(rejection(attempt.outcome())).isEqualTo(Reason.BAD_CREDENTIALS);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void anUnknownUserIsAClaimAndThenAGuess(Door door) {
        Attempt attempt = attempt(door, UNKNOWN, PASSWORD);

        assertThat(attempt.claim()).isPresent();
        assertThat(rejection(attempt.outcome())).matches(Reason::isGuess);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void aDisabledAccountIsAClaimAndThenAGuess(Door door) {
        Attempt attempt = attempt(door, DISABLED, PASSWORD);

        assertThat(attempt.claim()).isPresent();
        assertThat(rejection(attempt.outcome())).matches(Reason::isGuess);
    }
}
