package io.gatehouse.core.totp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.ProviderException;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.totp.CodeVerdict.Accepted;
import io.gatehouse.core.totp.CodeVerdict.Locked;
import io.gatehouse.core.totp.CodeVerdict.NotEnrolled;
import io.gatehouse.core.totp.CodeVerdict.Used;
import io.gatehouse.core.totp.CodeVerdict.Wrong;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a code is worth, once and never again, and what the file says of it. */
class SecondFactorsTest {
    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
    private static final Identity ALICE = Identity.local("local", "basic", "Alice", Set.of("staff"), Set.of());

    private static final Domains DOMAINS =
            new Domains(List.of(new Domain("CORP", Optional.of("CORP.EXAMPLE"), List.of(), List.of(), List.of())));

    @TempDir
    Path folder;

    private Path file = Path.of("");
    private Instant now = START;
    private final TotpKey key = TotpKey.generate(TotpAlgorithm.SHA1, 6, new SecureRandom());
    private List<String> recovery = List.of();
    private SecondFactors factors;

    private SecondFactors open(EnrolmentMode mode) throws ProviderException {
        return new SecondFactors(
                TotpFile.open(file, clock()), settings(mode), Domains.NONE, clock(), new SecureRandom());
    }

    private static SecondFactors.Settings settings(EnrolmentMode mode) {
        return new SecondFactors.Settings(
                false, new AccountSelection(List.of(), Set.of("staff")), mode, TotpAlgorithm.SHA1, 6, "Example");
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    @BeforeEach
    void enrolled() throws Exception {
        file = folder.resolve("totp");
        factors = open(EnrolmentMode.SIGN_IN);
        assertThat(factors.enrol(ALICE, key, code(0), "")).isEqualTo(new SecondFactors.Enrolment.Done());
        assertThat(factors.of(ALICE).orElseThrow().recovery())
                .as("none that nobody has seen")
                .isEmpty();
        recovery = factors.renewRecoveryCodes(ALICE).orElseThrow();
        now = now.plusSeconds(300);
    }

    private String code(long steps) {
        return key.code(TotpKey.step(now) + steps);
    }

    @Test
    void aCodeIsGoodOnceAndSoAreThoseBeforeIt() throws Exception {
        assertThat(factors.check(ALICE, code(0))).isEqualTo(new Accepted(false, 10));
        assertThat(factors.check(ALICE, code(0))).isEqualTo(new Used());
        assertThat(factors.check(ALICE, code(-1))).isEqualTo(new Used());
        assertThat(factors.check(ALICE, code(1))).isEqualTo(new Accepted(false, 10));
        now = now.plusSeconds(30);
        assertThat(factors.check(ALICE, code(0))).isEqualTo(new Used());
    }

    @Test
    void aClockMayBeOneStepBehindOrAheadAndNoMore() throws Exception {
        assertThat(factors.check(ALICE, code(-2))).isEqualTo(new Wrong());
        assertThat(factors.check(ALICE, code(2))).isEqualTo(new Wrong());
        assertThat(factors.check(ALICE, code(-1))).isEqualTo(new Accepted(false, 10));
        assertThat(factors.check(ALICE, code(1))).isEqualTo(new Accepted(false, 10));
    }

    @Test
    void aRestartForgetsNoUse() throws Exception {
        String used = code(0);
        String spare = recovery.getFirst();
        assertThat(factors.check(ALICE, used)).isEqualTo(new Accepted(false, 10));
        assertThat(factors.check(ALICE, spare)).isEqualTo(new Accepted(true, 9));
        SecondFactors restarted = open(EnrolmentMode.SIGN_IN);
        assertThat(restarted.check(ALICE, used)).isEqualTo(new Used());
        assertThat(restarted.check(ALICE, spare)).isEqualTo(new Wrong());
        assertThat(restarted.check(ALICE, code(1))).isEqualTo(new Accepted(false, 9));
    }

    @Test
    void aRecoveryCodeIsGoodOnceHoweverItIsTyped() throws Exception {
        String typed = " " + recovery.get(3).replace("-", " ").toUpperCase(Locale.ROOT) + " ";
        assertThat(recovery).hasSize(10).doesNotHaveDuplicates().allMatch(each -> each.matches("([a-z2-7]{4}-?){4}"));
        assertThat(factors.check(ALICE, typed)).isEqualTo(new Accepted(true, 9));
        assertThat(factors.check(ALICE, typed)).isEqualTo(new Wrong());
        assertThat(factors.check(ALICE, recovery.get(4))).isEqualTo(new Accepted(true, 8));
        assertThat(factors.renewRecoveryCodes(ALICE))
                .hasValueSatisfying(fresh -> assertThat(fresh).hasSize(10).doesNotContainAnyElementsOf(recovery));
        assertThat(factors.check(ALICE, recovery.get(5))).isEqualTo(new Wrong());
    }

    @Test
    void ofManyRequestsWithOneCodeOneWins() throws Exception {
        String code = code(0);
        SecondFactors another = open(EnrolmentMode.SIGN_IN);
        List<Callable<CodeVerdict>> requests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            SecondFactors one = i % 2 == 0 ? factors : another;
            requests.add(() -> one.check(ALICE, code));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<CodeVerdict> verdicts = new ArrayList<>();
            for (Future<CodeVerdict> verdict : threads.invokeAll(requests)) {
                verdicts.add(verdict.get());
            }
            assertThat(verdicts).containsOnlyOnce(new Accepted(false, 10));
            assertThat(verdicts.stream().filter(new Used()::equals)).hasSize(7);
        }
    }

