package io.gatehouse.jetty.tunnel;

import io.gatehouse.core.config.GatewayConfig;
import java.util.Optional;

/**
 * How many channels there may be.
 *
 * @param inAll open at once, of all users
 * @param perUser open at once, of one user
 * @param perTunnel opened by one tunnel in a minute, one after the other
 */
public record ChannelLimits(Optional<Integer> inAll, int perUser, int perTunnel) {
    /** Those of a configuration. */
    public static ChannelLimits of(GatewayConfig.Limits limits) {
        return new ChannelLimits(limits.channels(), limits.tunnelsPerUser(), limits.channelsPerTunnel());
    }
}
