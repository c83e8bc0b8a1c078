package io.gatehouse.core.wake;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.PersonalHost;
import java.time.Duration;
import java.util.Optional;

/**
 * A desktop whose machine can be woken; at least one of packet and command is there.
 *
 * @param desktop its name
 * @param host where it is
 * @param port the port that answers when it is awake
 * @param packet what its network card is sent, again and again
 * @param command what is run, once
 * @param patience how long its port is waited for
 */
public record Wakeable(
        String desktop,
        PersonalHost host,
        int port,
        Optional<MagicPacket> packet,
        Optional<WakeCommand> command,
        Duration patience) {
    /** Whether {@code target} is this desktop for {@code identity}. */
    public boolean isAt(Identity identity, Target target) {
        return target.port() == port
                && host.of(identity)
                        .filter(name -> name.host().equals(target.host()))
                        .isPresent();
    }

    /** Tells its machine from others: desktops with the same network card are one. */
    public String machine(Target target) {
        return packet.map(magic -> magic.card().text()).orElseGet(target::toString);
    }

    /** What is done, for the audit log. */
    public String method() {
        Optional<String> packets = packet.map(magic -> "magic packets for " + magic.card() + " to " + magic.to());
        Optional<String> program = command.map(runs -> "command " + runs.program());
        return packets.map(text -> text + program.map(more -> ", and " + more).orElse(""))
                .or(() -> program)
                .orElse("nothing");
    }
}
