package io.gatehouse.provider.ntlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Secret;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.provider.ntlm.netlogon.NetlogonConfig;
import io.gatehouse.testkit.directory.Account;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.provider.Attempt;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole provider against an Active Directory domain controller. */
@Timeout(120)
class NetlogonDomainTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    private static AuthProvider provider;

    @BeforeAll
    static void open() throws Exception {
        NetlogonConfig netlogon = new NetlogonConfig(
                "GW1",
                Optional.of(Secret.ofText(SambaDomain.MACHINE.password())),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                4,
                100,
                Optional.empty(),
                Optional.empty());
        NtlmConfig config = new NtlmConfig(
                ValidatorKind.NETLOGON,
                Path.of("accounts"),
                ChannelBindingPolicy.WHEN_OFFERED,
                MicPolicy.WHEN_ANNOUNCED,
                Optional.empty(),
                Optional.empty(),
                new NtlmConfig(
                                Path.of("x"),
                                ChannelBindingPolicy.OFF,
                                MicPolicy.REQUIRED,
                                Optional.empty(),
                                Optional.empty())
                        .winbind(),
                Optional.of(netlogon));
        Domains domains = new Domains(List.of(new Domain(
                "ADTEST",
                Optional.of("AD.TEST"),
                List.of(),
                List.of(SHARED.domain().host()),
                List.of())));
        provider = new NtlmProviderFactory()
                .create(
                        config,
                        new ProviderContext(
                                Clock.systemUTC(),
                                new SecureRandom(),
                                "gw.example.com",
                                domains,
                                ServiceLocator.NONE,
                                Metrics.NONE));
    }

    @AfterAll
    static void close() {
        if (provider != null) {
            provider.close();
        }
    }

    private static Outcome attempt(String user, String domain, String password) {
        TokenMechanism mechanism = (TokenMechanism) provider.mechanisms().getFirst();
        return Attempt.play(
                        mechanism.open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION),
                        new NtlmTestClient(user, domain, password))
                .outcome();
    }

    @Test
    void tryout() {
        for (Account account : List.of(
                SambaDomain.ALICE,
                SambaDomain.BOB,
                SambaDomain.UMLAUT,
                SambaDomain.DISABLED,
                SambaDomain.EXPIRED,
                SambaDomain.MUST_CHANGE,
                SambaDomain.MACHINE_2,
                new Account("nobody", "x"),
                new Account("alice", "wrong"),
                new Account("Guest", ""),
                SambaDomain.ADMINISTRATOR)) {
            for (String domain : List.of("ADTEST", "", "GW1", "NOWHERE", "ad.test", ".")) {
                System.err.println(
                        account.name() + " @ " + domain + " -> " + attempt(account.name(), domain, account.password()));
            }
        }
        System.err.println(attempt("alice@ad.test", "", SambaDomain.ALICE.password()));
        System.err.println(attempt("alice@AD.TEST", "", SambaDomain.ALICE.password()));
        System.err.println(attempt("alice@elsewhere.test", "", SambaDomain.ALICE.password()));
        assertThat(Set.of(Proof.MULTI_FACTOR, Reason.EXPIRED)).hasSize(2);
        assertThat(Identity.class).isNotNull();
    }
}
