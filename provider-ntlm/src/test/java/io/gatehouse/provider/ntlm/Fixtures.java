package io.gatehouse.provider.ntlm;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ServerNames;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Mechanisms, peers and accounts for the tests. */
final class Fixtures {
    static final String PASSWORD = "Passw0rd!";
    static final TargetNames NAMES = new TargetNames("GWSRV", "GWDOM", "gw.test", "gw.test", false);
    static final ChannelBinding BINDING = ChannelBinding.tlsServerEndPoint(Vectors.bytes(Vectors.CERTIFICATE_HASH));
    static final ChannelBinding OTHER_BINDING = ChannelBinding.tlsServerEndPoint(new byte[32]);

    /** Of the certificate; the vectors' client knew the gateway as localhost. */
    static final ServerNames SERVER_NAMES =
            new ServerNames(Set.of("localhost", "rdp.example.com", "*.farm.test", "192.0.2.7", "2001:db8::7"));

    /** The second in which the vectors' challenge was made. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T18:04:35.951680Z"), ZoneOffset.UTC);

    private static final Map<String, Account> ACCOUNTS = Map.of(
            "alice", account("alice", true),
            "ümläut", account("ümläut", true),
            "straße", account("straße", true),
            "iris", account("iris", true),
            "carol", account("carol", false),
            "basil", new Account("basil", true, Set.of(), List.of()));

    private Fixtures() {}

    private static Account account(String name, boolean enabled) {
        return new Account(name, enabled, Set.of("staff"), List.of(new NtHash().encode(PASSWORD)));
    }

    /** Says the vectors' server challenge whenever 8 bytes are asked for. */
    static final class VectorRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {
            byte[] challenge = Vectors.bytes(Vectors.SERVER_CHALLENGE);
            for (int index = 0; index < bytes.length; index++) {
                bytes[index] = challenge[index % challenge.length];
            }
        }
    }

    static AccountValidator validator() {
        return new AccountValidator(
                NAMES,
                name -> Optional.ofNullable(ACCOUNTS.get(Account.normalise(name))),
                new FileAccounts(_ -> Optional.empty()),
                new SecureRandom());
    }

    static NtlmMechanism mechanism(ChannelBindingPolicy channelBinding, MicPolicy mic) {
        return mechanism(channelBinding, mic, new SecureRandom());
    }

    static NtlmMechanism mechanism(ChannelBindingPolicy channelBinding, MicPolicy mic, SecureRandom random) {
        return new NtlmMechanism(validator(), channelBinding, mic, new ProviderContext(CLOCK, random, "gw.test"));
    }

    /** With the defaults of the configuration. */
    static NtlmMechanism mechanism() {
        return mechanism(ChannelBindingPolicy.WHEN_OFFERED, MicPolicy.WHEN_ANNOUNCED);
    }

    /** With the defaults of the configuration and the challenge of the vectors. */
    static NtlmMechanism vectorMechanism() {
        return mechanism(ChannelBindingPolicy.WHEN_OFFERED, MicPolicy.WHEN_ANNOUNCED, new VectorRandom());
    }

    static Peer peer(ChannelBinding... bindings) {
        return new Peer(InetAddress.getLoopbackAddress(), true, false, List.of(bindings), SERVER_NAMES);
    }

    static Peer peerBehindProxy(ChannelBinding... bindings) {
        return new Peer(InetAddress.getLoopbackAddress(), true, true, List.of(bindings), SERVER_NAMES);
    }
}
