package io.gatehouse.provider.ntlm;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.netlogon.NetlogonConfig;
import io.gatehouse.provider.ntlm.winbind.WinbindConfig;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.provider.Attempt;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A gateway of a domain, before it is made.
 *
 * @param domain the domain's NetBIOS name as the configuration has it
 * @param controllers its controllers
 * @param computer the machine account
 * @param password its password
 * @param keytab or its keytab
 * @param connections how many logons at once
 * @param timeout for a logon
 * @param connectTimeout for a controller
 */
record NetlogonSetup(
        String domain,
        List<String> controllers,
        String computer,
        Optional<String> password,
        Optional<Path> keytab,
        int connections,
        Duration timeout,
        Duration connectTimeout) {
    static NetlogonSetup of(SambaDomain domain) {
        return new NetlogonSetup(
                SambaDomain.NETBIOS_NAME,
                List.of(domain.host()),
                "GW1",
                Optional.of(SambaDomain.MACHINE.password()),
                Optional.empty(),
                4,
                Duration.ofSeconds(10),
                Duration.ofSeconds(5));
    }

    NetlogonSetup withDomain(String name) {
        return new NetlogonSetup(name, controllers, computer, password, keytab, connections, timeout, connectTimeout);
    }

    NetlogonSetup withControllers(String... hosts) {
        return new NetlogonSetup(
                domain, List.of(hosts), computer, password, keytab, connections, timeout, connectTimeout);
    }

    NetlogonSetup withMachine(String name, String secret) {
        return new NetlogonSetup(
                domain, controllers, name, Optional.of(secret), Optional.empty(), connections, timeout, connectTimeout);
    }

    NetlogonSetup withKeytab(Path file) {
        return new NetlogonSetup(
                domain,
                controllers,
                computer,
                Optional.empty(),
                Optional.of(file),
                connections,
                timeout,
                connectTimeout);
    }

    NetlogonSetup withConnections(int count) {
        return new NetlogonSetup(domain, controllers, computer, password, keytab, count, timeout, connectTimeout);
    }

    NetlogonSetup within(Duration whole, Duration connecting) {
        return new NetlogonSetup(domain, controllers, computer, password, keytab, connections, whole, connecting);
    }

    NtlmConfig config() {
        return new NtlmConfig(
                ValidatorKind.NETLOGON,
                Path.of("accounts"),
                ChannelBindingPolicy.WHEN_OFFERED,
                MicPolicy.WHEN_ANNOUNCED,
                Optional.empty(),
                Optional.empty(),
                WinbindConfig.DEFAULT,
                Optional.of(new NetlogonConfig(
                        computer,
                        password.map(Secret::ofText),
                        keytab,
                        Optional.empty(),
                        timeout,
                        connectTimeout,
                        connections,
                        100,
                        Optional.empty(),
                        Optional.empty())));
    }

    ProviderContext context() {
        Domain configured =
                new Domain(domain, Optional.of(SambaDomain.REALM), List.of("example.com"), controllers, List.of());
        return new ProviderContext(
                Clock.systemUTC(),
                new SecureRandom(),
                "gw.example.com",
                new Domains(List.of(configured)),
                ServiceLocator.NONE,
                Metrics.NONE);
    }

    AuthProvider open() throws ProviderException {
        return new NtlmProviderFactory().create(config(), context());
    }

    /** One sign-in. */
    static Outcome signIn(AuthProvider provider, String user, String domain, String password) {
        TokenMechanism mechanism = (TokenMechanism) provider.mechanisms().getFirst();
        return Attempt.play(
                        mechanism.open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION),
                        new NtlmTestClient(user, domain, password))
                .outcome();
    }

    static Outcome signIn(AuthProvider provider, TestAccount account) {
        return signIn(provider, account.name(), SambaDomain.NETBIOS_NAME, account.password());
    }
}
