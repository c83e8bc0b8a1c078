package io.gatehouse.provider.local.pam;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Signs in once with a password from standard input, as whoever runs it, and prints the answer. */
final class SignInProbe {
    private SignInProbe() {}

    public static void main(String[] arguments) throws Exception {
        PamConfig config =
                new PamConfig(arguments[1], Optional.of(Path.of(arguments[0])), Duration.ofSeconds(30), 1, 1000, true);
        byte[] password = new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .getBytes(StandardCharsets.UTF_8);
        try (PamVerifier verifier = new PamVerifier(
                config,
                PamStart.check(config),
                Metrics.NONE,
                _ -> {},
                MonotonicClock.system(),
                InstantSource.system())) {
            System.out.println(verifier.verify(arguments[2], password, InetAddress.getLoopbackAddress()));
        }
    }
}
