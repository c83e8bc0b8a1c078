package io.gatehouse.provider.kerberos;

import static io.gatehouse.provider.kerberos.Fixtures.accepted;
import static io.gatehouse.provider.kerberos.Fixtures.assertRejected;
import static io.gatehouse.provider.kerberos.Fixtures.peer;
import static io.gatehouse.provider.kerberos.Fixtures.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.ldap.LdapConfig;
import io.gatehouse.ldap.SidNames;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SambaMember;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tickets of an Active Directory domain (Samba): the PAC says who the user is. */
class SambaKerberosTest {
    private static final String SERVICE = "HTTP/gw.ad.test@AD.TEST";

    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void assume() {
        MitInitiator.assume();
    }

    private static SambaDomain domain() {
        return SHARED.domain();
    }

    private static TokenMechanism mechanism() throws Exception {
        return Fixtures.mechanism(Fixtures.config(domain().serviceKeytab()), Clock.systemUTC());
    }

    private Outcome outcome(TokenMechanism mechanism, TestAccount account) {
        try (MitInitiator client = MitInitiator.start(folder, domain().client().kinit(account), SERVICE, "mutual")) {
            Outcome outcome = signIn(mechanism, client.token(), peer());
            if (outcome instanceof Outcome.Accepted accepted) {
                assertThat(client.take(accepted.farewell().orElseThrow())).isTrue();
            }
            return outcome;
        }
    }

    @Test
    void aDomainUserIsWhoThePacSays() throws Exception {
        Identity alice = accepted(outcome(mechanism(), SambaDomain.ALICE));

        assertThat(alice.user()).isEqualTo("alice");
        assertThat(alice.domain()).contains("ADTEST");
        assertThat(alice.displayName()).isEqualTo("ADTEST\\alice");
        assertThat(alice.upn()).contains("alice@ad.test");
        assertThat(alice.sids())
                .contains(domain().sid("alice"), domain().sid("RDP Users"), domain().sid("Domain Users"))
                .doesNotContain(domain().sid("RDP Admins"));
    }

    @Test
    void nestedGroupsAreAmongTheSids() throws Exception {
        assertThat(accepted(outcome(mechanism(), SambaDomain.BOB)).sids())
                .contains(domain().sid("bob"), domain().sid("Team"), domain().sid("RDP Admins"))
                .doesNotContain(domain().sid("RDP Users"));
    }

    @Test
    void theNameIsTheAccountsWhateverTheClientTyped() throws Exception {
        assertThat(accepted(outcome(mechanism(), new TestAccount("ALICE", SambaDomain.ALICE.password())))
                        .user())
                .isEqualTo("alice");
        assertThat(accepted(outcome(mechanism(), SambaDomain.UMLAUT)).user()).isEqualTo("ümläut");
    }

    @Test
    void aUserOfAThousandGroupsSignsIn() throws Exception {
        Identity crowd = accepted(outcome(mechanism(), SambaDomain.CROWD));
        assertThat(crowd.sids()).hasSizeGreaterThan(SambaDomain.CROWD_GROUPS);
    }

    @Test
    void groupsHaveTheNamesThatTheDirectoryKnowsAndTheUserIsNotAskedFor() throws Exception {
        Queue<Set<String>> asked = new ConcurrentLinkedQueue<>();
        SidNames names = sids -> {
            asked.add(sids);
            return new SidNames.Answer.Known(Map.of(domain().sid("RDP Users"), "RDP Users"));
        };
        AuthProvider provider = Fixtures.provider(
                Fixtures.config(domain().serviceKeytab()), Clock.systemUTC(), Domains.NONE, Optional.of(names));

        assertThat(accepted(outcome(Fixtures.mechanism(provider), SambaDomain.ALICE))
                        .groups())
                .containsExactly("RDP Users");
        Set<String> all = new HashSet<>();
        asked.forEach(all::addAll);
        assertThat(all).contains(domain().sid("RDP Users")).doesNotContain(domain().sid("alice"));
    }

    @Test
    void theDirectoryNamesTheGroupsNestedOnesToo() throws Exception {
        KerberosConfig config = Fixtures.withDirectory(
                domain().serviceKeytab(),
                Fixtures.directory(
                        LdapConfig.Schema.ACTIVE_DIRECTORY, "ldaps://" + domain().host(), domain().caCertificate()));
        try (AuthProvider provider = new KerberosProviderFactory()
                .create(config, Fixtures.context(Clock.systemUTC(), Domains.NONE, Metrics.NONE))) {
            assertThat(accepted(outcome(Fixtures.mechanism(provider), SambaDomain.BOB))
                            .groups())
                    .contains("Team", "RDP Admins", "Domain Users")
                    .doesNotContain("RDP Users", "bob");
        }
    }

