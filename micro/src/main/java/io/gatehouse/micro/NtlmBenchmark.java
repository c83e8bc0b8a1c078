package io.gatehouse.micro;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Secret;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.client.ntlm.NtlmClient;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.MicPolicy;
import io.gatehouse.provider.ntlm.NtlmConfig;
import io.gatehouse.provider.ntlm.NtlmProviderFactory;
import io.gatehouse.provider.ntlm.ValidatorKind;
import io.gatehouse.provider.ntlm.winbind.WinbindConfig;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A whole NTLMv2 sign-in: the client's two messages and the provider's answers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class NtlmBenchmark {
    private static final String ACCOUNT = "alice:enabled:staff:$3$$8846f7eaee8fb117ad06bdd830b7586c\n";
    private static final Peer PEER = new Peer(InetAddress.getLoopbackAddress(), true, false, List.of());
    private static final NtlmClient.Account ALICE =
            new NtlmClient.Account("alice", "", Secret.ofText("password"), "pc");

    private Path accounts = Path.of("accounts");
    private AuthProvider provider = List::of;
    private @Nullable TokenMechanism mechanism;

    /** Makes the provider with one account. */
    @Setup
    public void make() throws Exception {
        accounts = Files.createTempFile(
                "accounts", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(accounts, ACCOUNT);
        NtlmConfig config = new NtlmConfig(
                ValidatorKind.ACCOUNTS,
                accounts,
                ChannelBindingPolicy.WHEN_OFFERED,
                MicPolicy.WHEN_ANNOUNCED,
                Optional.empty(),
                Optional.empty(),
                WinbindConfig.DEFAULT,
                Optional.empty());
        provider = new NtlmProviderFactory()
                .create(config, new ProviderContext(Clock.systemUTC(), new SecureRandom(), "gw.example.com"));
        mechanism = (TokenMechanism) provider.mechanisms().getFirst();
    }

    /** Removes the account. */
    @TearDown
    public void remove() throws Exception {
        provider.close();
        Files.delete(accounts);
    }

    /** Negotiate, challenge, authenticate, and the provider's claim, which the core would verify. */
    @Benchmark
    public Step signIn() throws Exception {
        NtlmClient client =
                new NtlmClient(ALICE, "HTTP/gw.example.com", Optional.empty(), new Random(1), Clock.systemUTC());
        try (Conversation conversation = mechanism.open(PEER, Venue.HTTP_AUTHORIZATION)) {
            Step challenge = conversation.next(Token.of(client.negotiate()));
            byte[] message = ((Step.Challenge) challenge).token().bytes();
            Step step = conversation.next(Token.of(client.authenticate(message)));
            return step instanceof Step.Claim claim ? claim.verification().verify(Runnable::run) : step;
        }
    }
}
