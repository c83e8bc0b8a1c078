package io.gatehouse.provider.ntlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.netlogon.NetlogonValidator;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmValidator;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.provider.Attempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gateway that has not joined, and a domain controller: Samba's. */
@Timeout(120)
class NetlogonDomainTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    private static Optional<AuthProvider> provider = Optional.empty();

    @BeforeAll
    static void open() throws Exception {
        provider = Optional.of(NetlogonSetup.of(SHARED.domain()).open());
    }

    @AfterAll
    static void close() {
        provider.ifPresent(AuthProvider::close);
    }

    private static AuthProvider provider() {
        return provider.orElseThrow();
    }

    private static Outcome signIn(String user, String domain, String password) {
        return NetlogonSetup.signIn(provider(), user, domain, password);
    }

    private static Identity accepted(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) outcome).identity();
    }

    private static Outcome.Rejected rejected(String detail, Reason reason) {
        return new Outcome.Rejected(reason, SHARED.domain().host() + ": " + detail);
    }

    @Test
    void userIsWhoTheControllerSays() {
        SambaDomain domain = SHARED.domain();

        Identity alice = accepted(NetlogonSetup.signIn(provider(), SambaDomain.ALICE));

        assertThat(alice)
                .isEqualTo(new Identity(
                                "ntlm",
                                "ntlm",
                                "alice",
                                Optional.of("ADTEST"),
                                Optional.of("alice@ad.test"),
                                Set.of(),
                                Set.of(domain.sid("alice"), domain.sid("RDP Users"), domain.sid("Domain Users")),
                                Set.of(Proof.MESSAGE_INTEGRITY))
                        .withGroupsAsInRules(Set.of("RDP Users", "Domain Users")));
    }

    @ParameterizedTest
    @CsvSource({
        "alice, ADTEST",
        "ALICE, adtest",
        "Alice, ad.test",
        "alice, AD.TEST",
        "alice, ''",
        "alice@ad.test, ''",
        "Alice@AD.TEST, ''"
    })
    void everySpellingThatTheControllerTakesIsAlice(String user, String domain) {
        Identity alice = accepted(signIn(user, domain, SambaDomain.ALICE.password()));

        assertThat(alice.displayName()).isEqualTo("ADTEST\\alice");
    }

    @Test
    void groupsOfGroupsCount() {
        Identity bob = accepted(NetlogonSetup.signIn(provider(), SambaDomain.BOB));

        assertThat(bob.groups()).containsExactlyInAnyOrder("Team", "RDP Admins", "Domain Users");
        assertThat(bob.sids())
                .contains(SHARED.domain().sid("Team"), SHARED.domain().sid("RDP Admins"));
    }

    @Test
    void lettersOutsideAsciiSurvive() {
        Identity identity = accepted(NetlogonSetup.signIn(provider(), SambaDomain.UMLAUT));

        assertThat(identity.user()).isEqualTo("ümläut");
        assertThat(identity.upn()).isEqualTo(Optional.of("ümläut@ad.test"));
        assertThat(signIn("ÜMLÄUT", "ADTEST", SambaDomain.UMLAUT.password())).isInstanceOf(Outcome.Accepted.class);
    }

    /** The controller's answer comes in several fragments, and the names in many answers. */
    @Test
    void aThousandGroupsAreAllThere() {
        Identity crowd = accepted(NetlogonSetup.signIn(provider(), SambaDomain.CROWD));

        assertThat(crowd.sids()).hasSize(SambaDomain.CROWD_GROUPS + 2);
        assertThat(crowd.groups()).hasSize(SambaDomain.CROWD_GROUPS + 1).contains("Crowd 0000", "Crowd 0999");
    }

    @Test
    void refusalsHaveTheirReasons() {
        assertThat(signIn("alice", "ADTEST", "wrong"))
                .isEqualTo(rejected("wrong password (0xc000006a)", Reason.BAD_CREDENTIALS));
        assertThat(signIn("alice", "ADTEST", ""))
                .isEqualTo(rejected("wrong password (0xc000006a)", Reason.BAD_CREDENTIALS));
        assertThat(signIn("nobody", "ADTEST", "any"))
                .isEqualTo(rejected("no such user (0xc0000064)", Reason.NOT_KNOWN));
        assertThat(signIn("nobody@ad.test", "", "any"))
                .isEqualTo(rejected("no such user (0xc0000064)", Reason.NOT_KNOWN));
        assertThat(NetlogonSetup.signIn(provider(), SambaDomain.DISABLED))
                .isEqualTo(rejected("the account is disabled (0xc0000072)", Reason.LOCKED));
        assertThat(NetlogonSetup.signIn(provider(), SambaDomain.EXPIRED))
                .isEqualTo(rejected("the account has expired (0xc0000193)", Reason.LOCKED));
        assertThat(NetlogonSetup.signIn(provider(), SambaDomain.MUST_CHANGE))
                .isEqualTo(rejected("the password must be changed first (0xc0000224)", Reason.EXPIRED));
    }

    @Test
    void domainThatTheControllerDoesNotKnowIsNoDomain() {
        assertThat(signIn("alice", "NOWHERE", SambaDomain.ALICE.password()))
                .isEqualTo(rejected("no such user (0xc0000064), with a domain that is not ADTEST", Reason.NOT_KNOWN));
        assertThat(signIn("alice@elsewhere.test", "", SambaDomain.ALICE.password()))
                .isEqualTo(rejected("no such user (0xc0000064), with a domain that is not ADTEST", Reason.NOT_KNOWN));
    }

    @Test
    void gatewayItselfIsNoDomain() {
        assertThat(signIn("alice", "GW1", SambaDomain.ALICE.password()))
                .isEqualTo(rejected(
                        "no such user (0xc0000064), with the gateway for a domain (expected ADTEST\\user or user@ad.test)",
                        Reason.NOT_KNOWN));
    }

    @Test
    void machinesAndGuestsDoNotSignIn() {
        assertThat(NetlogonSetup.signIn(provider(), SambaDomain.MACHINE_2))
                .isEqualTo(rejected("a machine account, which may not sign in (0xc0000199)", Reason.LOCKED));
        assertThat(NetlogonSetup.signIn(provider(), SambaDomain.MACHINE))
                .isEqualTo(rejected("a machine account, which may not sign in (0xc0000199)", Reason.LOCKED));
        assertThat(signIn("Guest", "ADTEST", "")).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void oneWrongPasswordIsCountedOnce() {
        SambaDomain domain = SHARED.domain();
        accepted(NetlogonSetup.signIn(provider(), SambaDomain.LOCKABLE));
        assertThat(domain.badPasswordCount(SambaDomain.LOCKABLE)).isZero();

        signIn(SambaDomain.LOCKABLE.name(), "ADTEST", "wrong");
        assertThat(domain.badPasswordCount(SambaDomain.LOCKABLE)).isOne();
        signIn(SambaDomain.LOCKABLE.name(), "ADTEST", "wrong");
        assertThat(domain.badPasswordCount(SambaDomain.LOCKABLE)).isEqualTo(2);

        domain.setLockoutThreshold(3);
        try {
            signIn(SambaDomain.LOCKABLE.name(), "ADTEST", "wrong");
            assertThat(NetlogonSetup.signIn(provider(), SambaDomain.LOCKABLE))
                    .isEqualTo(rejected(
                            "the account is locked out after too many wrong passwords (0xc0000234)", Reason.LOCKED));
        } finally {
            domain.setLockoutThreshold(999);
            domain.unlock(SambaDomain.LOCKABLE);
        }
        accepted(NetlogonSetup.signIn(provider(), SambaDomain.LOCKABLE));
    }

    @Test
    void passwordThatWasJustChangedIsTheNewOne() {
        SambaDomain domain = SHARED.domain();
        TestAccount account = SambaDomain.LOCKABLE;
        accepted(NetlogonSetup.signIn(provider(), account));
        NetlogonPasswords.set(domain, account, "An0ther.Passw0rd");
        try {
            accepted(signIn(account.name(), "ADTEST", "An0ther.Passw0rd"));
        } finally {
            NetlogonPasswords.set(domain, account, account.password());
        }
        accepted(NetlogonSetup.signIn(provider(), account));
    }

    @Test
    void keytabOfTheMachineAccountWillDo() throws Exception {
        try (AuthProvider keytab = NetlogonSetup.of(SHARED.domain())
                .withKeytab(SHARED.domain().machineKeytab())
                .open()) {
            accepted(NetlogonSetup.signIn(keytab, SambaDomain.ALICE));
        }
    }

    @Test
    void keytabOfAServiceIsAnError() {
        assertThatThrownBy(() -> NetlogonSetup.of(SHARED.domain())
                        .withKeytab(SHARED.domain().serviceKeytab())
                        .open())
                .isInstanceOf(ProviderException.class)
                .hasMessage("the keytab has no key of GW1$@AD.TEST (expected one of the machine account)");
    }

    @Test
    void wrongMachinePasswordIsSaid() throws Exception {
        try (AuthProvider wrong = NetlogonSetup.of(SHARED.domain())
                .withMachine("GW1", "not the password")
                .within(Duration.ofSeconds(2), Duration.ofSeconds(2))
                .open()) {
            assertThat(NetlogonSetup.signIn(wrong, SambaDomain.ALICE))
                    .isEqualTo(new Outcome.Rejected(
                            Reason.UNAVAILABLE,
                            "no domain controller can be asked: "
                                    + SHARED.domain().host()
                                    + ": GW1$: the secure channel of the machine account was refused: is its password"
                                    + " right? is it shared with winbindd or another gateway? (0xc0000022)"));
        }
        accepted(NetlogonSetup.signIn(provider(), SambaDomain.ALICE));
    }

    @Test
    void missingMachineAccountIsSaid() throws Exception {
        try (AuthProvider missing = NetlogonSetup.of(SHARED.domain())
                .withMachine("GW9", "any")
                .within(Duration.ofSeconds(2), Duration.ofSeconds(2))
                .open()) {
            assertThat(NetlogonSetup.signIn(missing, SambaDomain.ALICE).toString())
                    .contains("GW9$: the controller knows no such machine account, or it is disabled");
        }
    }

    @Test
    void wrongNameOfTheDomainIsSaid() throws Exception {
        try (AuthProvider wrong = NetlogonSetup.of(SHARED.domain())
                .withDomain("WRONG")
                .within(Duration.ofSeconds(2), Duration.ofSeconds(2))
                .open()) {
            assertThat(NetlogonSetup.signIn(wrong, SambaDomain.ALICE).toString())
                    .contains("is WRONG the NetBIOS name of the domain?");
        }
    }

    /** The reason why the names in the challenge come from the validator. */
    @Test
    void responseThatWasMadeForAnotherComputerIsRefused() throws Exception {
        NetlogonSetup setup = NetlogonSetup.of(SHARED.domain());
        try (NetlogonValidator validator = NetlogonValidator.create(
                setup.config().netlogon().orElseThrow(), setup.context(), MonotonicClock.system())) {
            NtlmMechanism mechanism = new NtlmMechanism(
                    new UnderAnotherName(validator),
                    ChannelBindingPolicy.WHEN_OFFERED,
                    MicPolicy.WHEN_ANNOUNCED,
                    setup.context());
            Outcome outcome = Attempt.play(
                            mechanism.open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION),
                            new NtlmTestClient("alice", "ADTEST", SambaDomain.ALICE.password()))
                    .outcome();

            assertThat(outcome.toString()).contains("a response that was made for another computer");
        }
    }

    private record UnderAnotherName(NtlmValidator validator) implements NtlmValidator {
        @Override
        public TargetNames names() {
            return new TargetNames("OTHER", "ADTEST", "other.ad.test", "ad.test", true);
        }

        @Override
        public String account(String user, String domain) {
            return validator.account(user, domain);
        }

        @Override
        public NtlmLogon validate(NtlmResponse response) {
            return validator.validate(response);
        }
    }

    @Test
    void deadControllerInFrontCostsTheFirstSignInAMomentOnly() throws Exception {
        try (AuthProvider two = NetlogonSetup.of(SHARED.domain())
                .withControllers("127.255.255.254", SHARED.domain().host())
                .open()) {
            accepted(NetlogonSetup.signIn(two, SambaDomain.ALICE));
            accepted(NetlogonSetup.signIn(two, SambaDomain.BOB));
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "4"})
    void fortySignInsOfEightAtOnceDoNotMix(int connections) throws Exception {
        try (AuthProvider busy =
                NetlogonSetup.of(SHARED.domain()).withConnections(connections).open()) {
            List<TestAccount> accounts =
                    List.of(SambaDomain.ALICE, SambaDomain.BOB, SambaDomain.UMLAUT, SambaDomain.SERVICE);
            List<Callable<Outcome>> signIns = new ArrayList<>();
            for (int count = 0; count < 40; count++) {
                TestAccount account = accounts.get(count % accounts.size());
                boolean right = count % 8 < 4;
                signIns.add(() -> NetlogonSetup.signIn(
                        busy, account.name(), "ADTEST", right ? account.password() : account.password() + "!"));
            }
            List<Future<Outcome>> outcomes;
            try (ExecutorService eight =
                    Executors.newFixedThreadPool(8, Thread.ofVirtual().factory())) {
                outcomes = eight.invokeAll(signIns);
            }
            for (int count = 0; count < 40; count++) {
                Outcome outcome = outcomes.get(count).get();
                if (count % 8 < 4) {
                    assertThat(accepted(outcome).user())
                            .isEqualTo(accounts.get(count % accounts.size()).name());
                } else {
                    assertThat(outcome).isEqualTo(rejected("wrong password (0xc000006a)", Reason.BAD_CREDENTIALS));
                }
            }
        }
    }
}