    @Test
    void afterAHundredWrongCodesInARowNoneIsGoodUntilAReset() throws Exception {
        for (int i = 0; i < 99; i++) {
            assertThat(factors.check(ALICE, "x" + i)).isEqualTo(new Wrong());
        }
        assertThat(factors.check(ALICE, code(0))).as("99 are forgiven").isEqualTo(new Accepted(false, 10));
        for (int i = 0; i < 100; i++) {
            assertThat(factors.check(ALICE, "000000x")).isEqualTo(new Wrong());
        }
        now = now.plusSeconds(60);
        assertThat(factors.check(ALICE, code(0))).isEqualTo(new Locked());
        assertThat(open(EnrolmentMode.SIGN_IN).check(ALICE, recovery.getFirst()))
                .isEqualTo(new Locked());

        assertThat(factors.reset(named("alice"))).containsExactly("\\alice");
        assertThat(factors.check(ALICE, code(0))).isEqualTo(new NotEnrolled());
        assertThat(factors.enrol(ALICE, key, code(0), "")).isInstanceOf(SecondFactors.Enrolment.Done.class);
    }

    private static NamedAccount named(String name) {
        return named(name, Domains.NONE);
    }

    private static NamedAccount named(String name, Domains domains) {
        if (NamedAccount.parse(name, domains) instanceof Parsed.Valid<NamedAccount>(NamedAccount named)) {
            return named;
        }
        throw new AssertionError(name);
    }

    @Test
    void aTicketSetsUpOneAccountOnce() throws Exception {
        Identity bob = Identity.local("local", "basic", "bob", Set.of(), Set.of());
        SecondFactors strict = open(EnrolmentMode.TICKET);
        TotpFile totp = TotpFile.open(file, clock());
        String first =
                SecondFactors.newTicket(totp, named("bob"), Domains.NONE, now, Duration.ofHours(1), new SecureRandom());
        String ticket =
                SecondFactors.newTicket(totp, named("bob"), Domains.NONE, now, Duration.ofHours(1), new SecureRandom());
        assertThat(strict.isTicket(bob, first)).as("another took its place").isFalse();
        assertThat(strict.isTicket(ALICE, ticket)).isFalse();
        assertThat(strict.isTicket(bob, ticket.replace("-", " "))).isTrue();
        TotpKey fresh = strict.newKey();
        String code = fresh.code(TotpKey.step(now));
        assertThat(strict.enrol(bob, fresh, code, "")).isInstanceOf(SecondFactors.Enrolment.Refused.class);
        assertThat(strict.enrol(bob, fresh, "123", ticket))
                .isEqualTo(new SecondFactors.Enrolment.Refused("the first code is wrong"));
        assertThat(strict.enrol(bob, fresh, code, ticket)).isInstanceOf(SecondFactors.Enrolment.Done.class);
        assertThat(strict.check(bob, code)).as("the first code is used up").isEqualTo(new Used());
        assertThat(strict.enrol(bob, fresh, code, ticket))
                .isEqualTo(new SecondFactors.Enrolment.Refused("one-time codes are set up already"));
        assertThat(strict.remove(bob)).isTrue();
        assertThat(strict.enrol(bob, fresh, code, ticket))
                .isEqualTo(new SecondFactors.Enrolment.Refused("the ticket is wrong, used or too old"));
    }

