package io.gatehouse.core.tunnel;

import java.util.List;

/**
 * What an event does to a tunnel.
 *
 * @param next the state after it
 * @param effects what is to be done, in order
 */
public record Transition(TunnelState next, List<TunnelEffect> effects) {
    public Transition {
        effects = List.copyOf(effects);
    }

    static Transition to(TunnelState next, TunnelEffect... effects) {
        return new Transition(next, List.of(effects));
    }
}
