package io.gatehouse.provider.ntlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.CredentialEncoder;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.winbind.WinbindConfig;
import io.gatehouse.testkit.provider.Attempt;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import jcifs.ntlmssp.Type2Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NtlmProviderFactoryTest {
    @TempDir
    private Path directory;

    private Path accounts = Path.of("accounts");

    @BeforeEach
    void writeAccounts() throws Exception {
        accounts = directory.resolve("accounts");
        AccountEditor.add(
                accounts, new Account("alice", true, Set.of(), List.of(new NtHash().encode(Fixtures.PASSWORD))));
    }

    private AuthProvider create(Optional<String> computerName, Optional<String> domainName) throws ProviderException {
        NtlmConfig config = new NtlmConfig(
                accounts, ChannelBindingPolicy.WHEN_OFFERED, MicPolicy.WHEN_ANNOUNCED, computerName, domainName);
        return new NtlmProviderFactory()
                .create(config, new ProviderContext(Fixtures.CLOCK, new SecureRandom(), "gw.example.com"));
    }

    private static TokenMechanism mechanism(AuthProvider provider) {
        assertThat(provider.mechanisms()).hasSize(1);
        return (TokenMechanism) provider.mechanisms().getFirst();
    }

    private static String target(AuthProvider provider) throws Exception {
        Step.Challenge challenge = (Step.Challenge) mechanism(provider)
                .open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION)
                .next(Vectors.token(Vectors.NEGOTIATE));
        return new Type2Message(challenge.token().bytes()).getTarget();
    }

    @Test
    void theFactoryAndTheEncoderAreFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(AuthProviderFactory.class))
                .anySatisfy(factory -> assertThat(factory.name()).isEqualTo("ntlm"));
        assertThat(ServiceLoader.load(CredentialEncoder.class))
                .anySatisfy(encoder -> assertThat(encoder.purpose()).isEqualTo("NTLM (mstsc, FreeRDP)"));
    }

    @Test
    void theMechanismIsRawNtlmOnHttpAndInTheTunnel() throws Exception {
        try (AuthProvider provider = create(Optional.empty(), Optional.empty())) {
            assertThat(mechanism(provider).scheme()).isEqualTo(Scheme.NTLM);
            assertThat(mechanism(provider).venues())
                    .containsExactlyInAnyOrder(Venue.HTTP_AUTHORIZATION, Venue.TUNNEL_EXTENDED_AUTH);
        }
    }

    /** Nothing may be asked for in the tunnel (MS-TSGU 3.3.5.3.3), so whoever relays a sign-in would go that way. */
    @Test
    void whereABindingIsRequiredNobodySignsInInsideTheTunnel() {
        assertThat(Fixtures.mechanism(ChannelBindingPolicy.REQUIRED, MicPolicy.WHEN_ANNOUNCED)
                        .venues())
                .containsExactly(Venue.HTTP_AUTHORIZATION);
    }

    @Test
    void clientsAreToldTheServersNameUnlessAnotherIsConfigured() throws Exception {
        assertThat(target(create(Optional.empty(), Optional.empty()))).isEqualTo("GW");
        assertThat(target(create(Optional.of("desk1"), Optional.of("OFFICE")))).isEqualTo("DESK1");
    }

    @Test
    void anAccountMayBeNamedWithTheServersName() throws Exception {
        Attempt attempt = Attempt.play(
                mechanism(create(Optional.empty(), Optional.empty())).open(Fixtures.peer(), Venue.TUNNEL_EXTENDED_AUTH),
                new NtlmTestClient("alice@gw.example.com", "", Fixtures.PASSWORD));

        assertThat(attempt.claim().orElseThrow().account()).isEqualTo("alice");
        assertThat(attempt.outcome()).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void aNameThatNetbiosCannotHoldIsAnError() {
        assertThatThrownBy(() -> create(Optional.of("a-name-too-long-"), Optional.empty()))
                .isInstanceOf(ProviderException.class)
                .hasMessage(
                        "computer-name \"a-name-too-long-\" (expected a NetBIOS name: 1 to 15 letters, digits, - or _)");
        assertThatThrownBy(() -> create(Optional.empty(), Optional.of("corp.example")))
                .hasMessage("domain-name \"corp.example\" (expected a NetBIOS name: 1 to 15 letters, digits, - or _)");
    }

    @Test
    void aMissingAccountFileIsAnError() {
        accounts = directory.resolve("missing");

        assertThatThrownBy(() -> create(Optional.empty(), Optional.empty())).isInstanceOf(ProviderException.class);
    }

    @Test
    void winbindSaysTheNamesItself() {
        NtlmConfig config = new NtlmConfig(
                ValidatorKind.WINBIND,
                accounts,
                ChannelBindingPolicy.WHEN_OFFERED,
                MicPolicy.WHEN_ANNOUNCED,
                Optional.of("GW"),
                Optional.empty(),
                WinbindConfig.DEFAULT,
                Optional.empty());
        assertThatThrownBy(() -> new NtlmProviderFactory()
                        .create(config, new ProviderContext(Fixtures.CLOCK, new SecureRandom(), "gw.example.com")))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining("expected none: winbindd says them");
    }

    @Test
    void netlogonNeedsItsTable() {
        assertThatThrownBy(() -> netlogon(Optional.empty()))
                .hasMessage("[auth.ntlm.netlogon] is missing (validator = \"netlogon\" needs it)");
    }

    @Test
    void netlogonHasNamesOfItsOwn() {
        assertThatThrownBy(() -> netlogon(Optional.of("GW")))
                .hasMessage("computer-name or domain-name with validator = \"netlogon\" (expected none: the machine"
                        + " account and its domain say them)");
    }

    private static AuthProvider netlogon(Optional<String> computerName) throws ProviderException {
        NtlmConfig config = new NtlmConfig(
                ValidatorKind.NETLOGON,
                Path.of("accounts"),
                ChannelBindingPolicy.WHEN_OFFERED,
                MicPolicy.WHEN_ANNOUNCED,
                computerName,
                Optional.empty(),
                WinbindConfig.DEFAULT,
                Optional.empty());
        return new NtlmProviderFactory()
                .create(config, new ProviderContext(Fixtures.CLOCK, new SecureRandom(), "gw.example.com"));
    }
}