    @Test
    void aTicketEnds() throws Exception {
        TotpFile totp = TotpFile.open(file, clock());
        String ticket = SecondFactors.newTicket(
                totp, named("alice"), Domains.NONE, now, Duration.ofHours(1), new SecureRandom());
        assertThat(factors.isTicket(ALICE, ticket)).isTrue();
        now = now.plusSeconds(3600);
        assertThat(factors.isTicket(ALICE, ticket)).isFalse();
    }

    @Test
    void theFileHasNoRecoveryCodeAndIsForItsOwnerOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String text = Files.readString(file);
        assertThat(text).contains("\\alice\tsha1\t6\t" + key.base32() + "\t" + START);
        recovery.forEach(code -> assertThat(text).doesNotContain(code).doesNotContain(code.replace("-", "")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> TotpFile.open(file, clock())).hasMessageContaining("has the permissions 644");
    }

    @Test
    void aFileThatCannotBeReadOrWrittenAcceptsNothing() throws Exception {
        byte[] good = Files.readAllBytes(file);
        Files.writeString(file, whole("codes\tx\n"));
        assertThatThrownBy(() -> factors.check(ALICE, code(0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2 (expected codes with 9 fields");
        assertThat(factors.of(ALICE)).as("who has codes is still known").isPresent();
        Files.write(file, good);
        Files.delete(folder.resolve("totp.lock"));
        assertThatThrownBy(() -> factors.check(ALICE, code(0))).isInstanceOf(IOException.class);
        assertThat(open(EnrolmentMode.SIGN_IN).check(ALICE, code(0))).isEqualTo(new Accepted(false, 10));
    }

    @Test
    void rulesSeeWhatWasProved() {
        assertThat(factors.isRequired(ALICE)).isTrue();
        assertThat(factors.isRequired(Identity.local("local", "basic", "eve", Set.of(), Set.of())))
                .isFalse();
        Identity proved = SecondFactors.proved(ALICE, false);
        assertThat(proved.proofs()).containsExactly(Proof.MULTI_FACTOR);
        assertThat(proved.claims()).containsEntry("amr", Set.of("otp", "mfa"));
        assertThat(SecondFactors.proved(ALICE, true).claims()).containsEntry("amr", Set.of("mfa"));
    }

    @Test
    void onlyItsOwnLinesAreRead() {
        for (String line : List.of(
                "codes\talice\tsha1\t6\tGEZDGNBV\t2026-11-30T12:00:00Z\t0\t0\t-",
                "codes\t\\alice\tmd5\t6\tGEZDGNBV\t2026-11-30T12:00:00Z\t0\t0\t-",
                "codes\t\\alice\tsha1\t9\tGEZDGNBV\t2026-11-30T12:00:00Z\t0\t0\t-",
                "codes\t\\alice\tsha1\t6\tgeheim!\t2026-11-30T12:00:00Z\t0\t0\t-",
                "ticket\t\\alice\thash\ttomorrow",
                "codes\t\\alice\tsha1\t6\t\t2026-11-30T12:00:00Z\t0\t0\t-",
                "nonsense")) {
            assertThat(TotpRecords.parse(whole(line + "\n")))
                    .isInstanceOfSatisfying(
                            Parsed.Faulty.class,
                            faulty -> assertThat(faulty.toString())
                                    .contains("line 2")
                                    .doesNotContain("GEZDGNBV", "geheim"));
        }
        String codes = "codes\t\\alice\tsha1\t6\tGEZDGNBV\t2026-11-30T12:00:00Z\t7\t3\ta,b";
        String text = String.join("\n", codes, "ticket\tcorp\\bob\thash\t2026-11-30T12:00:00Z", "");
        assertThat(TotpRecords.parse(whole(text)))
                .isInstanceOfSatisfying(
                        Parsed.Valid.class,
                        valid ->
                                assertThat(((TotpRecords) valid.value()).text()).isEqualTo(whole(text)));
        assertThat(TotpRecords.parse(whole(text + text))).isInstanceOf(Parsed.Faulty.class);
    }

    /** A file as the gateway writes it, with these lines. */
    private static String whole(String lines) {
        return TotpRecords.NONE.text().replace("# end\n", lines + "# end\n");
    }

    /** Nobody would have a second factor, and whoever knows a password could set one up. */
    @Test
    void aFileThatIsEmptyCutOrLostIsNotOneWithoutCodes() throws Exception {
        byte[] good = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 50, good.length - 120, good.length - 6, good.length - 1}) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThatThrownBy(() -> open(EnrolmentMode.SIGN_IN))
                    .as(length + " bytes")
                    .isInstanceOf(ProviderException.class)
                    .hasMessageContaining(length < 120 ? "it does not begin with" : "something is missing");
            assertThat(factors.of(ALICE)).isPresent();
            assertThatThrownBy(() -> factors.enrol(ALICE, key, code(0), "")).isInstanceOf(IOException.class);
        }
        Files.delete(file);
        assertThatThrownBy(() -> open(EnrolmentMode.SIGN_IN))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("totp.lock says that it was made", "restore it from a backup");
        assertThat(file).doesNotExist();
        assertThatThrownBy(() -> factors.check(ALICE, code(0))).isInstanceOf(IOException.class);

        Files.write(file, good);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(open(EnrolmentMode.SIGN_IN).check(ALICE, code(0))).isEqualTo(new Accepted(false, 10));
        Files.delete(file);
        Files.delete(folder.resolve("totp.lock"));
        assertThat(open(EnrolmentMode.SIGN_IN).of(ALICE)).as("begun anew").isEmpty();
    }

    /** A crash between the lock and the file. */
    @Test
    void aLockThatNobodyWroteIntoIsNoLoss() throws Exception {
        Path other = folder.resolve("other");
        Files.createFile(folder.resolve("other.lock"));
        TotpFile made = TotpFile.open(other, clock());
        assertThat(made.records()).isEqualTo(TotpRecords.NONE);
        assertThat(made.isNew()).isTrue();
        assertThat(TotpFile.open(other, clock()).isNew()).isFalse();
        Files.delete(other);
        assertThatThrownBy(() -> TotpFile.open(other, clock())).hasMessageContaining("says that it was made");
    }

    @Test
    void anotherSpellingOfAUserWithCodesSetsUpNothingWithoutATicket() throws Exception {
        for (String spelling : List.of("Alic\u00e9", "\uff41\uff4c\uff49\uff43\uff45", "ali ce")) {
            Identity other = Identity.local("local", "basic", spelling, Set.of("staff"), Set.of());
            assertThat(factors.needsTicket(other)).as(spelling).isTrue();
            TotpKey fresh = factors.newKey();
            String first = fresh.code(TotpKey.step(now));
            assertThat(factors.enrol(other, fresh, first, ""))
                    .isEqualTo(new SecondFactors.Enrolment.Refused(
                            "an account with a similar name has one-time codes (expected a ticket)"));
            assertThat(factors.of(other)).isEmpty();
        }
        Identity another =
                Identity.local("local", "basic", "alice", Set.of(), Set.of()).withDomain(Optional.of("OTHER"));
        assertThat(factors.needsTicket(another)).isTrue();
        String ticket = SecondFactors.newTicket(
                TotpFile.open(file, clock()),
                named("OTHER\\alice"),
                Domains.NONE,
                now,
                Duration.ofHours(1),
                new SecureRandom());
        TotpKey fresh = factors.newKey();
        assertThat(factors.enrol(another, fresh, fresh.code(TotpKey.step(now)), ticket))
                .isInstanceOf(SecondFactors.Enrolment.Done.class);
        Identity bob = Identity.local("local", "basic", "bob", Set.of(), Set.of());
        assertThat(factors.needsTicket(bob)).isFalse();
        assertThat(factors.enrol(bob, fresh, fresh.code(TotpKey.step(now)), ""))
                .isInstanceOf(SecondFactors.Enrolment.Done.class);
    }

    @Test
    void whatOthersDoToTheFileIsFoundOnceAndWhatIsDoneHereIsNot() throws Exception {
        TotpFile ofCommand = TotpFile.open(file, clock());
        assertThat(factors.changesOfOthers()).isEmpty();
        ticket(ofCommand, "bob");
        assertThat(changes()).containsExactly("TICKET_MADE \\bob");
        assertThat(changes()).isEmpty();

        byte[] before = Files.readAllBytes(file);
        assertThat(factors.check(ALICE, code(0))).isEqualTo(new Accepted(false, 10));
        assertThat(changes()).as("a code that was used here").isEmpty();
        Files.write(file, before);
        assertThat(changes()).as("an older copy").containsExactly("REPLACED \\alice");

        assertThat(SecondFactors.reset(ofCommand, named("alice"), Domains.NONE)).hasSize(1);
        assertThat(SecondFactors.reset(ofCommand, named("bob"), Domains.NONE)).hasSize(1);
        assertThat(factors.check(ALICE, code(1))).isEqualTo(new NotEnrolled());
        assertThat(changes()).as("although a request looked first").containsExactly("REMOVED \\alice", "REMOVED \\bob");
        assertThat(factors.enrol(ALICE, key, code(0), "")).isEqualTo(new SecondFactors.Enrolment.Done());
        assertThat(changes()).isEmpty();
    }

    private List<String> changes() throws IOException {
        return factors.changesOfOthers().stream()
                .map(change -> change.kind() + " " + change.account())
                .toList();
    }

    @Test
    void aTicketEndsUnderEverySpelling() throws Exception {
        TotpFile totp = TotpFile.open(file, clock());
        SecondFactors ofCorp =
                new SecondFactors(totp, settings(EnrolmentMode.TICKET), DOMAINS, clock(), new SecureRandom());
        Identity dora =
                Identity.local("local", "basic", "dora", Set.of(), Set.of()).withDomain(Optional.of("CORP"));
        for (List<String> spellings : List.of(
                List.of("dora", "CORP\\dora"), List.of("corp\\dora", "dora"), List.of("dora@corp.example", "Dora"))) {
            String first = ticket(totp, spellings.getFirst());
            assertThat(ofCorp.isTicket(dora, first)).as(spellings + "").isTrue();
            assertThat(ofCorp.reset(named(spellings.getLast(), DOMAINS)))
                    .as(spellings + "")
                    .isNotEmpty();
            assertThat(ofCorp.isTicket(dora, first)).as(spellings + "").isFalse();

            String second = ticket(totp, spellings.getFirst());
            String third = ticket(totp, spellings.getLast());
            assertThat(ofCorp.isTicket(dora, second))
                    .as("replaced " + spellings)
                    .isFalse();
            assertThat(ofCorp.isTicket(dora, third)).isTrue();
            assertThat(totp.records().tickets()).hasSize(1);
        }
        String ofAnother = ticket(totp, "OTHER\\dora");
        assertThat(ofCorp.reset(named("CORP\\dora", DOMAINS))).hasSize(1);
        assertThat(totp.records().tickets())
                .as("of another user: " + ofAnother.length())
                .hasSize(1);
    }

    private String ticket(TotpFile totp, String name) throws IOException {
        return SecondFactors.newTicket(
                totp, named(name, DOMAINS), DOMAINS, now, Duration.ofHours(1), new SecureRandom());
    }
}
