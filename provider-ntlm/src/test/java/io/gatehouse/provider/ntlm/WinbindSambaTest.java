package io.gatehouse.provider.ntlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.winbind.WinbindConfig;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SambaMember;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.provider.Attempt;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.SignInServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A machine that has joined a domain, both of them Samba's. */
@Timeout(180)
class WinbindSambaTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int NOBODY = 65534;
    private static final int GROUP = 54321;

    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    private static Optional<SambaMember> joined = Optional.empty();

    private final List<AuthProvider> providers = new ArrayList<>();

    @BeforeAll
    static void join() {
        SambaMember.assume();
        joined = Optional.of(SambaMember.join(SHARED.folder(), SHARED.domain()));
    }

    @AfterAll
    static void leave() {
        joined.ifPresent(SambaMember::close);
    }

    @AfterEach
    void close() {
        providers.forEach(AuthProvider::close);
    }

    private static SambaMember member() {
        return joined.orElseThrow();
    }

    private NtlmMechanism mechanism(List<String> ntlmAuth, List<String> wbinfo, Duration timeout) throws Exception {
        NtlmConfig config = new NtlmConfig(
                ValidatorKind.WINBIND,
                Path.of("accounts"),
                ChannelBindingPolicy.WHEN_OFFERED,
                MicPolicy.WHEN_ANNOUNCED,
                Optional.empty(),
                Optional.empty(),
                new WinbindConfig(ntlmAuth, wbinfo, 4, timeout, Duration.ofMinutes(2)),
                Optional.empty());
        AuthProvider provider = new NtlmProviderFactory()
                .create(config, new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw.ad.test"));
        providers.add(provider);
        return (NtlmMechanism) provider.mechanisms().getFirst();
    }

    private NtlmMechanism mechanism(Duration timeout) throws Exception {
        return mechanism(
                List.of(member().ntlmAuthProgram().toString()),
                List.of(member().wbinfoProgram().toString()),
                timeout);
    }

    private NtlmMechanism mechanism() throws Exception {
        return mechanism(LONG);
    }

    private static Outcome play(NtlmMechanism mechanism, ClientDialogue client) {
        Conversation conversation = mechanism.open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION);
        return Attempt.play(conversation, client).outcome();
    }

    private static Outcome signIn(NtlmMechanism mechanism, TestAccount account) {
        return play(mechanism, new NtlmTestClient(account.name(), SambaDomain.NETBIOS_NAME, account.password()));
    }

    private static Outcome signIn(NtlmMechanism mechanism, String user, String domain, String password) {
        return play(mechanism, new NtlmTestClient(user, domain, password));
    }

    private static Identity identity(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) outcome).identity();
    }

    private static void assertRejected(Outcome outcome, Reason reason, String detail) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
            assertThat(rejected.detail()).contains(detail);
            assertThat(rejected.reason()).isEqualTo(reason);
        });
    }

    private static String sid(String name) {
        String output = Command.of(member().wbinfoProgram().toString(), "--name-to-sid=ADTEST\\" + name)
                .runOrThrow(SHARED.folder());
        return output.substring(0, output.indexOf(' '));
    }

    @ParameterizedTest
    @CsvSource({
        "alice, ADTEST",
        "ALICE, adtest",
        "Alice, ''",
        "alice, ad.test",
        "alice, AD.TEST",
        "alice@ad.test, ''",
        "Alice@AD.TEST, ''"
    })
    void theRightPasswordIsAcceptedUnderTheCanonicalName(String user, String domain) throws Exception {
        Identity identity = identity(signIn(mechanism(), user, domain, SambaDomain.ALICE.password()));

        assertThat(identity)
                .isEqualTo(new Identity(
                                "ntlm",
                                "ntlm",
                                "alice",
                                Optional.of("ADTEST"),
                                Optional.empty(),
                                Set.of(),
                                Set.of(sid("alice"), sid("Domain Users"), sid("RDP Users")),
                                Set.of(Proof.MESSAGE_INTEGRITY))
                        .withGroupsAsInRules(Set.of("Domain Users", "RDP Users")));
    }

    @Test
    void groupsAreThoseOfGroupsToo() throws Exception {
        Identity bob = identity(signIn(mechanism(), SambaDomain.BOB));
        assertThat(bob.groups()).containsExactlyInAnyOrder("Domain Users", "Team", "RDP Admins");
        assertThat(bob.sids())
                .containsExactlyInAnyOrder(sid("bob"), sid("Domain Users"), sid("Team"), sid("RDP Admins"));
    }

    @Test
    void whoIsInHundredsOfGroupsHasThemAll() throws Exception {
        Identity crowd = identity(signIn(mechanism(), SambaDomain.CROWD));
        assertThat(crowd.groups()).hasSizeGreaterThan(250).hasSize(crowd.sids().size() - 1);
    }

    @Test
    void aNewGroupCountsFromTheNextSignInOn() throws Exception {
        String group = "CN=Größe 9,CN=Users," + SambaDomain.BASE_DN;
        identity(signIn(mechanism(), SambaDomain.BOB));
        SHARED.domain().modify("""
                        dn: %s
                        changetype: add
                        objectClass: group
                        sAMAccountName: Größe 9
                        groupType: -2147483644
                        member: CN=RDP Admins,CN=Users,%s
                        """.formatted(group, SambaDomain.BASE_DN));
        try {
            assertThat(identity(signIn(mechanism(), SambaDomain.BOB)).groups()).contains("Größe 9");
        } finally {
            SHARED.domain().modify("dn: %s\nchangetype: delete\n".formatted(group));
        }
    }

    @ParameterizedTest
    @CsvSource({"ümläut, ADTEST", "ÜMLÄUT, ''", "ümläut@ad.test, ''"})
    void namesAndPasswordsMayBeOutsideAscii(String user, String domain) throws Exception {
        Identity umlaut = identity(signIn(mechanism(), user, domain, SambaDomain.UMLAUT.password()));
        assertThat(umlaut.displayName()).isEqualTo("ADTEST\\ümläut");
        assertThat(umlaut.sids()).contains(sid("ümläut"));
    }

    @Test
    void refusalsHaveTheirReasons() throws Exception {
        NtlmMechanism mechanism = mechanism();
        assertRejected(signIn(mechanism, "alice", "ADTEST", "wrong"), Reason.BAD_CREDENTIALS, "wrong password");
        assertRejected(signIn(mechanism, "nobody", "ADTEST", "any"), Reason.NOT_KNOWN, "no such account");
        assertRejected(
                signIn(mechanism, "alice", "OTHER", SambaDomain.ALICE.password()), Reason.NOT_KNOWN, "no such account");
        assertRejected(
                signIn(mechanism, "alice", SambaMember.NETBIOS_NAME, SambaDomain.ALICE.password()),
                Reason.NOT_KNOWN,
                "no such account");
        assertRejected(
                signIn(mechanism, "ADTEST\\alice", "", SambaDomain.ALICE.password()),
                Reason.NOT_KNOWN,
                "a name that no account can have");
        assertRejected(signIn(mechanism, SambaDomain.DISABLED), Reason.LOCKED, "disabled");
        assertRejected(signIn(mechanism, SambaDomain.EXPIRED), Reason.LOCKED, "the account has expired");
        assertRejected(signIn(mechanism, SambaDomain.MUST_CHANGE), Reason.EXPIRED, "must be changed");
        assertRejected(signIn(mechanism, "", "ADTEST", ""), Reason.REFUSED, "anonymous");
    }

    @Test
    void machinesAreNoUsers() throws Exception {
        assertRejected(signIn(mechanism(), SambaDomain.MACHINE), Reason.REFUSED, "a machine account");
    }

    @Test
    void nobodyIsAGuest() throws Exception {
        String guest = "CN=Guest,CN=Users," + SambaDomain.BASE_DN;
        byte[] password = "\"Gu3st.Passw0rd\"".getBytes(StandardCharsets.UTF_16LE);
        SHARED.domain().modify("""
                        dn: %s
                        changetype: modify
                        replace: unicodePwd
                        unicodePwd:: %s
                        -
                        replace: userAccountControl
                        userAccountControl: 66048
                        """.formatted(guest, Base64.getEncoder().encodeToString(password)));
        try {
            assertRejected(
                    signIn(mechanism(), "Guest", "ADTEST", "Gu3st.Passw0rd"), Reason.REFUSED, "that of the guest");
            assertRejected(signIn(mechanism(), "nobody", "ADTEST", ""), Reason.NOT_KNOWN, "no such account");
        } finally {
            SHARED.domain().modify("""
                            dn: %s
                            changetype: modify
                            replace: userAccountControl
                            userAccountControl: 66082
                            """.formatted(guest));
        }
    }

    @Test
    void withoutADomainControllerNobodyIsJudged() throws Exception {
        try (TestFolder folder = new TestFolder();
                SambaDomain domain = SambaDomain.start(folder);
                SambaMember member = SambaMember.join(folder, domain)) {
            NtlmMechanism mechanism = mechanism(
                    List.of(member.ntlmAuthProgram().toString()),
                    List.of(member.wbinfoProgram().toString()),
                    Duration.ofSeconds(8));
            identity(signIn(mechanism, SambaDomain.ALICE));
            domain.stop();
            assertThat(signIn(mechanism, SambaDomain.ALICE))
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.UNAVAILABLE));
        }
    }

    @Test
    void wrongPasswordsLockTheAccountAsEverywhereInTheDomain() throws Exception {
        TestAccount account = SambaDomain.LOCKABLE;
        NtlmMechanism mechanism = mechanism();
        SHARED.domain().setLockoutThreshold(2);
        try {
            signIn(mechanism, account.name(), "ADTEST", "wrong");
            signIn(mechanism, account.name(), "ADTEST", "wrong");
            assertRejected(signIn(mechanism, account), Reason.LOCKED, "too many wrong passwords");
        } finally {
            SHARED.domain().unlock(account);
            SHARED.domain().setLockoutThreshold(999);
        }
        assertThat(identity(signIn(mechanism, account)).user()).isEqualTo(account.name());
    }

    @Test
    void everyAnswerOfManyAtOnceIsRight() throws Exception {
        NtlmMechanism mechanism = mechanism();
        List<TestAccount> accounts =
                List.of(SambaDomain.ALICE, SambaDomain.BOB, SambaDomain.UMLAUT, SambaDomain.SERVICE);
        List<Future<Outcome>> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int count = 0; count < 40; count++) {
                TestAccount account = accounts.get(count / 2 % accounts.size());
                String password = count % 2 == 0 ? account.password() : "wrong";
                outcomes.add(threads.submit(() -> signIn(mechanism, account.name(), "ADTEST", password)));
            }
        }
        for (int count = 0; count < 40; count++) {
            if (count % 2 == 0) {
                assertThat(identity(outcomes.get(count).get()).user())
                        .isEqualTo(accounts.get(count / 2 % accounts.size()).name());
            } else {
                assertRejected(outcomes.get(count).get(), Reason.BAD_CREDENTIALS, "wrong password");
            }
        }
    }

    @Test
    void curlSignsIn() throws Exception {
        RequiredTools.assume("curl");
        try (SignInServer server = new SignInServer(mechanism())) {
            Command curl = Command.of(
                    "curl",
                    "--silent",
                    "--noproxy",
                    "*",
                    "--ntlm",
                    "--output",
                    "/dev/null",
                    "--write-out",
                    "%{http_code}");
            assertThat(run(curl, "--user", "ADTEST\\alice:" + SambaDomain.ALICE.password(), server.address()))
                    .isEqualTo("200");
            assertThat(run(curl, "--user", "ADTEST\\alice:wrong", server.address()))
                    .isEqualTo("401");
        }
    }

    private static String run(Command command, String... more) {
        List<String> arguments = new ArrayList<>(command.arguments());
        arguments.addAll(List.of(more));
        return Command.of(arguments.toArray(String[]::new)).runOrThrow(SHARED.folder());
    }

    @Test
    void winbinddMayEndAndComeBack() throws Exception {
        NtlmMechanism mechanism = mechanism();
        identity(signIn(mechanism, SambaDomain.ALICE));
        member().stop();
        try {
            assertRejected(signIn(mechanism, SambaDomain.ALICE), Reason.UNAVAILABLE, "winbindd does not answer");
        } finally {
            member().restart();
        }
        identity(signIn(mechanism, SambaDomain.ALICE));
        assertRejected(signIn(mechanism, "alice", "ADTEST", "wrong"), Reason.BAD_CREDENTIALS, "wrong password");
    }

    @Test
    void aGatewayMayStartBeforeWinbindd() throws Exception {
        NtlmMechanism mechanism;
        member().stop();
        try {
            mechanism = mechanism();
            assertRejected(
                    signIn(mechanism, SambaDomain.ALICE),
                    Reason.UNAVAILABLE,
                    "winbindd does not tell the names of machine and domain");
        } finally {
            member().restart();
        }
        assertThat(Wait.until(LONG, () -> signIn(mechanism, SambaDomain.ALICE) instanceof Outcome.Accepted))
                .isTrue();
    }

    @Test
    void aWinbinddThatHangsCostsTheTimeoutAndNoMore() throws Exception {
        NtlmMechanism mechanism = mechanism(Duration.ofSeconds(3));
        identity(signIn(mechanism, SambaDomain.ALICE));
        member().pause();
        try {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            long start = System.nanoTime();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int count = 0; count < 12; count++) {
                    outcomes.add(threads.submit(() -> signIn(mechanism, SambaDomain.ALICE)));
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            int asked = 0;
            for (Future<Outcome> outcome : outcomes) {
                boolean isAsked = outcome.get().toString().contains("did not answer within 3 s");
                assertRejected(
                        outcome.get(),
                        isAsked ? Reason.UNANSWERED : Reason.UNAVAILABLE,
                        isAsked ? "within 3 s" : "all 4 helpers were busy for 1500 ms");
                asked += isAsked ? 1 : 0;
            }
            assertThat(asked).as("winbindd was asked, others waited in vain").isEqualTo(4);
        } finally {
            member().resume();
        }
        identity(signIn(mechanism(), SambaDomain.ALICE));
    }

    /**
     * Debian's package gives the privileged pipe to the group winbindd_priv; here it is given to a group that nobody
     * has.
     */
    @Test
    void anOrdinaryUserNeedsTheGroupOfThePrivilegedPipe() throws Exception {
        RequiredTools.assume("setpriv");
        Path home = Optional.ofNullable(member().configuration().getParent()).orElseThrow();
        Path ntlmAuth = member().ntlmAuthProgram();
        Path wbinfo = member().wbinfoProgram();
        chmod("go+x", SHARED.folder().path());
        try {
            chmod("go+rx", ntlmAuth, wbinfo, home);
            chmod("go+r", member().configuration());
            for (String variable : List.of("NSS_WRAPPER_HOSTS", "KRB5_CONFIG")) {
                chmod("go+r", Path.of(member().environment().getOrDefault(variable, "")));
            }
            Command.of(
                            "chgrp",
                            String.valueOf(GROUP),
                            home.resolve("state/winbindd_privileged").toString())
                    .runOrThrow(SHARED.folder());

            assertRejected(
                    signIn(asNobody("--clear-groups", ntlmAuth, wbinfo), SambaDomain.ALICE),
                    Reason.UNAVAILABLE,
                    "add the gateway's user to the group winbindd_priv");
            NtlmMechanism member = asNobody("--groups=" + GROUP, ntlmAuth, wbinfo);
            assertThat(identity(signIn(member, SambaDomain.UMLAUT)).displayName())
                    .isEqualTo("ADTEST\\ümläut");
            assertRejected(signIn(member, "alice", "ADTEST", "wrong"), Reason.BAD_CREDENTIALS, "wrong password");
        } finally {
            chmod("go-x", SHARED.folder().path());
        }
    }

    private static void chmod(String mode, Path... files) {
        List<String> command = new ArrayList<>(List.of("chmod", mode));
        for (Path file : files) {
            command.add(file.toString());
        }
        Command.of(command.toArray(String[]::new)).runOrThrow(SHARED.folder());
    }

    private NtlmMechanism asNobody(String groups, Path ntlmAuth, Path wbinfo) throws Exception {
        List<String> user = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, groups);
        return mechanism(
                Stream.concat(user.stream(), Stream.of(ntlmAuth.toString())).toList(),
                Stream.concat(user.stream(), Stream.of(wbinfo.toString())).toList(),
                LONG);
    }
}
