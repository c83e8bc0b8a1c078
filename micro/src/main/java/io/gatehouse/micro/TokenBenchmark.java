package io.gatehouse.micro;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.PaaKeys;
import io.gatehouse.core.token.PaaToken;
import io.gatehouse.core.token.PaaTokens;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Tokens for {@code .rdp} files. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenBenchmark {
    private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
    private static final PaaToken TOKEN = new PaaToken(
            "AAAAAAAAAAAAAAAAAAAAAA",
            "session",
            Identity.local("local", "ntlm", "alice", Set.of("staff"), Set.of()),
            Set.of(new Target("win11.corp.example.com", 3389)),
            NOW,
            NOW.plusSeconds(300),
            Optional.empty());

    /** What signs them. */
    @Param({"HS256", "ES256"})
    public PaaKeys.Algorithm algorithm = PaaKeys.Algorithm.HS256;

    private PaaTokens tokens = tokens(PaaKeys.Algorithm.HS256);
    private String text = "";

    private static PaaTokens tokens(PaaKeys.Algorithm algorithm) {
        PaaKeys keys = PaaKeys.generate(algorithm, new SecureRandom());
        return new PaaTokens(() -> keys, "gw.example.com", Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** Makes a token. */
    @Setup
    public void make() {
        tokens = tokens(algorithm);
        text = tokens.mint(TOKEN);
    }

    /** As the portal does. */
    @Benchmark
    public String mint() {
        return tokens.mint(TOKEN);
    }

    /** As a tunnel does. */
    @Benchmark
    public Parsed<PaaToken> verify() {
        return tokens.verify(text);
    }
}