    @Test
    void withoutAnAnswerOfTheDirectoryNobodyIsLetIn() throws Exception {
        KerberosConfig config = Fixtures.withDirectory(
                domain().serviceKeytab(),
                Fixtures.directory(
                        LdapConfig.Schema.ACTIVE_DIRECTORY, "ldaps://127.0.0.1:9", domain().caCertificate()));
        try (AuthProvider provider = new KerberosProviderFactory()
                .create(config, Fixtures.context(Clock.systemUTC(), Domains.NONE, Metrics.NONE))) {
            Outcome.Rejected rejected = (Outcome.Rejected) outcome(Fixtures.mechanism(provider), SambaDomain.BOB);
            assertThat(rejected.reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(rejected.detail()).startsWith("group names cannot be looked up: LDAP ldaps://127.0.0.1:9: ");
        }
    }

    @Test
    void theRealmOfAConfiguredDomainGivesItsName() throws Exception {
        Domain configured = new Domain("CORP", Optional.of("AD.TEST"), List.of(), List.of(), List.of());
        AuthProvider provider = Fixtures.provider(
                Fixtures.config(domain().serviceKeytab()),
                Clock.systemUTC(),
                new Domains(List.of(configured)),
                Optional.empty());
        assertThat(accepted(outcome(Fixtures.mechanism(provider), SambaDomain.ALICE))
                        .domain())
                .contains("CORP");
    }

    @Test
    void aPacMustNotNameAnotherConfiguredDomain() throws Exception {
        Domain another = new Domain("ADTEST", Optional.of("ELSEWHERE.TEST"), List.of(), List.of(), List.of());
        AuthProvider provider = Fixtures.provider(
                Fixtures.config(domain().serviceKeytab()),
                Clock.systemUTC(),
                new Domains(List.of(another)),
                Optional.empty());
        assertRejected(
                outcome(Fixtures.mechanism(provider), SambaDomain.ALICE),
                Reason.REFUSED,
                "the pac of a user of the realm AD.TEST names the domain ADTEST, whose realm is another");
    }

    @Test
    void aKeyOfAnotherAccountUnderTheSameNameDoesNotFit() throws Exception {
        Path keytab = folder.fresh("wrong.keytab");
        Keytabs.write(
                keytab,
                new Keytabs.Entry(
                        List.of("HTTP", "gw.ad.test"), "AD.TEST", 2, 18, io.gatehouse.api.Secret.of(new byte[32])));
        assertRejected(
                outcome(Fixtures.mechanism(Fixtures.config(keytab), Clock.systemUTC()), SambaDomain.ALICE),
                Reason.NOT_FOR_US,
                "does not fit (was the account's password changed after the keytab was exported?)");
    }

    @Test
    void theJdkSignsIn() throws Exception {
        JdkInitiator client = JdkInitiator.start(domain().client().kinit(SambaDomain.ALICE), SERVICE, true);
        Outcome.Accepted outcome = (Outcome.Accepted) signIn(mechanism(), client.token(), peer());
        assertThat(outcome.identity().displayName()).isEqualTo("ADTEST\\alice");
        assertThat(client.take(outcome.farewell().orElseThrow())).isTrue();
    }

    @Test
    void aMachineAccountSignsIn() throws Exception {
        assertThat(accepted(outcome(mechanism(), SambaDomain.MACHINE)).displayName())
                .isEqualTo("ADTEST\\GW1$");
    }

    @Test
    void theKeytabThatNetAdsWritesForAMemberServes() throws Exception {
        SambaMember.assume();
        Path keytab = folder.fresh("net-ads.keytab");
        // Whatever the tool makes of its options: never the keytab of this machine.
        Map<String, String> environment = new HashMap<>();
        try (SambaMember member = SambaMember.join(folder, domain())) {
            environment.putAll(member.environment());
            environment.put("KRB5_KTNAME", "FILE:" + keytab);
            Command.of(
                            "net",
                            "ads",
                            "keytab",
                            "add_update_ads",
                            "HTTP",
                            "--configfile=" + member.configuration(),
                            "--option=kerberos method=dedicated keytab",
                            "--option=dedicated keytab file=" + keytab,
                            "-S",
                            SambaDomain.HOST_NAME,
                            "-U",
                            SambaDomain.ADMINISTRATOR.name() + "%" + SambaDomain.ADMINISTRATOR.password())
                    .withEnvironment(environment)
                    .runOrThrow(folder);
            TokenMechanism mechanism = Fixtures.mechanism(Fixtures.config(keytab), Clock.systemUTC());
            try (MitInitiator client = MitInitiator.start(
                    folder, domain().client().kinit(SambaDomain.ALICE), "HTTP/gwmem.ad.test@AD.TEST", "mutual")) {
                assertThat(accepted(signIn(mechanism, client.token(), peer())).displayName())
                        .isEqualTo("ADTEST\\alice");
            }
        }
    }
}
