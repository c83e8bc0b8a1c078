package io.gatehouse.provider.kerberos;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.ldap.LdapConfig;
import io.gatehouse.ldap.SidNames;
import io.gatehouse.testkit.directory.SambaDomain;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the tests of the mechanism have in common. */
final class Fixtures {
    static final ChannelBinding BINDING = ChannelBinding.tlsServerEndPoint(new byte[] {1, 2, 3});
    static final ChannelBinding OTHER_BINDING = ChannelBinding.tlsServerEndPoint(new byte[] {3, 2, 1});

    private Fixtures() {}

    static Peer peer(ChannelBinding... bindings) {
        return new Peer(InetAddress.getLoopbackAddress(), true, false, List.of(bindings));
    }

    /** A configuration of defaults. */
    static KerberosConfig config(Path keytab) {
        return config(keytab, ChannelBindingPolicy.WHEN_OFFERED);
    }

    static KerberosConfig config(Path keytab, ChannelBindingPolicy policy) {
        return config(keytab, List.of(), List.of(), policy, false, Optional.empty());
    }

    static KerberosConfig config(Path keytab, List<String> realms, List<String> localRealms) {
        return config(keytab, realms, localRealms, ChannelBindingPolicy.WHEN_OFFERED, false, Optional.empty());
    }

    static KerberosConfig withRc4(Path keytab) {
        return config(keytab, List.of(), List.of(), ChannelBindingPolicy.WHEN_OFFERED, true, Optional.empty());
    }

    static KerberosConfig withDirectory(Path keytab, LdapConfig directory) {
        return config(keytab, List.of(), List.of(), ChannelBindingPolicy.WHEN_OFFERED, false, Optional.of(directory));
    }

    private static KerberosConfig config(
            Path keytab,
            List<String> realms,
            List<String> localRealms,
            ChannelBindingPolicy policy,
            boolean rc4,
            Optional<LdapConfig> directory) {
        return new KerberosConfig(
                keytab, List.of(), List.of(), realms, localRealms, Duration.ofMinutes(5), policy, rc4, directory);
    }

    /** A directory that is asked as the domain's service account. */
    static LdapConfig directory(LdapConfig.Schema schema, String url, @Nullable Path authority) {
        return new LdapConfig(
                List.of(url),
                false,
                false,
                Optional.ofNullable(authority),
                Optional.of(SambaDomain.SERVICE.name() + "@" + SambaDomain.DNS_NAME),
                Optional.of(Secret.ofText(SambaDomain.SERVICE.password())),
                SambaDomain.BASE_DN,
                schema,
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Duration.ofSeconds(4),
                4);
    }

    static ProviderContext context(Clock clock, Domains domains, Metrics metrics) {
        return new ProviderContext(clock, new SecureRandom(), "gw.forge.test", domains, ServiceLocator.NONE, metrics);
    }

    static AuthProvider provider(KerberosConfig config, Clock clock, Domains domains, Optional<SidNames> names)
            throws ProviderException {
        return KerberosProviderFactory.create(config, context(clock, domains, Metrics.NONE), names, () -> {});
    }

    static TokenMechanism mechanism(KerberosConfig config, Clock clock) throws ProviderException {
        return mechanism(provider(config, clock, Domains.NONE, Optional.empty()));
    }

    static TokenMechanism mechanism(AuthProvider provider) {
        return (TokenMechanism) provider.mechanisms().getFirst();
    }

    static Outcome signIn(TokenMechanism mechanism, Token token, Peer peer) {
        try (Conversation conversation = mechanism.open(peer, Venue.HTTP_AUTHORIZATION)) {
            return (Outcome) conversation.next(token);
        }
    }

    static Identity accepted(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) outcome).identity();
    }

    static void assertRejected(Outcome outcome, Outcome.Reason reason, String detail) {
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        Outcome.Rejected rejected = (Outcome.Rejected) outcome;
        assertThat(rejected.detail()).contains(detail);
        assertThat(rejected.reason()).isEqualTo(reason);
    }
}
