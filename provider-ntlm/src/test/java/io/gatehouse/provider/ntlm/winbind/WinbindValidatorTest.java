package io.gatehouse.provider.ntlm.winbind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import io.gatehouse.provider.ntlm.validation.ValidatorUnavailableException;
import io.gatehouse.testkit.process.Wait;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a domain and its winbindd could say, but Samba's do not in an ordinary test. */
@Timeout(120)
class WinbindValidatorTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String PASSWORD = "Passw0rd!";
    private static final String ALICE = FakeSamba.DOMAIN_SID + "-1103";

    @TempDir
    private Path folder;

    private final Map<String, LongSupplier> metrics = new HashMap<>();
    private final List<WinbindValidator> validators = new ArrayList<>();
    private Domains domains = Domains.NONE;
    private FakeSamba samba;

    private final class Recorder implements Metrics {
        @Override
        public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
            metrics.put(name + labels, value);
        }

        @Override
        public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {
            metrics.put(name + labels, value);
        }
    }

    @BeforeEach
    void makeSamba() {
        samba = new FakeSamba(folder).account("alice", PASSWORD, 1103, "RDP Users", "Team");
    }

    @AfterEach
    void close() {
        validators.forEach(WinbindValidator::close);
    }

    private WinbindValidator validator(WinbindConfig config) throws ProviderException {
        WinbindValidator validator = WinbindValidator.open(
                "ntlm",
                config,
                new ProviderContext(
                        Clock.systemUTC(),
                        new SecureRandom(),
                        "gw.example.com",
                        domains,
                        ServiceLocator.NONE,
                        new Recorder()),
                MonotonicClock.system());
        validators.add(validator);
        return validator;
    }

    private WinbindValidator validator() throws ProviderException {
        return validator(samba.config(2, TIMEOUT));
    }

    private static NtlmLogon logon(WinbindValidator validator, String user, String domain) {
        return validator.validate(Responses.of(user, domain, PASSWORD).response());
    }

    private static Identity identity(NtlmLogon logon) {
        assertThat(logon).isInstanceOf(NtlmLogon.Confirmed.class);
        return ((NtlmLogon.Confirmed) logon).identity();
    }

    private long metric(String name) {
        return metrics.getOrDefault(name, () -> -1).getAsLong();
    }

    private static void assertRefused(NtlmLogon logon, Reason reason, String detail) {
        assertThat(logon).isInstanceOfSatisfying(NtlmLogon.Refused.class, refused -> {
            assertThat(refused.detail()).contains(detail);
            assertThat(refused.reason()).isEqualTo(reason);
        });
    }

    @ParameterizedTest
    @CsvSource({"alice, ADTEST", "ALICE, adtest", "alice, ad.test", "Alice, ''", "alice@ad.test, ''"})
    void theIdentityIsWhatWinbindSays(String user, String domain) throws Exception {
        samba.alias("alice@ad.test", "alice")
                .wbinfo("--name-to-sid=adtest\\ALICE", ALICE + " SID_USER (1)\n")
                .wbinfo("--name-to-sid=ADTEST\\Alice", ALICE + " SID_USER (1)\n");
        Responses response = Responses.of(user, domain, PASSWORD);

        assertThat(validator().validate(response.response()))
                .isEqualTo(new NtlmLogon.Confirmed(
                        new Identity(
                                        "ntlm",
                                        "ntlm",
                                        "alice",
                                        Optional.of("ADTEST"),
                                        Optional.empty(),
                                        Set.of(),
                                        Set.of(ALICE, FakeSamba.DOMAIN_SID + "-2000", FakeSamba.DOMAIN_SID + "-2001"),
                                        Set.of())
                                .withGroupsAsInRules(Set.of("RDP Users", "Team")),
                        response.sessionKey()));
    }

    @Test
    void namesAreThoseOfTheMachineInItsDomain() throws Exception {
        assertThat(validator().names()).isEqualTo(new TargetNames("GWMEM", "ADTEST", "gwmem.ad.test", "ad.test", true));
    }

    @Test
    void theDomainHasTheNameOfTheConfiguration() throws Exception {
        domains = new Domains(List.of(
                new Domain("CORP", Optional.of("AD.TEST"), List.of("ADTEST"), List.of(), List.of()),
                new Domain("PARTNER", Optional.empty(), List.of("OTHER"), List.of(), List.of())));
        String foreign = "S-1-5-21-7-8-9-600";
        samba.wbinfo("--user-domgroups=" + ALICE, ALICE + "\n" + foreign + "\n")
                .wbinfo("--lookup-sids=" + foreign, foreign + " -> <none>\\Admins 2\n")
                .wbinfo("--sid-to-name=" + foreign, "OTHER\\Admins 2\n");
        Identity identity = identity(logon(validator(), "alice", "ADTEST"));

        assertThat(identity.domain()).contains("CORP");
        assertThat(identity.groups()).containsExactly("PARTNER\\Admins");
    }

    @ParameterizedTest
    @CsvSource({
        "alice, ADTEST, adtest\\alice",
        "ALICE, ad.test, adtest\\alice",
        "Alice, '', adtest\\alice",
        "alice@AD.TEST, '', adtest\\alice",
        "alice@other.example, '', alice@other.example",
        "alice, OTHER, other\\alice"
    })
    void allSpellingsOfAnAccountAreOneClaim(String user, String domain, String account) throws Exception {
        assertThat(validator().account(user, domain)).isEqualTo(account);
    }

    @Test
    void wrongPasswordsAndUnknownUsersAreGuesses() throws Exception {
        WinbindValidator validator = validator();
        assertRefused(
                validator.validate(Responses.of("alice", "ADTEST", "wrong").response()),
                Reason.BAD_CREDENTIALS,
                "wrong password");
        assertRefused(logon(validator, "nobody", "ADTEST"), Reason.NOT_KNOWN, "no such account");
        assertRefused(logon(validator, "a\\b", "ADTEST"), Reason.NOT_KNOWN, "a name that no account can have");
        assertRefused(logon(validator, " ", "ADTEST"), Reason.NOT_KNOWN, "a name that no account can have");
        assertRefused(
                validator.validate(
                        Responses.of("alice", "ADTEST", PASSWORD, "OTHERPC").response()),
                Reason.BAD_CREDENTIALS,
                "the computer name GWMEM in the challenge is not that of the machine account");
        assertThat(metric("gatehouse_winbind_logons_total{result=bad-credentials}"))
                .isEqualTo(2);
        assertThat(metric("gatehouse_winbind_logons_total{result=not-known}")).isEqualTo(3);
        assertThat(metric("gatehouse_winbind_helpers{}")).isOne();
        assertThat(metric("gatehouse_winbind_helpers_lost_total{}")).isZero();
        assertThat(metric("gatehouse_winbind_waiting{}")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"''", "00000000000000000000000000000000"})
    void aYesWithoutSessionKeyIsNoYes(String key) throws Exception {
        samba.with("alice", "\"sessionKey\": \"" + key + "\"");
        assertRefused(logon(validator(), "alice", "ADTEST"), Reason.REFUSED, "no session key");
    }

    /** Somebody else's principal name could begin with an account's name. */
    @Test
    void whoeverIsValidatedMustBeWhomWinbindNames() throws Exception {
        samba.account("mallory", PASSWORD, 1666)
                .alias("alice@ad.test", "mallory"); // to the domain controller; to wbinfo it is alice
        assertRefused(
                logon(validator(), "alice@ad.test", ""),
                Reason.REFUSED,
                "one account to the domain controller and another to winbind");
    }

    @Test
    void principalNamesOfOtherSuffixesMeanWhatTheDomainControllerSays() throws Exception {
        samba.alias("a.liddell@corp.example", "alice")
                .wbinfo("--name-to-sid=ADTEST\\a.liddell@corp.example", ALICE + " SID_USER (1)\n");
        assertThat(identity(logon(validator(), "a.liddell@corp.example", "")).displayName())
                .isEqualTo("ADTEST\\alice");
        assertThat(samba.questions()).contains("[\"--name-to-sid=a.liddell@corp.example\"]");
    }

    @Test
    void whomWinbindDoesNotKnowIsRefused() throws Exception {
        samba.alias("ghost", "alice");
        assertRefused(logon(validator(), "ghost", "ADTEST"), Reason.REFUSED, "this is no user of a domain");
    }

    @Test
    void guestsAndAccountsOfTheComputerAreRefused() throws Exception {
        samba.account("guest", PASSWORD, 501)
                .account("local", PASSWORD, 1700)
                .wbinfo("--sid-to-name=" + FakeSamba.DOMAIN_SID + "-1700", "GWMEM\\local 1\n")
                .account("group", PASSWORD, 1800)
                .wbinfo("--name-to-sid=ADTEST\\group", FakeSamba.DOMAIN_SID + "-1800 SID_DOM_GROUP (2)\n");
        WinbindValidator validator = validator();
        assertRefused(logon(validator, "guest", "ADTEST"), Reason.REFUSED, "the guest");
        assertRefused(logon(validator, "local", "ADTEST"), Reason.REFUSED, "an account of this computer");
        assertRefused(logon(validator, "group", "ADTEST"), Reason.REFUSED, "the name is that of no user");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--user-domgroups=S-1-5-21-1-2-3-1103 | !WBC_ERR_DOMAIN_NOT_FOUND",
                "--user-domgroups=S-1-5-21-1-2-3-1103 | !something else",
                "--user-domgroups=S-1-5-21-1-2-3-1103 | S-1-5-21-1-2-3-2000",
                "--lookup-sids=S-1-5-21-1-2-3-2000,S-1-5-21-1-2-3-2001 | !WBC_ERR_DOMAIN_NOT_FOUND",
                "--lookup-sids=S-1-5-21-1-2-3-2000,S-1-5-21-1-2-3-2001 | garbage",
                "--name-to-sid=ADTEST\\alice | !WBC_ERR_WINBIND_NOT_AVAILABLE",
                "--sid-to-name=S-1-5-21-1-2-3-1103 | ADTEST\\alice"
            })
    void whoseGroupsCannotBeFoundIsNotLetIn(String question, String answer) throws Exception {
        samba.wbinfo(question, answer);
        assertRefused(logon(validator(), "alice", "ADTEST"), Reason.UNAVAILABLE, "name and groups cannot be found");
    }

    @Test
    void groupsOfAnUnreachableDomainAreKnownBySidOnly() throws Exception {
        String foreign = "S-1-5-21-7-8-9-600";
        String groups = FakeSamba.DOMAIN_SID + "-2000," + FakeSamba.DOMAIN_SID + "-2001";
        samba.wbinfo("--user-domgroups=" + ALICE, ALICE + "\n" + groups.replace(',', '\n') + "\n" + foreign + "\n");
        Identity identity = identity(logon(validator(), "alice", "ADTEST"));
        assertThat(identity.groups()).containsExactlyInAnyOrder("RDP Users", "Team");
        assertThat(identity.sids()).contains(foreign);
    }

    @Test
    void accountsAreRememberedForAWhile() throws Exception {
        WinbindValidator validator = validator();
        identity(logon(validator, "alice", "ADTEST"));
        int questions = samba.questions().size();
        identity(logon(validator, "ALICE", "adtest"));
        assertThat(samba.questions()).hasSize(questions);
    }

    @Test
    void aSlowWinbinddCostsTheTimeoutInAll() throws Exception {
        samba.wbinfo("--name-to-sid=ADTEST\\alice", "hangs");
        WinbindValidator validator = validator(samba.config(1, Duration.ofMillis(2500)));
        long start = System.nanoTime();
        assertRefused(logon(validator, "alice", "ADTEST"), Reason.UNAVAILABLE, "did not answer within 2500 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "!WBC_ERR_WINBIND_NOT_AVAILABLE | winbindd does not answer",
                "Ping to winbindd succeeded | add the gateway's user to the group winbindd_priv"
            })
    void noReplySaysWhatToMend(String ping, String detail) throws Exception {
        samba.with("alice", "\"error\": \"Reading winbind reply failed!\"").wbinfo("--ping", ping + "\n");
        assertRefused(logon(validator(), "alice", "ADTEST"), Reason.UNAVAILABLE, detail);
    }

    @Test
    void theGatewayStartsBeforeWinbindd() throws Exception {
        samba.wbinfo("--own-domain", "!WBC_ERR_WINBIND_NOT_AVAILABLE");
        WinbindValidator validator = validator();
        assertThatThrownBy(validator::names)
                .isInstanceOf(ValidatorUnavailableException.class)
                .hasMessageContaining("WBC_ERR_WINBIND_NOT_AVAILABLE");
        assertThat(validator.account("Alice", "")).isEqualTo("alice");

        samba.wbinfo("--own-domain", "ADTEST\n");
        assertThat(Wait.until(TIMEOUT, () -> namesAreKnown(validator))).isTrue();
        assertThat(identity(logon(validator, "alice", "ADTEST")).user()).isEqualTo("alice");
    }

    private static boolean namesAreKnown(WinbindValidator validator) {
        try {
            return validator.names().computer().equals("GWMEM");
        } catch (ValidatorUnavailableException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"OTHER, is in the domain", "GWMEM, is in the domain"})
    void machinesMustBeInOneDomain(String domain, String why) throws Exception {
        samba.wbinfo("--own-domain", domain + "\n")
                .wbinfo("--domain-info=" + domain, "Name : " + domain + "\nAlt_Name : \nSID : S-1-5-21-4-5-6\n");
        assertThatThrownBy(validator()::names).hasMessageContaining(why);
    }

    @Test
    void whatCanNeverWorkIsAnError() {
        WinbindConfig good = samba.config(1, TIMEOUT);
        assertError(
                new WinbindConfig(List.of("/nowhere/ntlm_auth"), good.wbinfo(), 1, TIMEOUT, TIMEOUT),
                "ntlm-auth \"/nowhere/ntlm_auth\" is no program here");
        assertError(
                new WinbindConfig(good.ntlmAuth(), List.of("no-such-wbinfo"), 1, TIMEOUT, TIMEOUT),
                "wbinfo \"no-such-wbinfo\" is no program here");
        assertError(new WinbindConfig(good.ntlmAuth(), List.of(), 1, TIMEOUT, TIMEOUT), "wbinfo is empty");
        assertError(samba.config(0, TIMEOUT), "processes 0 (expected 1 to 64)");
        assertError(samba.config(1, Duration.ofHours(1)), "timeout 3600 s (expected 100 ms to 60 s)");
        assertError(
                new WinbindConfig(good.ntlmAuth(), good.wbinfo(), 1, TIMEOUT, Duration.ofDays(1)),
                "cache 86400 s (expected 0 s to 3600 s)");
    }

    private void assertError(WinbindConfig config, String message) {
        assertThatThrownBy(() -> validator(config))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(message);
    }
}
