package io.gatehouse.core.tunnel;

import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What all tunnels of a gateway have in common.
 *
 * @param schemes the extended authentication that mechanisms are switched on for
 * @param consentMessage text that users must agree to
 * @param consentRequired whether clients that cannot show the text are refused
 * @param consentTimeout how long a user may think about it
 * @param loginDeadline how long a user may take from there to an open channel
 * @param keepalive after how much silence towards the client a KEEPALIVE is sent
 * @param approvalWait how long a client waits for an approval, at each of its two packets that may wait
 */
public record TunnelSettings(
        Set<ExtendedAuthScheme> schemes,
        Optional<String> consentMessage,
        boolean consentRequired,
        Duration consentTimeout,
        Duration loginDeadline,
        Duration keepalive,
        Duration approvalWait) {

    /** How long the client may take to answer CLOSE_CHANNEL. */
    static final Duration CLOSE_ANSWER = Duration.ofSeconds(5);
    /** How long a tunnel without a channel waits for the next CHANNEL_CREATE. */
    static final Duration NEXT_CHANNEL = Duration.ofSeconds(30);
    /** How long the last packet may take to drain before the transport is closed. */
    static final Duration LINGER = Duration.ofSeconds(1);

    /** Those of a gateway whose clients wait for approvals as long as the configuration has it by default. */
    public TunnelSettings(
            Set<ExtendedAuthScheme> schemes,
            Optional<String> consentMessage,
            boolean consentRequired,
            Duration consentTimeout,
            Duration loginDeadline,
            Duration keepalive) {
        this(
                schemes,
                consentMessage,
                consentRequired,
                consentTimeout,
                loginDeadline,
                keepalive,
                Duration.ofSeconds(25));
    }

    public TunnelSettings {
        schemes = Set.copyOf(schemes);
    }
}
