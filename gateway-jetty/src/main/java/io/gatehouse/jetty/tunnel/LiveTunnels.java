package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The open tunnels, as the portal shows them to their users. Safe for use by many threads. */
public interface LiveTunnels {
    /**
     * A tunnel with an open channel.
     *
     * @param id tells it from all others
     * @param target {@code host:port}
     * @param age since its channel was opened
     * @param bytesToTarget what the client sent
     * @param bytesToClient what the target sent
     * @param token the id of the token that opened it
     */
    record Tunnel(
            String id, String target, Duration age, long bytesToTarget, long bytesToClient, Optional<String> token) {}

    /** Those of {@code user}, the newest first. */
    List<Tunnel> of(Identity user);

    /** Ends one of {@code user}; that of somebody else goes on. */
    void end(Identity user, String id);
}
